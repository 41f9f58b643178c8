package org.tofro.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tofro.problem.Problem;
import org.tofro.problem.Problems;

/** What the words of a pipeline file on its schedule mean. What is wrong with them, the files under test-data/problems say. */
class ScheduleReaderTest {
    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");

    @TempDir
    private Path folder;

    private PipelineSpec read(String yaml, Variables variables) throws IOException {
        Path file = folder.resolve("p.yaml");
        Files.writeString(file, yaml.replace(';', '\n') + "\nsteps: []\n");
        Problems problems = new Problems();
        PipelineSpec spec =
                new PipelineReader(List.of(), variables).read(file, problems).orElseThrow();
        assertThat(problems.all().stream().map(Problem::message)).containsExactly("a pipeline needs at least one step");
        return spec;
    }

    private PipelineSpec read(String yaml) throws IOException {
        return read(yaml, new Variables(Map.of(), Interval.ofDay(LocalDate.EPOCH), name -> null));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            schedule: 30 6 * * *                                    | 30 6 * * *               | LAST | PT1H   | 2026-11-25T06:30:00Z
            schedule: "*/15 * * * *"                                | */15 * * * *             | LAST | PT1H   | 2026-11-24T12:15:00Z
            schedule: {cron: 0 0 * * *, time_zone: America/Chicago} | 0 0 * * * America/Chicago | LAST | PT1H  | 2026-11-25T06:00:00Z
            schedule: {cron: "@hourly", catch_up: all, late_after: 90 minutes} | @hourly       | ALL  | PT1H30M | 2026-11-24T13:00:00Z
            schedule: {cron: 5 * * * *, catch_up: none}             | 5 * * * *                | NONE | PT1H   | 2026-11-24T12:05:00Z
            frequency: hourly                                       | 0 * * * *                | LAST | PT1H   | 2026-11-24T13:00:00Z
            frequency: 1-hour;load_time: 00:20                      | 20 * * * *               | LAST | PT1H   | 2026-11-24T12:20:00Z
            frequency: 8-hours;load_time: 03:30                     | 30 3,11,19 * * *         | LAST | PT1H   | 2026-11-24T19:30:00Z
            frequency: 12-hours                                     | 0 1,13 * * *             | LAST | PT1H   | 2026-11-24T13:00:00Z
            frequency: daily                                        | 0 1 * * *                | LAST | PT1H   | 2026-11-25T01:00:00Z
            frequency: daily;load_time: 12:30                       | 30 12 * * *              | LAST | PT1H   | 2026-11-24T12:30:00Z
            frequency: 1-day;load_time: 750                         | 30 12 * * *              | LAST | PT1H   | 2026-11-24T12:30:00Z
            frequency: daily;load_time: "6:05"                      | 5 6 * * *                | LAST | PT1H   | 2026-11-25T06:05:00Z
            frequency: 2-days                                       | 0 1 * * * every 2 days   | LAST | PT1H   | 2026-11-25T01:00:00Z
            frequency: 6-days                                       | 0 1 * * * every 6 days   | LAST | PT1H   | 2026-11-25T01:00:00Z
            frequency: weekly                                       | 0 1 * * 1                | LAST | PT1H   | 2026-11-30T01:00:00Z
            frequency: 2-weeks;load_time: 04:00                     | 0 4 * * * every 14 days  | LAST | PT1H   | 2026-12-07T04:00:00Z
            """)
    void aPipelineHasASchedule(String yaml, String words, Schedule.CatchUp catchUp, String lateAfter, Instant next)
            throws IOException {
        Schedule schedule = read(yaml).schedule();

        assertThat(schedule).isNotNull();
        assertThat(schedule.words()).isEqualTo(words);
        assertThat(schedule.catchUp()).isEqualTo(catchUp);
        assertThat(schedule.lateAfter().toString()).isEqualTo(lateAfter);
        assertThat(schedule.next(NOW)).isEqualTo(next);
    }

    @ParameterizedTest
    @CsvSource({"'frequency: one-time'", "'frequency: one-time;load_time: 12:30'", "'description: none'"})
    void onePipelineIsStartedByHandOnly(String yaml) throws IOException {
        assertThat(read(yaml).schedule()).isNull();
    }

    @Test
    void everyTwoWeeksIsAlwaysOnAMonday() throws IOException {
        Schedule schedule = read("frequency: 2-weeks").schedule();

        assertThat(schedule).isNotNull();
        assertThat(schedule.intervalOf(schedule.next(NOW)))
                .isEqualTo(new Interval(Instant.parse("2026-11-23T00:00:00Z"), Instant.parse("2026-12-07T00:00:00Z")));
    }

    @Test
    void datesOfExpressionsAreThoseOfTheSchedulesZone() throws IOException {
        Variables variables = new Variables(
                Map.of(),
                schedule -> schedule == null
                        ? Interval.ofDay(LocalDate.EPOCH)
                        : schedule.intervalOf(LogicalDate.parse("2026-11-23")),
                null,
                name -> null);

        assertThat(read("description: \"${date:yyyyMMdd} ${interval.start} ${interval.end}\"", variables)
                        .description())
                .isEqualTo("19700101 1970-01-01T00:00:00Z 1970-01-02T00:00:00Z");
        assertThat(read(
                                "description: \"${date:yyyyMMdd} ${interval.start} ${interval.end}\";"
                                        + "schedule: {cron: 30 6 * * *, time_zone: Europe/Berlin}",
                                variables)
                        .description())
                .isEqualTo("20261123 2026-11-22T23:00:00Z 2026-11-23T23:00:00Z");
    }
}
