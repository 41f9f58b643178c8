package org.tofro.pipeline;

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
 * @param inputNode the step whose files it takes, as {@code input_node} gives it; null where the field is missing
 * @param connections the connections that it names
 * @param attempts how often it is tried, and for how long
 * @param dated whether an expression in it stands for the run's interval
 * @param span where it stands
 */
public record StepSpec(
        String name,
        StepType type,
        Step step,
        @Nullable List<Reference> dependsOn,
        @Nullable Reference inputNode,
        List<ConnectionUse> connections,
        Attempts attempts,
        boolean dated,
        Span span) {
    public StepSpec {
        connections = List.copyOf(connections);
    }

    /** Whether it does nothing but wait for other pipelines, which the launcher does. */
    public boolean isWait() {
        return !step.needs().isEmpty();
    }

    /** The pipelines that it waits for, for as long as its {@code timeout} says. */
    public List<Need> needs() {
        return step.needs().stream()
                .map(need -> attempts.timeout() == null ? need : need.within(attempts.timeout()))
                .map(need -> need.at(span))
                .toList();
    }

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
