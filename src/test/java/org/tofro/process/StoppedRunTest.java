package org.tofro.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A process that was stopped for longer than its lease lasts, and goes on, publishes nothing. */
@Tag("slow")
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class StoppedRunTest {
    private static final int LEASE_SECONDS = 12;
    private static @Nullable Workplace made;
    private final Workplace place = Objects.requireNonNull(made);

    @BeforeAll
    static void make() throws Exception {
        made = Workplace.make("stopped", "gated", LEASE_SECONDS);
    }

    @AfterAll
    static void down() throws Exception {
        if (made != null) {
            made.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"extract", "load", "reload"})
    void withoutAnotherRunItEndsAndResumePublishes(String step) throws Exception {
        place.changeSource();
        String old = place.production();
        try (Program stopped = stopIn(step)) {
            String run = stopped.awaitRun();
            Thread.sleep(LEASE_SECONDS * 1000L);
            demandLeaseRanOut();
            stopped.signal("CONT");
            demandEnded(stopped, run);
            assertThat(place.production()).isEqualTo(old);
            place.demandNobodyLeft(step);
            place.run(0, "resume", run).close();
            place.demandPublished(run, "stopped in " + step);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"extract", "load", "reload"})
    void afterAnotherRunItLeavesWhatThatOnePublished(String step) throws Exception {
        place.changeSource();
        try (Program stopped = stopIn(step)) {
            String run = stopped.awaitRun();
            place.changeSource();
            String other;
            try (Program tooEarly = place.start("run", "gated.yaml")) {
                // The other one may wait behind the stopped one's lock on the lease until that has run out.
                int code = tooEarly.exitCode(120);
                assertThat(code).as(tooEarly.said()).isIn(0, 75);
                if (code == 75) {
                    demandLeaseRanOut();
                    place.run(0, "run", "gated.yaml").close();
                }
            }
            other = place.wanted();
            assertThat(place.production()).isEqualTo(other);
            assertThat(stopped.isAlive()).isTrue();
            stopped.signal("CONT");
            demandEnded(stopped, run);
            assertThat(place.production()).isEqualTo(other);
            place.changeSource();
            resumeAfterAnother(step, run, other);
            place.demandNobodyLeft(step);
        }
    }

    /** Before its rows were staged it is as good as new; later they are older than what the other run published. */
    private void resumeAfterAnother(String step, String run, String other) throws Exception {
        if (step.equals("extract")) {
            place.run(0, "resume", run).close();
            place.demandPublished(run, "stopped in extract, after another run");
            return;
        }
        try (Program resume = place.run(1, "resume", run)) {
            assertThat(resume.out())
                    .containsPattern(
                            step.equals("load")
                                    ? "\nload: run \\S+ has changed staging\\.events since this one staged its rows, which"
                                            + " are older; start a new run instead of resuming this one\n"
                                    : "\nreload: .*start a new run instead of resuming this one\n");
        }
        assertThat(place.production()).isEqualTo(other);
    }

    private Program stopIn(String step) throws Exception {
        try (Database.Gate gate = place.closeGate(step)) {
            Program program = place.start("run", "gated.yaml");
            String run = program.awaitRun();
            gate.awaitArrival(program);
            Thread.sleep(200);
            program.signal("STOP");
            assertThat(program.standing(Workplace.STEPS)).isEqualTo("in " + step);
            assertThat(place.ledger(run)).doesNotContain("reload 1");
            return program;
        }
    }

    private void demandLeaseRanOut() throws Exception {
        for (int i = 0; i < 600 && place.leaseHeld(); i++) {
            Thread.sleep(100);
        }
        assertThat(place.leaseHeld()).isFalse();
    }

    private static void demandEnded(Program stopped, String run) throws Exception {
        assertThat(stopped.exitCode(60)).as(stopped.said()).isEqualTo(1);
        System.out.println("stopped and continued:\n" + stopped.said());
        assertThat(stopped.out()).contains("this process was stopped, or cut off from the warehouse, for too long");
        assertThat(stopped.err()).contains("to go on from where it stopped: tofro resume " + run);
        assertThat(stopped.said()).doesNotContain("\tat ");
    }
}
