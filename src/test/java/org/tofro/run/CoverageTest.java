package org.tofro.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.tofro.pipeline.Interval;
import org.tofro.report.RunEntry;
import org.tofro.report.RunEntry.Result;

/** Which runs of another pipeline make it ready for an interval. */
class CoverageTest {
    private static final Interval DAY = Interval.ofDay(LocalDate.parse("2026-11-23"));
    private static final Duration HOUR = Duration.ofHours(1);

    private static RunEntry entry(String run, Instant start, Duration length, Result result, int startedAt) {
        return new RunEntry(
                "other",
                run,
                start,
                start.plus(length),
                result,
                DAY.end().plusSeconds(startedAt),
                null,
                "local",
                0,
                null,
                null,
                run.startsWith("trial"),
                false,
                null,
                null);
    }

    private static RunEntry ofDay(String run, Result result, int startedAt) {
        return entry(run, DAY.start(), Duration.ofDays(1), result, startedAt);
    }

    private static List<RunEntry> hours(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(hour ->
                        entry("h" + hour, DAY.start().plus(HOUR.multipliedBy(hour)), HOUR, Result.SUCCEEDED, hour))
                .toList();
    }

    private static String missing(Interval wanted, boolean okToFail, List<RunEntry> entries) {
        Coverage coverage = Coverage.of(entries, wanted, okToFail);
        return coverage.isComplete() ? "nothing" : coverage.missing();
    }

    private static String missing(RunEntry... entries) {
        return missing(DAY, false, List.of(entries));
    }

    @Test
    void aRunOfTheSameIntervalMustHaveSucceeded() {
        assertThat(missing(ofDay("a", Result.SUCCEEDED, 1))).isEqualTo("nothing");
        assertThat(missing(ofDay("a", Result.FAILED, 1))).isEqualTo("run a for 2026-11-23 failed");
        assertThat(missing(ofDay("a", Result.RUNNING, 1))).isEqualTo("run a for 2026-11-23 is at work or was killed");
        assertThat(missing()).isEqualTo("no run covers 2026-11-23");
    }

    @Test
    void theRunThatWasStartedLastCounts() {
        assertThat(missing(ofDay("a", Result.FAILED, 1), ofDay("b", Result.SUCCEEDED, 2)))
                .isEqualTo("nothing");
        assertThat(missing(ofDay("a", Result.SUCCEEDED, 1), ofDay("b", Result.FAILED, 2)))
                .isEqualTo("run b for 2026-11-23 failed");
        assertThat(missing(ofDay("a", Result.SUCCEEDED, 1), ofDay("b", Result.RUNNING, 2)))
                .isEqualTo("run b for 2026-11-23 is at work or was killed");
    }

    @Test
    void runsThatDidNothingDoNotCount() {
        assertThat(missing(ofDay("trial", Result.SUCCEEDED, 1))).isEqualTo("no run covers 2026-11-23");
        assertThat(missing(ofDay("a", Result.SUCCEEDED, 1), ofDay("b", Result.NOT_READY, 2)))
                .isEqualTo("nothing");
    }

    @Test
    void itIsEnoughToHaveEndedWhereThatIsSaid() {
        assertThat(missing(DAY, true, List.of(ofDay("a", Result.FAILED, 1)))).isEqualTo("nothing");
        assertThat(missing(DAY, true, List.of(ofDay("a", Result.RUNNING, 1))))
                .isEqualTo("run a for 2026-11-23 is at work or was killed");
    }

    @Test
    void hoursCoverADay() {
        List<RunEntry> day = hours(0, 24);
        assertThat(missing(DAY, false, day)).isEqualTo("nothing");

        List<RunEntry> holes = new ArrayList<>(hours(0, 5));
        holes.addAll(hours(7, 23));
        assertThat(missing(DAY, false, holes))
                .isEqualTo("no run covers 2026-11-23T05:00Z to 2026-11-23T07:00Z, 2026-11-23T23:00Z to"
                        + " 2026-11-24T00:00Z");

        List<RunEntry> failed = new ArrayList<>(holes);
        failed.add(entry("f", DAY.start().plus(Duration.ofHours(5)), HOUR, Result.FAILED, 5));
        assertThat(missing(DAY, false, failed))
                .isEqualTo("run f for 2026-11-23T05:00Z to 2026-11-23T06:00Z failed; no run covers"
                        + " 2026-11-23T06:00Z to 2026-11-23T07:00Z, 2026-11-23T23:00Z to 2026-11-24T00:00Z");
    }

    @Test
    void aDayCoversItsHours() {
        Interval hour =
                new Interval(DAY.start().plus(Duration.ofHours(9)), DAY.start().plus(Duration.ofHours(10)));
        assertThat(missing(hour, false, List.of(ofDay("a", Result.SUCCEEDED, 1))))
                .isEqualTo("nothing");
        assertThat(missing(hour, false, List.of(ofDay("a", Result.FAILED, 1))))
                .isEqualTo("run a for 2026-11-23 failed");
    }

    @Test
    void whatLiesOutsideDoesNotMatter() {
        RunEntry before = entry("b", DAY.start().minus(Duration.ofDays(1)), Duration.ofDays(1), Result.FAILED, 1);
        RunEntry after = entry("c", DAY.end(), Duration.ofDays(1), Result.FAILED, 1);
        assertThat(missing(before, ofDay("a", Result.SUCCEEDED, 1), after)).isEqualTo("nothing");
        assertThat(missing(before, after)).isEqualTo("no run covers 2026-11-23");
    }
}
