package org.tofro.pipeline;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.tofro.problem.Problem;
import org.tofro.problem.Span;
import org.tofro.settings.ClusterConfig;

/**
 * One pipeline file, read and checked.
 *
 * @param name the pipeline's name; the file's where the text gives none
 * @param description for readers of the report, or null
 * @param owner who answers for it, or null
 * @param schedule when it runs, or null where only a person or another program starts it
 * @param steps in the order of the file
 * @param rules what the launcher does around them
 * @param file the file
 * @param text the file's text as read, for the run's record
 * @param span where the name stands
 * @param cluster what it says of the cluster of EMR that it is to run on
 * @param files the files that it names, its own first
 */
public record PipelineSpec(
        String name,
        @Nullable String description,
        @Nullable String owner,
        @Nullable Schedule schedule,
        List<StepSpec> steps,
        RunRules rules,
        Path file,
        String text,
        Span span,
        ClusterConfig cluster,
        List<NamedFile> files) {
    public PipelineSpec {
        steps = List.copyOf(steps);
        files = List.copyOf(files);
    }

    /** What it says that has no effect, with what to do. */
    public List<Problem> notes() {
        return cluster.notes();
    }

    /** The steps and those of the teardown. */
    public List<StepSpec> allSteps() {
        return Stream.concat(steps.stream(), rules.teardown().stream()).toList();
    }

    /** All other pipelines that it waits for, before its steps or among them. */
    public List<Need> allNeeds() {
        return Stream.concat(rules.needs().stream(), steps.stream().flatMap(step -> step.needs().stream()))
                .toList();
    }
}
