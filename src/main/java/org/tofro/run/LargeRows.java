package org.tofro.run;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.tofro.data.Figures;
import org.tofro.data.Outcome;
import org.tofro.plan.StepGraph;
import org.tofro.settings.Settings;

/**
 * Which graphs the direct runner leaves to embedded Flink. It holds in memory all elements of a graph; where those are files
 * that is nothing, and where a class of Beam's takes rows it is the whole table.
 */
final class LargeRows {
    /** Bytes on the heap of a row, of each of its values, and of its texts for each byte staged: docs/flink.md. */
    private static final long ROW = 140;

    private static final long VALUE = 70;
    private static final long TIMES_STAGED = 4;

    private LargeRows() {}

    /** Whether that may happen in an environment. */
    static boolean mayMove(Settings settings) {
        return settings.runner() == Settings.Runner.DIRECT && settings.flink().largeRows();
    }

    /**
     * Why a graph is better run on embedded Flink, for people; empty where the direct runner will do.
     *
     * @param steps those of the graph
     * @param outcomes of what was before it
     * @param memory what this JVM has at most, in bytes
     */
    static Optional<String> reason(StepGraph graph, Set<String> steps, StepOutcomes outcomes, long memory) {
        return graph.steps().stream()
                .filter(step -> steps.contains(step.name()) && step.step().columnsInGraph() > 0)
                .map(step -> {
                    List<Figures> taken = graph.producers(step.name()).stream()
                            .flatMap(producer -> outcomes.of(producer).stream())
                            .filter(Outcome::succeeded)
                            .map(Outcome::figures)
                            .toList();
                    long rows = taken.stream().mapToLong(Figures::rowsOut).sum();
                    long staged = taken.stream().mapToLong(Figures::bytes).sum();
                    long held = onHeap(rows, step.step().columnsInGraph(), staged);
                    return held > memory / 4
                            ? Optional.of(String.format(
                                    Locale.ROOT,
                                    "%s: its %,d rows, about %,d MB in memory, may not fit there, so it runs on embedded Flink"
                                            + " (flink: {large_rows: false} in the runner file keeps it on the direct runner)",
                                    step.name(),
                                    rows,
                                    Math.max(1, held / 1_000_000)))
                            : Optional.<String>empty();
                })
                .flatMap(Optional::stream)
                .findFirst();
    }

    /** About what the direct runner holds of staged rows, in bytes. */
    static long onHeap(long rows, int columns, long staged) {
        return rows * (ROW + VALUE * columns) + staged * TIMES_STAGED;
    }
}
