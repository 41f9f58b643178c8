package org.tofro.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When launches have to have ended. */
class RunDeadlineTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            07:30 | Europe/Berlin    | 2026-11-23T01:00:00Z | 2026-11-23T06:30:00Z
            # A launch that begins at that time or after it has the next one.
            07:30 | Europe/Berlin    | 2026-11-23T06:30:00Z | 2026-11-24T06:30:00Z
            # In Sydney it is the next day already.
            07:30 | Australia/Sydney | 2026-11-22T21:00:00Z | 2026-11-23T20:30:00Z
            # A time that is skipped is the change, one that comes twice the first of the two.
            02:30 | Europe/Berlin    | 2026-03-28T22:00:00Z | 2026-03-29T01:00:00Z
            02:30 | Europe/Berlin    | 2026-10-24T22:00:00Z | 2026-10-25T00:30:00Z
            02:30 | Europe/Berlin    | 2026-10-25T00:30:00Z | 2026-10-26T01:30:00Z
            00:00 | America/Santiago | 2026-09-06T03:00:00Z | 2026-09-06T04:00:00Z
            """)
    void aTimeOfTheDayIsTheNextOneByTheClocksOfTheZone(LocalTime by, String zone, Instant begin, Instant end) {
        assertThat(new RunDeadline(null, by, ZoneId.of(zone)).of(begin)).isEqualTo(end);
    }

    @Test
    void aLengthCountsFromTheBeginning() {
        RunDeadline deadline = new RunDeadline(Duration.ofHours(3), null, ZoneId.of("Europe/Berlin"));

        assertThat(deadline.of(Instant.parse("2026-03-28T23:30:00Z"))).isEqualTo("2026-03-29T02:30:00Z");
        assertThat(deadline.words()).isEqualTo("within 3 hours");
        assertThat(new RunDeadline(null, LocalTime.of(7, 30), ZoneId.of("Europe/Berlin")).words())
                .isEqualTo("by 07:30 Europe/Berlin");
    }
}
