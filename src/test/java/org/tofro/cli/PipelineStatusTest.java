package org.tofro.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tofro.connect.warehouse.Lease;
import org.tofro.pipeline.Interval;
import org.tofro.pipeline.PipelineReader;
import org.tofro.pipeline.Schedule;
import org.tofro.pipeline.Variables;
import org.tofro.problem.Problems;
import org.tofro.report.Pause;
import org.tofro.report.PipelineRuns;
import org.tofro.report.RunEntry;
import org.tofro.report.RunEntry.Result;
import org.tofro.report.Waiting;

/** How a pipeline stands: a day's interval is due at 06:30 of the next day, and late at 08:30. */
class PipelineStatusTest {
    private final List<RunEntry> runs = new ArrayList<>();

    @TempDir
    private Path folder;

    private Optional<Schedule> daily = Optional.empty();

    @BeforeEach
    void readTheSchedule() throws IOException {
        Path file = folder.resolve("p.yaml");
        Files.writeString(file, "schedule: {cron: 30 6 * * *, late_after: 2 hours}\n");
        Variables variables = new Variables(Map.of(), Interval.ofDay(LocalDate.EPOCH), name -> null);
        daily = new PipelineReader(List.of(), variables)
                .read(file, new Problems())
                .map(spec -> spec.schedule());
    }

    private void ran(int day, Result result, boolean trial) {
        Instant start = Instant.parse("2026-11-%02dT00:00:00Z".formatted(day));
        Instant started = start.plus(31, ChronoUnit.HOURS);
        runs.add(new RunEntry(
                "p",
                "p-" + day,
                start,
                start.plus(1, ChronoUnit.DAYS),
                result,
                started,
                result == Result.RUNNING ? null : started.plusSeconds(60),
                "local",
                0,
                result == Result.FAILED ? "load" : null,
                result == Result.FAILED ? "no room." : null,
                trial,
                false,
                null,
                null));
    }

    private PipelineStatus at(String time, Optional<Lease.Held> held, Optional<Pause> pause) {
        return at(time, held, pause, List.of());
    }

    private PipelineStatus at(String time, Optional<Lease.Held> held, Optional<Pause> pause, List<Waiting> waiting) {
        return PipelineStatus.of(
                "p",
                daily,
                PipelineRuns.of("p", runs),
                held,
                pause,
                waiting,
                Instant.parse("2026-11-" + time + ":00Z"));
    }

    private PipelineStatus at(String time) {
        return at(time, Optional.empty(), Optional.empty());
    }

    private static Optional<Lease.Held> heldFor(String run) {
        return Optional.of(new Lease.Held("h b 12 0 l", run, 7, true, 41));
    }

    @Test
    void isGoodUntilTheNextIntervalIsLate() {
        ran(22, Result.SUCCEEDED, false);

        assertThat(at("23T08:00").state()).isEqualTo("good");
        assertThat(at("24T08:29").state()).isEqualTo("good");
        assertThat(at("24T08:30").state()).isEqualTo("late");
        assertThat(at("24T08:30").late())
                .isEqualTo(new PipelineStatus.Late(
                        Instant.parse("2026-11-23T00:00:00Z"),
                        Instant.parse("2026-11-24T00:00:00Z"),
                        Instant.parse("2026-11-24T06:30:00Z")));
        assertThat(at("24T08:30").next()).isEqualTo("2026-11-25T06:30:00Z");
    }

    @Test
    void aTrialRunMakesNothingGoodAndNothingFailed() {
        ran(22, Result.SUCCEEDED, false);
        ran(23, Result.SUCCEEDED, true);
        assertThat(at("24T09:00").state()).isEqualTo("late");
        runs.remove(1);
        ran(23, Result.FAILED, true);
        assertThat(at("24T08:00").state()).isEqualTo("good");
    }

    @Test
    void saysAllThatIsTrue() {
        ran(22, Result.SUCCEEDED, false);
        ran(23, Result.FAILED, false);
        PipelineStatus status = at(
                "24T09:00",
                heldFor("p-other"),
                Optional.of(new Pause("p", "new keys", "me@here", Instant.parse("2026-11-24T08:00:00Z"))));

        assertThat(status.state()).isEqualTo("running, late, failed, paused");
        assertThat(status.running()).isEqualTo(new PipelineStatus.Running("p-other", "process 12 on h", null, 41));
        assertThat(status.failed())
                .isEqualTo(new PipelineStatus.Failed(
                        "p-23",
                        Instant.parse("2026-11-23T00:00:00Z"),
                        Instant.parse("2026-11-24T07:01:00Z"),
                        false,
                        "load",
                        "no room."));
        assertThat(status.lastSuccess())
                .isEqualTo(new PipelineStatus.Success(
                        "p-22",
                        Instant.parse("2026-11-22T00:00:00Z"),
                        Instant.parse("2026-11-23T00:00:00Z"),
                        Instant.parse("2026-11-23T07:01:00Z"),
                        false));
    }

    @Test
    void aRunThatHoldsNoLeaseWasKilled() {
        ran(22, Result.SUCCEEDED, false);
        ran(23, Result.RUNNING, false);

        assertThat(at("24T08:00").state()).isEqualTo("killed");
        assertThat(at("24T08:00", heldFor("p-23"), Optional.empty()).state()).isEqualTo("running");
    }

    @Test
    void whatNeverRanIsNotLate() {
        assertThat(at("24T12:00").state()).isEqualTo("never run");
        daily = Optional.empty();
        ran(3, Result.SUCCEEDED, false);
        assertThat(at("24T12:00").state()).isEqualTo("good");
        assertThat(at("24T12:00").next()).isNull();
    }

    @Test
    void aRunThatWaitsIsSeenBesideWhatIsLate() {
        ran(22, Result.SUCCEEDED, false);
        Waiting waiting = new Waiting(
                "p-23",
                "p",
                Instant.parse("2026-11-23T00:00:00Z"),
                Instant.parse("2026-11-24T00:00:00Z"),
                List.of("raw", "users"),
                "h b 12 0 l",
                "process 12 on h",
                Instant.parse("2026-11-24T06:30:07.5Z"),
                null,
                false,
                null);

        PipelineStatus status = at("24T09:00", Optional.empty(), Optional.empty(), List.of(waiting));

        assertThat(status.state()).isEqualTo("waiting, late");
        assertThat(status.waiting())
                .containsExactly(new PipelineStatus.Waits(
                        "p-23",
                        Instant.parse("2026-11-23T00:00:00Z"),
                        Instant.parse("2026-11-24T00:00:00Z"),
                        List.of("raw", "users"),
                        "process 12 on h",
                        Instant.parse("2026-11-24T06:30:07.5Z"),
                        null));
    }

    @Test
    void theLastRunIsTheOneThatWasLaunchedLast() {
        ran(21, Result.SUCCEEDED, false);
        ran(22, Result.SUCCEEDED, false);
        ran(23, Result.NOT_READY, false);

        PipelineStatus status = at("24T08:00");

        assertThat(status.state()).isEqualTo("not ready");
        assertThat(status.lastRun())
                .isEqualTo(new PipelineStatus.LastRun(
                        "p-23",
                        Instant.parse("2026-11-23T00:00:00Z"),
                        Instant.parse("2026-11-24T00:00:00Z"),
                        "not ready",
                        Instant.parse("2026-11-24T07:00:00Z"),
                        60.0,
                        60.0,
                        0,
                        null));
    }

    @Test
    void theNextSuccessIsDueWhenTheIntervalAfterTheLastOneIsLate() {
        assertThat(at("24T08:00").due()).isNull();
        ran(22, Result.SUCCEEDED, false);
        ran(23, Result.FAILED, false);

        assertThat(at("24T08:00").due()).isEqualTo("2026-11-24T08:30:00Z");
        assertThat(at("26T08:00").due())
                .as("the longer it lasts, the longer it is late")
                .isEqualTo("2026-11-24T08:30:00Z");
    }
}
