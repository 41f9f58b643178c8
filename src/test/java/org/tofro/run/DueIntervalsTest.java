package org.tofro.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tofro.pipeline.Interval;
import org.tofro.pipeline.PipelineReader;
import org.tofro.pipeline.Schedule;
import org.tofro.pipeline.Variables;
import org.tofro.problem.Problems;
import org.tofro.report.RunEntry;
import org.tofro.report.RunEntry.Result;
import org.tofro.report.Waiting;

/** What a call of cron has to run. */
class DueIntervalsTest {
    private static final String HOURLY = "5 * * * *";
    private final List<RunEntry> runs = new ArrayList<>();
    private final List<Waiting> waiting = new ArrayList<>();

    @TempDir
    private Path folder;

    private Schedule schedule(String cron, String catchUp) throws IOException {
        Path file = folder.resolve("p.yaml");
        Files.writeString(file, "schedule: {cron: \"" + cron + "\", catch_up: " + catchUp + "}\n");
        Variables variables = new Variables(Map.of(), Interval.ofDay(LocalDate.EPOCH), name -> null);
        return Objects.requireNonNull(new PipelineReader(List.of(), variables)
                .read(file, new Problems())
                .orElseThrow()
                .schedule());
    }

    /** A run of an hour of the 24th, by the hour, that was started five minutes after the hour's end. */
    private void ran(int hour, Result result) {
        ran(hour, result, false, hour + 1);
    }

    private void ran(int hour, Result result, boolean trial, int startedIn) {
        Instant start = at(hour, 0);
        runs.add(new RunEntry(
                "p",
                "p-" + hour,
                start,
                start.plusSeconds(3600),
                result,
                at(startedIn, 6),
                result == Result.RUNNING ? null : at(startedIn, 7),
                "local",
                0,
                null,
                null,
                trial,
                false,
                null,
                null));
    }

    /** A launch of an hour of the 24th that has not begun. */
    private void waits(int hour, boolean aside, Waiting.@Nullable Cluster cluster) {
        Instant start = at(hour, 0);
        waiting.add(new Waiting(
                "p-" + hour,
                "p",
                start,
                start.plusSeconds(3600),
                cluster == null ? List.of("raw", "users") : List.of(),
                "h b 12 0 l",
                "process 12 on h",
                at(hour + 1, 6),
                cluster,
                aside,
                null));
    }

    private static Instant at(int hour, int minute) {
        return Instant.parse("2026-11-24T%02d:%02d:00Z".formatted(hour, minute));
    }

    private static List<Integer> hours(DueIntervals due) {
        return due.intervals().stream()
                .map(interval -> Integer.parseInt(interval.start().toString().substring(11, 13)))
                .toList();
    }

    @Test
    void theIntervalThatEndsWithTheFiringIsDue() throws IOException {
        ran(7, Result.SUCCEEDED);
        ran(8, Result.SUCCEEDED);
        for (String catchUp : List.of("none", "last", "all")) {
            assertThat(hours(DueIntervals.of(schedule(HOURLY, catchUp), runs, waiting, at(10, 5))))
                    .as(catchUp)
                    .containsExactly(9);
        }
    }

    @Test
    void aFiringThatLedToARunIsDoneWithHoweverThatEnded() throws IOException {
        for (Result result : EnumSet.complementOf(EnumSet.of(Result.NOT_READY, Result.PARTIAL))) {
            runs.clear();
            ran(9, result);
            for (String catchUp : List.of("none", "last", "all")) {
                DueIntervals due = DueIntervals.of(schedule(HOURLY, catchUp), runs, waiting, at(10, 30));
                assertThat(due.intervals()).as(result + " " + catchUp).isEmpty();
                assertThat(due.nothing())
                        .isEqualTo("nothing is due before 2026-11-24T11:05:00Z: run p-9 is of the interval of"
                                + " 2026-11-24T09:00");
            }
        }
    }

    /** It has done nothing but wait, and what it needs may be there now; or it did not do all. */
    @Test
    void aRunThatOnlyWaitedOrLeftStepsOutIsTriedAgain() throws IOException {
        ran(9, Result.NOT_READY);
        ran(9, Result.PARTIAL);
        assertThat(hours(DueIntervals.of(schedule(HOURLY, "last"), runs, waiting, at(10, 30))))
                .containsExactly(9);
    }

    @Test
    void whatDidNotSucceedBeforeTheFiringDoesNotCount() throws IOException {
        // Started by hand before the hour was due, and failed; and a trial run.
        ran(9, Result.FAILED, false, 9);
        ran(9, Result.SUCCEEDED, true, 10);
        assertThat(hours(DueIntervals.of(schedule(HOURLY, "last"), runs, waiting, at(10, 5))))
                .containsExactly(9);
        // Started by hand before the hour was due, and succeeded.
        ran(9, Result.SUCCEEDED, false, 9);
        assertThat(hours(DueIntervals.of(schedule(HOURLY, "last"), runs, waiting, at(10, 5))))
                .isEmpty();
    }

    @Test
    void aLaunchThatWaitsIsNotMadeAgain() throws IOException {
        ran(8, Result.SUCCEEDED);
        waits(9, true, null);
        waits(5, false, null);
        for (String catchUp : List.of("none", "last", "all")) {
            assertThat(hours(DueIntervals.of(schedule(HOURLY, catchUp), runs, waiting, at(10, 30))))
                    .as("a trial run, and one of another hour")
                    .containsExactly(9);
        }
        waits(9, false, null);
        for (String catchUp : List.of("none", "last", "all")) {
            DueIntervals due = DueIntervals.of(schedule(HOURLY, catchUp), runs, waiting, at(10, 30));
            assertThat(due.intervals()).as(catchUp).isEmpty();
            assertThat(due.nothing())
                    .isEqualTo("nothing is due before 2026-11-24T11:05:00Z: run p-9 is of the interval of"
                            + " 2026-11-24T09:00, and has not begun yet: process 12 on h waits for raw, users");
        }
        waiting.clear();
        waits(9, false, new Waiting.Cluster(null, null, null));
        assertThat(DueIntervals.of(schedule(HOURLY, "last"), runs, waiting, at(10, 30))
                        .nothing())
                .endsWith(", and has not begun yet: process 12 on h brings it to a cluster");
        waiting.clear();
        waits(9, false, new Waiting.Cluster("j-1", null, null));
        assertThat(DueIntervals.of(schedule(HOURLY, "last"), runs, waiting, at(10, 30))
                        .nothing())
                .endsWith(", and has not begun on cluster j-1 yet");
    }

    @Test
    void whatIsCaughtUpComesAfterAnIntervalThatWaits() throws IOException {
        ran(5, Result.SUCCEEDED);
        waits(7, false, null);
        assertThat(DueIntervals.of(schedule(HOURLY, "all"), runs, waiting, at(10, 30)))
                .isEqualTo(new DueIntervals(
                        List.of(),
                        "nothing is started now: run p-7 is of the interval of 2026-11-24T07:00, and has not begun"
                                + " yet: process 12 on h waits for raw, users; what is due after it, a later call"
                                + " runs"));
        assertThat(hours(DueIntervals.of(schedule(HOURLY, "last"), runs, waiting, at(10, 30))))
                .containsExactly(9);
    }

    @Test
    void afterAnOutageTheLastOrAllAreCaughtUp() throws IOException {
        ran(2, Result.SUCCEEDED);
        ran(3, Result.FAILED);
        ran(5, Result.SUCCEEDED, true, 6);
        assertThat(hours(DueIntervals.of(schedule(HOURLY, "none"), runs, waiting, at(9, 5))))
                .containsExactly(8);
        assertThat(hours(DueIntervals.of(schedule(HOURLY, "last"), runs, waiting, at(9, 5))))
                .containsExactly(8);
        assertThat(hours(DueIntervals.of(schedule(HOURLY, "all"), runs, waiting, at(9, 5))))
                .containsExactly(3, 4, 5, 6, 7, 8);
    }

    @Test
    void allOfAPipelineThatNeverSucceededIsItsLastInterval() throws IOException {
        ran(3, Result.FAILED);
        assertThat(hours(DueIntervals.of(schedule(HOURLY, "all"), runs, waiting, at(9, 5))))
                .containsExactly(8);
    }

    @Test
    void aMissedFiringStaysMissedWhereThatIsWanted() throws IOException {
        DueIntervals late = DueIntervals.of(schedule("30 3 * * *", "none"), runs, waiting, at(9, 0));
        assertThat(late.intervals()).isEmpty();
        assertThat(late.nothing())
                .isEqualTo("nothing is due before 2026-11-25T03:30:00Z: the firing of 2026-11-24T03:30:00Z was missed,"
                        + " and stays so by `catch_up: none`");
        assertThat(DueIntervals.of(schedule("30 3 * * *", "none"), runs, waiting, at(4, 30))
                        .intervals())
                .hasSize(1);
        assertThat(DueIntervals.of(schedule("30 3 * * *", "last"), runs, waiting, at(9, 0))
                        .intervals())
                .hasSize(1);
    }
}
