package org.tofro.run;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.tofro.data.Figures;
import org.tofro.data.Outcome;
import org.tofro.pipeline.StepSpec;
import org.tofro.plan.StepGraph;

/**
 * Performs the steps of a plan around those that wait for what others do: a graph of all that no such step holds up, then
 * the waiting, then a graph of what it held up. Likewise around what must be known before an engine is chosen.
 */
final class WaitingSteps {
    private final StepGraph graph;
    private final OutsideWait wait;
    private final HostPlaces places;
    private final EarlyEnd end;
    private final StepOutcomes outcomes;
    private final boolean rowsApart;
    private final List<String> late = new ArrayList<>();

    /**
     * @param rowsApart whether steps that carry rows are in a graph after that of the steps whose files they take, so that their
     *     engine can be chosen by the size of those
     */
    WaitingSteps(
            StepGraph graph,
            OutsideWait wait,
            HostPlaces places,
            EarlyEnd end,
            StepOutcomes outcomes,
            boolean rowsApart) {
        this.rowsApart = rowsApart;
        this.graph = graph;
        this.wait = wait;
        this.places = places;
        this.end = end;
        this.outcomes = outcomes;
    }

    /** What was missing when a wait ended; empty where nothing was. */
    List<String> late() {
        return late;
    }

    /** Performs the waiting before which there is nothing to do. */
    void awaitLeading() throws InterruptedException {
        for (StepSpec step : graph.leadingWaits()) {
            if (outcomes.of(step.name()).isEmpty()) {
                await(step);
            }
        }
    }

    /**
     * Performs everything, waiting where it has to.
     *
     * @return what ended a graph early, unless that was wanted; else null
     */
    @Nullable
    String perform(StepTries tries) throws IOException, InterruptedException {
        String trouble = null;
        while (end.reason() == null) {
            Set<String> held = held();
            List<String> free = graph.steps().stream()
                    .filter(step -> !step.isWait())
                    .map(StepSpec::name)
                    .filter(step -> !held.contains(step) && outcomes.of(step).isEmpty())
                    .toList();
            if (!free.isEmpty()) {
                String ended = tries.perform(free);
                trouble = ended == null ? trouble : ended;
                continue;
            }
            Optional<StepSpec> next = graph.steps().stream()
                    .filter(step -> step.isWait() && outcomes.of(step.name()).isEmpty())
                    .findFirst();
            if (next.isEmpty()) {
                break;
            }
            await(next.get());
            places.takeAgain(end);
        }
        return trouble;
    }

    /** The steps that wait for what others do and have not done so, and all that waits for those. */
    private Set<String> held() {
        Set<String> held = new HashSet<>();
        for (StepSpec step : graph.steps()) {
            boolean open = (step.isWait() && outcomes.of(step.name()).isEmpty()) || sizeIsOpen(step);
            if (open || graph.dependencies(step.name()).stream().anyMatch(held::contains)) {
                held.add(step.name());
            }
        }
        return held;
    }

    private boolean sizeIsOpen(StepSpec step) {
        return rowsApart
                && step.step().columnsInGraph() > 0
                && graph.producers(step.name()).stream()
                        .anyMatch(producer -> outcomes.of(producer).isEmpty());
    }

    private void await(StepSpec step) throws InterruptedException {
        String name = step.name();
        Optional<String> obstacle = outcomes.obstacle(graph.dependencies(name));
        if (obstacle.isPresent()) {
            outcomes.put(Outcome.skipped(name, obstacle.get()));
            return;
        }
        long startedAt = System.currentTimeMillis();
        Optional<String> missing = wait.late(step);
        if (end.reason() != null) {
            return;
        }
        outcomes.countTry(name);
        Figures figures = new Figures(0, 0, 0, startedAt, System.currentTimeMillis(), 0, 0, false, List.of());
        outcomes.put(
                missing.isEmpty() ? Outcome.succeeded(name, figures) : Outcome.failed(name, missing.get(), figures));
        missing.ifPresent(late::add);
    }
}
