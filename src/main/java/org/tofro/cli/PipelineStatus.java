package org.tofro.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.warehouse.Lease;
import org.tofro.pipeline.Interval;
import org.tofro.pipeline.Schedule;
import org.tofro.report.Pause;
import org.tofro.report.PipelineRuns;
import org.tofro.report.RunEntry;
import org.tofro.report.Waiting;
import org.tofro.run.LaunchIdentity;

/**
 * How a pipeline stands at a moment.
 *
 * @param pipeline its name
 * @param state that in few words
 * @param running the run that is at work; null where none is
 * @param waiting runs that have not begun: they wait for other pipelines, for files, or for a cluster
 * @param late the interval that should have succeeded by now; null where none is late or the pipeline has no schedule
 * @param failed the last run, where it did not succeed; null where it did or is at work
 * @param paused why it is not to start; null where it may
 * @param lastRun the run that was launched last; null where none was
 * @param lastSuccess the latest interval that has succeeded; null where none has
 * @param next when its schedule fires next; null where it has none
 * @param due by when the next interval is to have succeeded, or it is late; null without a schedule or a success before
 */
record PipelineStatus(
        String pipeline,
        String state,
        @Nullable Running running,
        List<Waits> waiting,
        @Nullable Late late,
        @Nullable Failed failed,
        @Nullable Pause paused,
        @Nullable LastRun lastRun,
        @Nullable Success lastSuccess,
        @Nullable Instant next,
        @Nullable Instant due) {

    /** A run at work: where, since when, and how long its lease runs unless it is renewed. */
    record Running(String run, String by, @Nullable Instant since, long leaseSecondsLeft) {}

    /** A run that waits: for which pipelines and files, where, and since when; or the cluster that is to begin it. */
    record Waits(
            String run,
            Instant intervalStart,
            Instant intervalEnd,
            List<String> needs,
            String by,
            Instant since,
            Waiting.@Nullable Cluster cluster) {
        /** Whether it waits for nothing but its cluster. */
        private boolean isSubmitted() {
            return cluster != null && needs.isEmpty();
        }

        private String words() {
            String when = HistoryCommand.seconds(since);
            if (cluster == null || !needs.isEmpty()) {
                return "waits for " + String.join(", ", needs) + " since " + when;
            }
            return cluster.id() == null
                    ? "is being brought to a cluster since " + when
                    : "was submitted to cluster " + cluster.id()
                            + (cluster.step() == null ? "" : " as step " + cluster.step()) + " at " + when
                            + " and has not begun there";
        }
    }

    /** An interval whose run was due and that has not succeeded. */
    record Late(Instant intervalStart, Instant intervalEnd, Instant dueAt) {}

    /** A run that failed, or whose process was killed. */
    record Failed(
            String run,
            Instant intervalStart,
            @Nullable Instant endedAt,
            boolean killed,
            @Nullable String step,
            @Nullable String message) {}

    /**
     * The run that was launched last.
     *
     * @param result how it ended: {@code running}, {@code succeeded}, {@code failed}, {@code not ready} or {@code killed}
     * @param seconds how long it took, or has taken so far; null where nobody knows
     * @param medianSeconds how long the last runs took that succeeded, the middle one of them; null where none has
     * @param rows rows that it left in its tables
     * @param place where its launcher is or was; null where that is not known
     */
    record LastRun(
            String run,
            Instant intervalStart,
            Instant intervalEnd,
            String result,
            Instant startedAt,
            @Nullable Double seconds,
            @Nullable Double medianSeconds,
            long rows,
            @Nullable String place) {}

    /** A run that succeeded. */
    record Success(
            String run,
            Instant intervalStart,
            Instant intervalEnd,
            @Nullable Instant endedAt,
            boolean byHand) {}

    PipelineStatus {
        waiting = List.copyOf(waiting);
    }

    /**
     * Judges a pipeline.
     *
     * @param runs its latest runs
     * @param held its lease, where a process that may still live holds it
     * @param waits who waits to begin a run of it
     */
    static PipelineStatus of(
            String pipeline,
            Optional<Schedule> schedule,
            PipelineRuns runs,
            Optional<Lease.Held> held,
            Optional<Pause> paused,
            List<Waiting> waits,
            Instant now) {
        List<RunEntry> real = runs.known();
        Optional<RunEntry> last = runs.last();
        boolean works = held.isPresent()
                && last.filter(run -> run.run().equals(held.get().run())).isPresent();
        Running running = held.map(lease -> running(lease, real)).orElse(null);
        Late late = schedule.flatMap(known -> late(known, real, now)).orElse(null);
        LastRun lastRun = last.map(run -> lastRun(run, runs, works, now)).orElse(null);
        Failed failed = last.filter(run -> run.result() != RunEntry.Result.SUCCEEDED && !works)
                .map(PipelineStatus::failed)
                .orElse(null);
        RunEntry success = runs.lastSuccess();
        List<Waits> waiting = waits.stream().map(PipelineStatus::waits).toList();
        return new PipelineStatus(
                pipeline,
                words(running, waiting, late, failed, paused.isPresent(), lastRun, success != null),
                running,
                waiting,
                late,
                failed,
                paused.orElse(null),
                lastRun,
                success == null ? null : success(success),
                schedule.map(known -> known.next(now)).orElse(null),
                success == null
                        ? null
                        : schedule.map(known -> due(known, success)).orElse(null));
    }

    private static Success success(RunEntry run) {
        return new Success(run.run(), run.intervalStart(), run.intervalEnd(), run.endedAt(), run.marked());
    }

    private static Waits waits(Waiting waiting) {
        return new Waits(
                waiting.run(),
                waiting.intervalStart(),
                waiting.intervalEnd(),
                waiting.needs(),
                waiting.place(),
                waiting.since(),
                waiting.cluster());
    }

    private static LastRun lastRun(RunEntry run, PipelineRuns runs, boolean works, Instant now) {
        Instant end = works ? now : run.endedAt();
        String result = run.result() == RunEntry.Result.RUNNING && !works
                ? "killed"
                : run.result().name().toLowerCase(Locale.ROOT).replace('_', ' ');
        return new LastRun(
                run.run(),
                run.intervalStart(),
                run.intervalEnd(),
                result,
                run.startedAt(),
                end == null ? null : seconds(Duration.between(run.startedAt(), end)),
                runs.medianDuration().map(PipelineStatus::seconds).orElse(null),
                run.rows(),
                run.place());
    }

    private static double seconds(Duration time) {
        return Math.max(0, time.toMillis()) / 1000.0;
    }

    /** When the first interval after the last success is late. */
    private static Instant due(Schedule schedule, RunEntry success) {
        Instant firing = schedule.next(success.intervalEnd().minusMillis(1));
        while (!schedule.intervalOf(firing).end().isAfter(success.intervalEnd())) {
            firing = schedule.next(firing);
        }
        return firing.plus(schedule.lateAfter());
    }

    private static Running running(Lease.Held lease, List<RunEntry> runs) {
        return new Running(
                lease.run(),
                LaunchIdentity.describe(lease.holder()),
                runs.stream()
                        .filter(run -> run.run().equals(lease.run()))
                        .map(RunEntry::startedAt)
                        .reduce((one, later) -> later)
                        .orElse(null),
                lease.secondsLeft());
    }

    /** What was never run is not late: nobody waits for it yet. */
    private static Optional<Late> late(Schedule schedule, List<RunEntry> runs, Instant now) {
        if (runs.isEmpty()) {
            return Optional.empty();
        }
        Instant firing = schedule.previous(now.minus(schedule.lateAfter()));
        Interval interval = schedule.intervalOf(firing);
        boolean done = runs.stream()
                .anyMatch(run -> run.result() == RunEntry.Result.SUCCEEDED
                        && !run.intervalEnd().isBefore(interval.end()));
        return done ? Optional.empty() : Optional.of(new Late(interval.start(), interval.end(), firing));
    }

    private static Failed failed(RunEntry run) {
        return new Failed(
                run.run(),
                run.intervalStart(),
                run.endedAt(),
                run.result() == RunEntry.Result.RUNNING,
                run.failedStep(),
                run.message());
    }

    private static String words(
            @Nullable Running running,
            List<Waits> waiting,
            @Nullable Late late,
            @Nullable Failed failed,
            boolean paused,
            @Nullable LastRun lastRun,
            boolean succeeded) {
        List<String> words = new ArrayList<>();
        if (running != null) {
            words.add("running");
        }
        if (waiting.stream().anyMatch(each -> !each.isSubmitted())) {
            words.add("waiting");
        }
        if (waiting.stream().anyMatch(Waits::isSubmitted)) {
            words.add("submitted");
        }
        if (late != null) {
            words.add("late");
        }
        if (failed != null && lastRun != null) {
            words.add(lastRun.result());
        }
        if (paused) {
            words.add("paused");
        }
        return words.isEmpty() ? (succeeded ? "good" : "never run") : String.join(", ", words);
    }

    /**
     * What to know about it, a sentence each.
     *
     * @param operations knows how a command is typed here
     */
    List<String> sentences(Operations operations) {
        List<String> all = new ArrayList<>();
        if (running != null) {
            all.add((running.run().equals(KeptLease.RUN)
                            ? "a backfill is between two of its runs"
                            : "run " + running.run() + " is at work")
                    + (running.since() == null ? "" : " since " + HistoryCommand.seconds(running.since())) + ": "
                    + place() + ", its lease runs for another " + running.leaseSecondsLeft()
                    + " s unless it is renewed");
        }
        waiting.forEach(each -> all.add("run " + each.run() + " for "
                + HistoryCommand.interval(each.intervalStart(), each.intervalEnd()) + " " + each.words() + ": "
                + each.by() + "; to end that: " + operations.command("cancel " + each.run())));
        if (late != null) {
            all.add("the run of the interval " + HistoryCommand.interval(late.intervalStart(), late.intervalEnd())
                    + " was due at " + late.dueAt() + " and has not succeeded");
        }
        if (failed != null) {
            all.add("run " + failed.run() + ending(failed, lastRun) + "; to go on from where it stopped: "
                    + operations.command("resume " + failed.run()));
        }
        if (paused != null) {
            all.add("paused by " + paused.by() + " since " + HistoryCommand.seconds(paused.since()) + ": "
                    + paused.reason() + "; to end that: " + operations.command("unpause " + pipeline));
        }
        return all;
    }

    /** Where the run at work is: its lease knows the process, its entry what that belongs to. */
    private String place() {
        Running work = Objects.requireNonNull(running);
        LastRun last = lastRun;
        return last != null && last.run().equals(work.run()) && last.place() != null ? last.place() : work.by();
    }

    private static String ending(Failed failed, @Nullable LastRun last) {
        if (failed.killed()) {
            return " was killed";
        }
        boolean notReady = last != null && last.result().equals("not ready");
        return (notReady ? " did not begin or go on" : " failed")
                + (failed.step() == null ? "" : " in step '" + failed.step() + "'")
                + (failed.message() == null ? "" : ": " + failed.message().replaceFirst("\\.$", ""));
    }
}
