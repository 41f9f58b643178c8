package org.tofro.run;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.tofro.data.Outcome;
import org.tofro.plan.StepGraph;
import org.tofro.settings.Settings;

/**
 * Which graphs the direct runner leaves to embedded Flink. It holds in memory all elements of a graph; where those are files
 * that is nothing, and where a class of Beam's takes rows it is the whole table.
 */
final class LargeRows {
    /**
     * How much more a row takes in memory than in a compressed file. Reckoned, not measured: 100 bytes of text are some 400
     * as objects, with what Beam wraps around them, and some 20 compressed.
     */
    private static final long TIMES_STAGED = 20;

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
                .filter(step -> steps.contains(step.name()) && step.step().carriesRows())
                .map(step -> {
                    long staged = graph.producers(step.name()).stream()
                            .flatMap(producer -> outcomes.of(producer).stream())
                            .filter(Outcome::succeeded)
                            .mapToLong(outcome -> outcome.figures().bytes())
                            .sum();
                    return staged * TIMES_STAGED > memory / 4
                            ? Optional.of(String.format(
                                    Locale.ROOT,
                                    "%s: its rows, %,d MB as files, may not fit into memory, so it runs on embedded Flink"
                                            + " (flink: {large_rows: false} in the runner file keeps it on the direct runner)",
                                    step.name(),
                                    Math.max(1, staged / 1_000_000)))
                            : Optional.<String>empty();
                })
                .flatMap(Optional::stream)
                .findFirst();
    }
}
