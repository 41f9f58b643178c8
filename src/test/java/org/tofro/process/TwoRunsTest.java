package org.tofro.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Of two runs of one pipeline at once, one works and the other says so. */
@Tag("slow")
class TwoRunsTest {
    @Test
    void theSecondIsBusyAndNamesTheFirst() throws Exception {
        try (Workplace place = Workplace.make("two", "gated", 60)) {
            place.changeSource();
            try (Database.Gate gate = place.closeGate("extract");
                    Program first = place.start("run", "gated.yaml")) {
                String run = first.awaitRun();
                gate.awaitArrival(first);
                try (Program second = place.start("run", "gated.yaml")) {
                    assertThat(second.exitCode(60)).as(second.said()).isEqualTo(75);
                    assertThat(first.isAlive()).isTrue();
                    assertThat(second.out()).isEmpty();
                    assertThat(second.err())
                            .matches("run \\S+\npipeline 'gated' is running: run " + run
                                    + " by process " + first.pid()
                                    + " on \\S+; its lease runs for another \\d+ s unless it is"
                                    + " renewed\\. Wait for it to end, then start again\n");
                }
                try (Program resume = place.start("resume", run)) {
                    assertThat(resume.exitCode(60)).as(resume.said()).isEqualTo(75);
                }
                gate.close();
                assertThat(first.exitCode(120)).as(first.said()).isZero();
                place.demandPublished(run, "one of two");
            }
            // Given back, not run out.
            place.changeSource();
            try (Program third = place.run(0, "run", "gated.yaml")) {
                place.demandPublished(third.awaitRun(), "after the two");
            }
        }
    }
}
