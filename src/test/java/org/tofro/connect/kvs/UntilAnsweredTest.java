package org.tofro.connect.kvs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.driver.api.core.DriverTimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.tofro.connect.RunningSteps;
import org.tofro.kvs.KvsException;

class UntilAnsweredTest {
    private final AtomicInteger asked = new AtomicInteger();

    @Test
    void aClusterThatDoesNotAnswerIsAskedAgain() throws Exception {
        try (RunningSteps.Work work = RunningSteps.apart().start("publish")) {
            assertThat(UntilAnswered.ask(work, () -> {
                        if (asked.incrementAndGet() < 3) {
                            throw new DriverTimeoutException("no answer");
                        }
                        return "yes";
                    }))
                    .isEqualTo("yes");
        }
        assertThat(asked).hasValue(3);
    }

    @Test
    void whatIsWrongIsWrongAtOnce() throws Exception {
        try (RunningSteps.Work work = RunningSteps.apart().start("publish")) {
            assertThatThrownBy(() -> UntilAnswered.ask(work, () -> {
                        asked.incrementAndGet();
                        throw new KvsException("not what was written");
                    }))
                    .hasMessage("not what was written");
        }
        assertThat(asked).hasValue(1);
    }

    @Test
    void aStepThatIsCancelledWaitsNoLonger() throws Exception {
        try (RunningSteps.Work work = RunningSteps.apart().start("publish")) {
            assertThatThrownBy(() -> UntilAnswered.ask(work, () -> {
                        if (asked.incrementAndGet() == 2) {
                            work.cancel("by hand");
                        }
                        throw new DriverTimeoutException("no answer");
                    }))
                    .hasMessage("no answer");
        }
        assertThat(asked).hasValue(2);
    }
}
