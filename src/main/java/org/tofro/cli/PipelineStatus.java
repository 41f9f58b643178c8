package org.tofro.cli;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.warehouse.Lease;
import org.tofro.pipeline.Interval;
import org.tofro.pipeline.Schedule;
import org.tofro.report.Pause;
import org.tofro.report.RunEntry;
import org.tofro.run.LaunchIdentity;

/**
 * How a pipeline stands at a moment.
 *
 * @param pipeline its name
 * @param running the run that is at work; null where none is
 * @param late the interval that should have succeeded by now; null where none is late or the pipeline has no schedule
 * @param failed the last run, where it did not succeed; null where it did or is at work
 * @param paused why it is not to start; null where it may
 * @param lastSuccess the latest interval that has succeeded; null where none has
 * @param next when its schedule fires next; null where it has none
 */
record PipelineStatus(
        String pipeline,
        @Nullable Running running,
        @Nullable Late late,
        @Nullable Failed failed,
        @Nullable Pause paused,
        @Nullable Success lastSuccess,
        @Nullable Instant next) {

    /** A run at work: whose process, since when, and how long its lease runs unless it is renewed. */
    record Running(String run, String by, @Nullable Instant since, long leaseSecondsLeft) {}

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

    /** A run that succeeded. */
    record Success(
            String run,
            Instant intervalStart,
            Instant intervalEnd,
            @Nullable Instant endedAt,
            boolean byHand) {}

    /**
     * Judges a pipeline.
     *
     * @param runs its latest runs, in the order of their intervals
     * @param held its lease, where a process that may still live holds it
     */
    static PipelineStatus of(
            String pipeline,
            Optional<Schedule> schedule,
            List<RunEntry> runs,
            Optional<Lease.Held> held,
            Optional<Pause> paused,
            Instant now) {
        List<RunEntry> real = runs.stream()
                .filter(run -> !run.trial() && run.result() != RunEntry.Result.PARTIAL)
                .toList();
        Optional<RunEntry> last = real.stream().max(Comparator.comparing(RunEntry::startedAt));
        return new PipelineStatus(
                pipeline,
                held.map(lease -> running(lease, real)).orElse(null),
                schedule.flatMap(known -> late(known, real, now)).orElse(null),
                last.filter(run -> run.result() != RunEntry.Result.SUCCEEDED)
                        .filter(run -> held.isEmpty() || !held.get().run().equals(run.run()))
                        .map(PipelineStatus::failed)
                        .orElse(null),
                paused.orElse(null),
                real.stream()
                        .filter(run -> run.result() == RunEntry.Result.SUCCEEDED)
                        .reduce((one, later) -> later)
                        .map(run -> new Success(
                                run.run(), run.intervalStart(), run.intervalEnd(), run.endedAt(), run.marked()))
                        .orElse(null),
                schedule.map(known -> known.next(now)).orElse(null));
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

    /** The state in few words. */
    String state() {
        List<String> words = new ArrayList<>();
        if (running != null) {
            words.add("running");
        }
        if (late != null) {
            words.add("late");
        }
        if (failed != null) {
            words.add(failed.killed() ? "killed" : "failed");
        }
        if (paused != null) {
            words.add("paused");
        }
        return words.isEmpty() ? (lastSuccess == null ? "never run" : "good") : String.join(", ", words);
    }

    /**
     * What to know about it, a sentence each.
     *
     * @param operations knows how a command is typed here
     */
    List<String> sentences(Operations operations) {
        List<String> all = new ArrayList<>();
        if (running != null) {
            all.add("run " + running.run() + " is at work"
                    + (running.since() == null ? "" : " since " + HistoryCommand.seconds(running.since())) + ": "
                    + running.by() + ", its lease runs for another " + running.leaseSecondsLeft()
                    + " s unless it is renewed");
        }
        if (late != null) {
            all.add("the run of the interval " + HistoryCommand.interval(late.intervalStart(), late.intervalEnd())
                    + " was due at " + late.dueAt() + " and has not succeeded");
        }
        if (failed != null) {
            all.add("run " + failed.run() + ending(failed) + "; to go on from where it stopped: "
                    + operations.command("resume " + failed.run()));
        }
        if (paused != null) {
            all.add("paused by " + paused.by() + " since " + HistoryCommand.seconds(paused.since()) + ": "
                    + paused.reason() + "; to end that: " + operations.command("unpause " + pipeline));
        }
        return all;
    }

    private static String ending(Failed failed) {
        if (failed.killed()) {
            return " was killed";
        }
        return " failed" + (failed.step() == null ? "" : " in step '" + failed.step() + "'")
                + (failed.message() == null ? "" : ": " + failed.message().replaceFirst("\\.$", ""));
    }
}
