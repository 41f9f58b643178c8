package org.tofro.plan;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.tofro.data.TableDefinition;
import org.tofro.pipeline.Landing;
import org.tofro.pipeline.PipelineSpec;
import org.tofro.pipeline.StepSpec;

/**
 * A pipeline's plan: its steps in an order in which they could run one after another, which is the file's, and for
 * each the steps that it waits for. Steps between which no edges lead run side by side.
 *
 * @param pipeline the pipeline
 * @param steps in order
 * @param edges at most one for each pair of steps, by the later step's and then the earlier step's place in the order
 * @param inputs for each step that consumes files what it takes, in the order in which it takes them
 */
public record StepGraph(
        PipelineSpec pipeline, List<StepSpec> steps, List<Edge> edges, Map<String, List<FileInput>> inputs) {
    public StepGraph {
        steps = List.copyOf(steps);
        edges = List.copyOf(edges);
        inputs = Map.copyOf(inputs);
    }

    /**
     * Files that a step takes.
     *
     * @param step the step that stages them
     * @param node what they are called: that step's name, or that of one of its outputs
     * @param folder the folder that the pipeline wants for them; null for one of their own
     */
    public record FileInput(
            String step, String node, @Nullable String folder) {}

    /**
     * One step waits for another.
     *
     * @param from the earlier step
     * @param to the step that waits
     * @param reasons why, each a clause in which "it" is the earlier step and "here" the later one
     */
    public record Edge(String from, String to, List<String> reasons) {
        public Edge {
            reasons = List.copyOf(reasons);
        }
    }

    /** The step of that name. */
    public StepSpec step(String name) {
        return steps.stream()
                .filter(step -> step.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("the plan has no step '" + name + "'"));
    }

    /** The edges that lead to a step. */
    public List<Edge> into(String step) {
        return edges.stream().filter(edge -> edge.to().equals(step)).toList();
    }

    /** The names of the steps that a step waits for. */
    public List<String> dependencies(String step) {
        return into(step).stream().map(Edge::from).toList();
    }

    /** Whether every step waits for the one before it, so that never two are at work. */
    public boolean isChain() {
        return IntStream.range(1, steps.size())
                .allMatch(i -> dependencies(steps.get(i).name())
                        .contains(steps.get(i - 1).name()));
    }

    /** Where the files that a step stages are published: by steps that carry on what a load of them has filled. */
    public List<Landing> landings(String producer) {
        Set<String> names = steps.stream().map(StepSpec::name).collect(Collectors.toCollection(TreeSet::new));
        Set<TableKey> loaded = new TreeSet<>();
        // What a step makes of these files is published in their stead.
        Set<String> carried = new TreeSet<>(Set.of(producer));
        for (StepSpec step : steps) {
            if (producers(step.name()).stream().anyMatch(carried::contains)) {
                carried.add(step.name());
                loaded.addAll(TableKey.all(step.step().tables().writes()));
            }
        }
        return steps.stream()
                .flatMap(step -> step.step().publishing().stream()
                        .filter(publishing -> loaded.contains(TableKey.of(publishing.source())))
                        .map(publishing -> new Landing(publishing, step.name(), names)))
                .toList();
    }

    /** The definitions of the tables that the files of a step are loaded into. */
    public List<TableDefinition> definitions(String producer) {
        return steps.stream()
                .filter(step -> producers(step.name()).contains(producer))
                .flatMap(step -> step.step().loads().stream())
                .distinct()
                .toList();
    }

    /**
     * The steps that wait for other pipelines or files while nothing else has been done: those before which the file has no other
     * steps, and which wait for none.
     */
    public List<StepSpec> leadingWaits() {
        return steps.stream().takeWhile(StepSpec::isWait).toList();
    }

    /** The files that a step consumes; empty where it consumes none. */
    public List<FileInput> inputs(String step) {
        return inputs.getOrDefault(step, List.of());
    }

    /** The steps whose files a step consumes, each once; empty where it consumes none. */
    public List<String> producers(String step) {
        return inputs(step).stream().map(FileInput::step).distinct().toList();
    }
}
