package org.tofro.run;

import static java.util.stream.Collectors.joining;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.tofro.pipeline.Interval;
import org.tofro.report.RunEntry;

/**
 * How far the runs of a pipeline cover a stretch of time: hourly runs a day, or a daily run an hour of its day. Of each
 * interval the run that was started last counts; trial runs, runs that did not go on for want of others, and runs that left steps out do not.
 *
 * @param absent what no run covers, in order
 * @param unfinished runs that cover a part and are at work, or have failed
 */
record Coverage(List<Interval> absent, List<RunEntry> unfinished) {
    private static final int MOST_NAMED = 5;

    Coverage {
        absent = List.copyOf(absent);
        unfinished = List.copyOf(unfinished);
    }

    /** @param okToFail whether a run that failed covers its interval too */
    static Coverage of(List<RunEntry> entries, Interval wanted, boolean okToFail) {
        Map<Interval, RunEntry> latest = new HashMap<>();
        for (RunEntry entry : entries) {
            boolean counts = !entry.trial()
                    && !entry.isPassedOver()
                    && entry.intervalStart().isBefore(wanted.end())
                    && entry.intervalEnd().isAfter(wanted.start());
            if (counts) {
                latest.merge(
                        new Interval(entry.intervalStart(), entry.intervalEnd()),
                        entry,
                        (one, other) -> one.startedAt().isAfter(other.startedAt()) ? one : other);
            }
        }
        List<RunEntry> good = latest.values().stream()
                .filter(entry -> entry.result() == RunEntry.Result.SUCCEEDED
                        || (okToFail && entry.result() == RunEntry.Result.FAILED))
                .toList();
        List<Interval> missing = gaps(wanted, good);
        List<RunEntry> unfinished = latest.values().stream()
                .filter(entry -> !good.contains(entry))
                .filter(entry -> missing.stream()
                        .anyMatch(gap -> entry.intervalStart().isBefore(gap.end())
                                && entry.intervalEnd().isAfter(gap.start())))
                .sorted(Comparator.comparing(RunEntry::intervalStart).thenComparing(RunEntry::run))
                .toList();
        return new Coverage(gaps(wanted, List.copyOf(latest.values())), unfinished);
    }

    private static List<Interval> gaps(Interval wanted, List<RunEntry> runs) {
        List<Interval> gaps = new ArrayList<>();
        Instant reached = wanted.start();
        for (RunEntry run : runs.stream()
                .sorted(Comparator.comparing(RunEntry::intervalStart))
                .toList()) {
            if (run.intervalStart().isAfter(reached)) {
                gaps.add(new Interval(reached, run.intervalStart()));
            }
            reached = run.intervalEnd().isAfter(reached) ? run.intervalEnd() : reached;
        }
        if (reached.isBefore(wanted.end())) {
            gaps.add(new Interval(reached, wanted.end()));
        }
        return gaps;
    }

    boolean isComplete() {
        return absent.isEmpty() && unfinished.isEmpty();
    }

    /** What is missing, in words. */
    String missing() {
        List<String> parts = new ArrayList<>();
        for (RunEntry run : unfinished.subList(0, Math.min(MOST_NAMED, unfinished.size()))) {
            parts.add("run " + run.run() + " for " + new Interval(run.intervalStart(), run.intervalEnd()).words()
                    + (run.result() == RunEntry.Result.RUNNING ? " is at work or was killed" : " failed"));
        }
        if (unfinished.size() > MOST_NAMED) {
            parts.add((unfinished.size() - MOST_NAMED) + " more runs have not succeeded");
        }
        if (!absent.isEmpty()) {
            String named =
                    absent.stream().limit(MOST_NAMED).map(Interval::words).collect(joining(", "));
            parts.add("no run covers " + named + (absent.size() > MOST_NAMED ? ", ..." : ""));
        }
        return String.join("; ", parts);
    }
}
