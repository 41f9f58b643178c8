package org.tofro.run;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.tofro.pipeline.Interval;
import org.tofro.pipeline.Schedule;
import org.tofro.report.RunEntry;
import org.tofro.report.Waiting;

/**
 * Which intervals a launch by cron has to run now. A firing that has led to a run is done with, however that run ended, so
 * cron may call more often than the schedule fires: it has no time zones, and calls again when a machine has started. So is
 * one whose launch still waits for others.
 *
 * @param intervals in the order in which they are to run; empty where nothing is due
 * @param nothing why nothing is due; null where something is
 */
public record DueIntervals(
        List<Interval> intervals, @Nullable String nothing) {
    /** How late cron may call where missed firings stay missed: an hour that the clocks are put back by, and some. */
    private static final Duration LATEST = Duration.ofMinutes(70);

    public DueIntervals {
        intervals = List.copyOf(intervals);
    }

    /**
     * Looks at what has been run.
     *
     * @param runs the pipeline's runs; those of the last interval at least, and for {@code catch_up: all} those since the
     *     last that succeeded
     * @param waiting launches of the pipeline that were asked for and will begin
     */
    public static DueIntervals of(Schedule schedule, List<RunEntry> runs, List<Waiting> waiting, Instant now) {
        Instant firing = schedule.previous(now);
        Interval last = schedule.intervalOf(firing);
        Optional<RunEntry> handled = runs.stream()
                .filter(run -> run.covers(last.start(), last.end()))
                .filter(run -> run.result() == RunEntry.Result.SUCCEEDED
                        || (!run.isPassedOver() && !run.startedAt().isBefore(firing)))
                .findFirst();
        if (handled.isPresent()) {
            return new DueIntervals(
                    List.of(),
                    "nothing is due before " + schedule.next(now) + ": run "
                            + handled.get().run() + " is of the interval of " + schedule.shown(last.start()));
        }
        Optional<Waiting> asked = waitingFor(last, waiting);
        if (asked.isPresent()) {
            return new DueIntervals(
                    List.of(),
                    "nothing is due before " + schedule.next(now) + ": run "
                            + asked.get().run() + " is of the interval of " + schedule.shown(last.start()) + ", and "
                            + words(asked.get()));
        }
        return switch (schedule.catchUp()) {
            case NONE ->
                Duration.between(firing, now).compareTo(LATEST.plus(schedule.jitter())) > 0
                        ? new DueIntervals(
                                List.of(),
                                "nothing is due before " + schedule.next(now) + ": the firing of " + firing
                                        + " was missed, and stays so by `catch_up: none`")
                        : new DueIntervals(List.of(last), null);
            case LAST -> new DueIntervals(List.of(last), null);
            case ALL -> inTurn(schedule, missed(schedule, runs, last), waiting);
        };
    }

    /** Intervals are run in their order, so later ones come after one that waits. */
    private static DueIntervals inTurn(Schedule schedule, List<Interval> missed, List<Waiting> waiting) {
        for (Interval interval : missed) {
            Optional<Waiting> asked = waitingFor(interval, waiting);
            if (asked.isPresent()) {
                return new DueIntervals(
                        List.of(),
                        "nothing is started now: run " + asked.get().run() + " is of the interval of "
                                + schedule.shown(interval.start()) + ", and " + words(asked.get())
                                + "; what is due after it, a later call runs");
            }
        }
        return new DueIntervals(missed, null);
    }

    private static Optional<Waiting> waitingFor(Interval interval, List<Waiting> waiting) {
        return waiting.stream()
                .filter(each -> each.covers(interval.start(), interval.end()))
                .findFirst();
    }

    private static String words(Waiting waiting) {
        Waiting.Cluster cluster = waiting.cluster();
        return cluster != null && waiting.namesCluster()
                ? "has not begun on cluster " + cluster.id() + " yet"
                : "has not begun yet: " + LaunchIdentity.describe(waiting.holder())
                        + (waiting.needs().isEmpty()
                                ? " brings it to a cluster"
                                : " waits for " + String.join(", ", waiting.needs()));
    }

    /** The intervals since the last one that succeeded, up to this one. */
    private static List<Interval> missed(Schedule schedule, List<RunEntry> runs, Interval last) {
        Optional<Instant> done = runs.stream()
                .filter(run -> !run.trial() && run.result() == RunEntry.Result.SUCCEEDED)
                .map(RunEntry::intervalEnd)
                .filter(end -> !end.isAfter(last.start()))
                .max(Instant::compareTo);
        return done.map(end -> schedule.intervalsEnding(end, last.end())).orElse(List.of(last));
    }
}
