package org.tofro.plan;

import static java.util.stream.Collectors.joining;

import java.util.List;
import java.util.Set;
import org.tofro.data.Durations;
import org.tofro.pipeline.Attempts;
import org.tofro.pipeline.PipelineSpec;
import org.tofro.pipeline.RunRules;
import org.tofro.pipeline.StepSpec;
import org.tofro.pipeline.TableUse;
import org.tofro.problem.Problems;

/** Prints a plan for people: each step with its canonical type, what it touches, what it waits for and why. */
public final class PlanPrinter {
    private PlanPrinter() {}

    /** The plan as lines of text. */
    public static String print(StepGraph graph) {
        PipelineSpec pipeline = graph.pipeline();
        StringBuilder text = new StringBuilder();
        text.append("pipeline " + pipeline.name() + "\n");
        if (pipeline.description() != null) {
            text.append("  " + pipeline.description().strip().replaceAll("\\s*\\R\\s*", " ") + "\n");
        }
        if (pipeline.owner() != null) {
            text.append("  owner " + pipeline.owner() + "\n");
        }
        RunRules rules = pipeline.rules();
        rules.needs().forEach(need -> line(text, "waits for " + need.words()));
        if (rules.timeout() != null) {
            line(text, "may take " + Durations.words(rules.timeout()));
        }
        if (rules.deadline() != null) {
            line(text, "is ended where it has not ended " + rules.deadline().words());
        }
        if (rules.maxParallelSteps() != null) {
            line(text, "has at most " + rules.maxParallelSteps() + " steps at work at a time");
        }
        rules.bootstrap().forEach(bootstrap -> line(text, "before the steps runs " + bootstrap.words()));
        rules.told().forEach(told -> line(text, "tells of " + told));
        pipeline.notes().forEach(note -> line(text, note.message()));
        for (StepSpec step : graph.steps()) {
            text.append("\n").append(print(graph, step));
        }
        if (!rules.teardown().isEmpty()) {
            text.append("\nat the end, whatever became of these steps:\n");
            StepGraph teardown = Planner.planTeardown(pipeline, new Problems());
            teardown.steps().forEach(step -> text.append("\n").append(print(teardown, step)));
        }
        return text.toString();
    }

    private static String print(StepGraph graph, StepSpec step) {
        StringBuilder text = new StringBuilder(step.name() + ": " + step.type().name() + "\n");
        TableUse tables = step.step().tables();
        takes(text, graph.inputs(step.name()));
        tables(text, "reads ", tables.reads());
        tables(text, "writes ", tables.writes());
        if (!tables.complete()) {
            line(text, "may touch any table");
        }
        step.step().details().forEach(detail -> line(text, detail));
        step.needs().forEach(need -> line(text, "waits for " + need.words()));
        step.step()
                .awaitedFiles()
                .ifPresent(files -> line(
                        text,
                        "waits for " + files.words() + "; at most " + Durations.words(step.patience())
                                + ", looking every " + Durations.words(files.refreshRate())));
        attempts(text, step);
        for (StepGraph.Edge edge : graph.into(step.name())) {
            line(text, "waits for " + edge.from() + ": " + String.join("; ", edge.reasons()));
        }
        if (graph.into(step.name()).isEmpty()) {
            line(text, "waits for no step");
        }
        return text.toString();
    }

    private static void takes(StringBuilder text, List<StepGraph.FileInput> inputs) {
        if (!inputs.isEmpty()) {
            line(
                    text,
                    "takes the files of "
                            + inputs.stream()
                                    .map(input -> input.node()
                                            + (input.folder() == null ? "" : " into the folder " + input.folder()))
                                    .collect(joining(", ")));
        }
    }

    private static void attempts(StringBuilder text, StepSpec step) {
        Attempts attempts = step.attempts();
        if (attempts.maxRetries() > 0) {
            line(
                    text,
                    "is tried again up to " + attempts.maxRetries() + (attempts.maxRetries() == 1 ? " time" : " times")
                            + ", after " + Durations.words(attempts.retryDelay()));
        }
        if (attempts.timeout() != null && !step.isWait()) {
            line(text, "may take " + Durations.words(attempts.timeout()) + " at each try");
        }
    }

    private static void tables(StringBuilder text, String verb, Set<TableUse.Ref> tables) {
        if (!tables.isEmpty()) {
            line(text, verb + tables.stream().map(PlanPrinter::shown).sorted().collect(joining(", ")));
        }
    }

    private static String shown(TableUse.Ref ref) {
        String database = ref.database().isEmpty() ? "" : " of the database " + ref.database();
        return ref.table() + database + " at " + ref.connection();
    }

    private static void line(StringBuilder text, String line) {
        text.append("  " + line + "\n");
    }
}
