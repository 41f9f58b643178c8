package org.tofro.report;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The latest real runs of a pipeline in one small file, so that a look at hundreds of pipelines does not read thousands of
 * entries.
 *
 * @param pipeline its name
 * @param runs the runs that were launched last, at most {@link #MOST}, in the order of their intervals
 * @param lastSuccess the success of the latest interval, however long ago; null where there is none
 */
public record PipelineRuns(
        String pipeline, List<RunEntry> runs, @Nullable RunEntry lastSuccess) {
    /** Enough for a median, and for an eye. */
    public static final int MOST = 20;

    private static final Comparator<RunEntry> LAUNCHED =
            Comparator.comparing(RunEntry::startedAt).thenComparing(RunEntry::run);

    @SuppressWarnings("NullAway") // A foreign file reads as one without values.
    public PipelineRuns {
        runs = runs == null ? List.of() : List.copyOf(runs);
    }

    /** Of all these entries; trial runs and those of which steps were left out are passed over. */
    public static PipelineRuns of(String pipeline, List<RunEntry> entries) {
        PipelineRuns all = new PipelineRuns(pipeline, List.of(), null);
        return all.with(entries);
    }

    /** The same with another run, or with what has become of one. */
    PipelineRuns with(RunEntry entry) {
        return with(List.of(entry));
    }

    private PipelineRuns with(List<RunEntry> entries) {
        List<RunEntry> all = new ArrayList<>(runs);
        for (RunEntry entry : entries) {
            if (!entry.trial()) {
                all.removeIf(known -> isOf(known, entry));
                if (counts(entry)) {
                    all.add(entry);
                }
            }
        }
        RunEntry before = lastSuccess;
        Stream<RunEntry> older = before == null || entries.stream().anyMatch(entry -> isOf(before, entry))
                ? Stream.empty()
                : Stream.of(before);
        RunEntry success = Stream.concat(all.stream(), older)
                .filter(run -> run.result() == RunEntry.Result.SUCCEEDED)
                .max(Comparator.comparing(RunEntry::intervalEnd).thenComparing(LAUNCHED))
                .orElse(null);
        all.sort(LAUNCHED);
        List<RunEntry> latest = new ArrayList<>(all.subList(Math.max(0, all.size() - MOST), all.size()));
        latest.sort(RunIndex.ORDER);
        return new PipelineRuns(pipeline, latest, success);
    }

    /** A run of which steps were left out says nothing of how its pipeline stands. */
    private static boolean counts(RunEntry entry) {
        return entry.result() != RunEntry.Result.PARTIAL;
    }

    private static boolean isOf(RunEntry known, RunEntry entry) {
        return known.run().equals(entry.run()) && known.intervalStart().equals(entry.intervalStart());
    }

    boolean has(RunEntry entry) {
        return entry.trial()
                || (!counts(entry) && runs.stream().noneMatch(known -> isOf(known, entry)))
                || runs.contains(entry)
                || (runs.size() == MOST
                        && runs.stream().allMatch(run -> run.startedAt().isAfter(entry.startedAt())));
    }

    /** The run that was launched last. */
    public Optional<RunEntry> last() {
        return runs.stream().max(LAUNCHED);
    }

    /** The runs, and before them the last success where that is none of them. */
    public List<RunEntry> known() {
        RunEntry success = lastSuccess;
        return success == null || runs.contains(success)
                ? runs
                : Stream.concat(Stream.of(success), runs.stream())
                        .sorted(RunIndex.ORDER)
                        .toList();
    }

    /** How long its last launches took that succeeded: the middle one of them; empty where there are none. */
    public Optional<Duration> medianDuration() {
        List<Duration> taken = runs.stream()
                .filter(run -> run.result() == RunEntry.Result.SUCCEEDED && !run.marked())
                .flatMap(run -> duration(run).stream())
                .sorted()
                .toList();
        return taken.isEmpty() ? Optional.empty() : Optional.of(taken.get((taken.size() - 1) / 2));
    }

    private static Optional<Duration> duration(RunEntry run) {
        Instant end = run.endedAt();
        return end == null ? Optional.empty() : Optional.of(Duration.between(run.startedAt(), end));
    }
}
