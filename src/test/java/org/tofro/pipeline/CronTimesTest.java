package org.tofro.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.tofro.pipeline.CronExpressionTest.schedule;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When a cron of one zone has to call for a schedule of another. */
class CronTimesTest {
    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            30 6 * * mon-fri | UTC           | Etc/UTC          | 30 6 * * 1,2,3,4,5
            30 6 * * mon-fri | Europe/Berlin | Europe/Berlin    | 30 6 * * 1,2,3,4,5
            */5 * * * *      | Europe/Berlin | Europe/Berlin    | */5 * * * *
            30 6 * * mon-fri | Europe/Berlin | UTC              | 30 4,5 * * *
            30 6 * * *       | UTC           | Europe/Berlin    | 30 7,8 * * *
            30 23 * * *      | America/New_York | Europe/Berlin | 30 4,5 * * *
            15 * * * *       | Europe/Berlin | UTC              | 15 * * * *
            0 * * * *        | UTC           | Asia/Kolkata     | 30 * * * *
            0 6 * * *        | UTC           | Asia/Kathmandu   | 45 11 * * *
            */30 1,2 * * *   | UTC           | Europe/Berlin    | 0,30 * * * *
            */30 1,2 * * *   | Europe/Berlin | UTC              | 0,30 0,1,23 * * *
            0 6 * * *        | Australia/Lord_Howe | UTC        | 0,30 19 * * *
            """)
    void callsAtEveryFiring(String cron, String zone, String machine, String expected) throws Exception {
        List<String> lines = CronTimes.of(schedule(cron, zone), ZoneId.of(machine), NOW);

        assertThat(String.join(";", lines)).isEqualTo(expected);
    }

    @Test
    void countedDaysAreLeftToTheProgram() {
        Schedule schedule = new Schedule(
                CronExpression.of("0 1 * * *", 3), ZoneId.of("UTC"), Schedule.CatchUp.LAST, Duration.ofHours(1));

        assertThat(CronTimes.of(schedule, ZoneId.of("UTC"), NOW)).containsExactly("0 1 * * *");
    }
}
