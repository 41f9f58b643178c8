package org.tofro.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Three in the morning: a table has shrunk for a good reason, and its source is down. */
@Tag("slow")
class RefusedShrinkTest {
    private static final String THIRTY_PERCENT = "DELETE FROM events WHERE id % 10 < 3";

    @Test
    void itIsAcceptedForOneRunFromStagedFilesAndGuardedAgainTheNextNight() throws Exception {
        try (Workplace place = Workplace.make("shrink", "events", 60)) {
            String before = place.production();
            place.source().execute(THIRTY_PERCENT);
            String wanted = place.wanted();

            String run;
            try (Program night = place.run(1, "run", "events.yaml")) {
                run = night.awaitRun();
                assertThat(night.out())
                        .contains("would shrink from 100000 to 70000 rows (by 30.0 %; allowed are 20 % or 100 rows)")
                        .contains("`tofro resume " + run + " --accept shrink=\"reason\"` for this run");
            }
            assertThat(place.production()).isEqualTo(before);

            place.stopSource();
            try (Program accepted = place.run(0, "resume", run, "--accept", "shrink=the course was closed")) {
                assertThat(accepted.out())
                        .contains("accepted shrink: the course was closed")
                        .containsPattern("extract +succeeded \\(before\\) +0 +70,000");
            }
            assertThat(place.production()).isEqualTo(wanted);

            place.startSource();
            place.source().execute("DELETE FROM events WHERE id % 10 < 6");
            try (Program next = place.run(1, "run", "events.yaml")) {
                assertThat(next.out()).contains("would shrink from 70000 to 40000 rows");
            }
            assertThat(place.production()).isEqualTo(wanted);
        }
    }
}
