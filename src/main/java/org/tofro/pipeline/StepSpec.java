package org.tofro.pipeline;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tofro.problem.Span;

/**
 * One step of a pipeline file.
 *
 * @param name unique in the pipeline
 * @param type its kind
 * @param step the step itself
 * @param dependsOn names of earlier steps, as {@code depends_on} gives them; null where the field is missing
 * @param inputNodes whose files it takes, as {@code input_node} gives it; null where the field is missing
 * @param connections the connections that it names
 * @param attempts how often it is tried, and for how long
 * @param dated whether an expression in it stands for the run's interval
 * @param iteration the combination of {@code for_each} that it does; null where it has none
 * @param span where it stands
 */
public record StepSpec(
        String name,
        StepType type,
        Step step,
        @Nullable List<Reference> dependsOn,
        @Nullable List<InputNode> inputNodes,
        List<ConnectionUse> connections,
        Attempts attempts,
        boolean dated,
        @Nullable Iteration iteration,
        Span span) {
    public StepSpec {
        inputNodes = inputNodes == null ? null : List.copyOf(inputNodes);
        connections = List.copyOf(connections);
    }

    /** Whether it does nothing but wait for other pipelines or for files, which the launcher does. */
    public boolean isWait() {
        return step.isWait();
    }

    /** How long it waits, where it does nothing else. */
    public Duration patience() {
        return attempts.timeout() == null ? Need.DEFAULT_TIMEOUT : attempts.timeout();
    }

    /** The pipelines that it waits for, for as long as its {@code timeout} says. */
    public List<Need> needs() {
        return step.needs().stream()
                .map(need -> need.within(patience()))
                .map(need -> need.at(span))
                .toList();
    }

    /** The name by which the file means it, with others of its combinations where it has some. */
    public String group() {
        return iteration == null ? name : iteration.of();
    }

    /** What the staged files of one of its outputs are called; those of a combination bear its values too. */
    public String node(String output) {
        return output + name.substring(group().length());
    }

    /**
     * A step, or one output of a step, whose files are taken.
     *
     * @param node its name
     * @param folder the folder into which its files go, below that of the first input; null for a folder of their own
     */
    public record InputNode(Reference node, @Nullable String folder) {}

    /** A step's name, used somewhere. */
    public record Reference(String step, Span span) {}

    /**
     * A connection that a step names.
     *
     * @param connection its name
     * @param types of which it must have one
     * @param span where it is named; the step's type where it follows from a default
     */
    public record ConnectionUse(String connection, List<String> types, Span span) {}
}
