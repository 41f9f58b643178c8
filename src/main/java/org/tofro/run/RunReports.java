package org.tofro.run;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.tofro.data.RunContext;
import org.tofro.pipeline.PipelineSpec;
import org.tofro.pipeline.StepSpec;
import org.tofro.plan.StepGraph;
import org.tofro.report.RunReport;
import org.tofro.report.StepReport;

/**
 * The reports of a launch: how the run ended, by what its steps have committed and by what ended it.
 *
 * @param environment the name of the runner file
 */
record RunReports(StepGraph graph, String environment, StepOutcomes outcomes) {
    /**
     * The report of a launch that has waited and done nothing else.
     *
     * @param problem why
     * @param missing what is said of each step
     */
    RunReport notBegun(Launched launched, RunContext context, String problem, String missing) {
        return report(launched, context, RunReport.Result.NOT_READY, problem, missing, List.of());
    }

    /**
     * The report of a launch that has taken the lease.
     *
     * @param late a sentence for each thing outside that was not ready in time
     * @param ended why the run was ended early; null where it was not
     * @param trouble what stopped it before all its steps were tried; null where nothing did
     */
    RunReport of(
            Launched launched,
            RunContext context,
            List<String> late,
            @Nullable String ended,
            @Nullable String trouble,
            List<StepReport> tornDown) {
        String why = ended != null ? ended : trouble;
        String problem = why != null
                ? "The run was ended: " + why + (why.contains("\n") ? "" : ".")
                : late.isEmpty() ? null : sentence(late);
        String missing =
                "not ended: " + (why == null ? null : why.lines().findFirst().orElse(why));
        return report(launched, context, result(why != null, !late.isEmpty()), problem, missing, tornDown);
    }

    /** One sentence of all that is late. */
    static String sentence(List<String> late) {
        return "Not ready: " + String.join(". ", late) + ".";
    }

    /** Rows that the publishing steps left in their tables. */
    long published(RunReport report) {
        Set<String> publishing = graph.steps().stream()
                .filter(step -> step.step().publishing().isPresent())
                .map(StepSpec::name)
                .collect(Collectors.toSet());
        return report.steps().stream()
                .filter(step -> publishing.contains(step.name()))
                .mapToLong(StepReport::rowsOut)
                .sum();
    }

    private RunReport.Result result(boolean ended, boolean late) {
        List<StepSpec> chosen = graph.steps().stream()
                .filter(step -> !outcomes.isLeftOut(step.name()))
                .toList();
        if (!ended && outcomes.allSucceeded(chosen.stream().map(StepSpec::name).toList())) {
            return chosen.size() == graph.steps().size() ? RunReport.Result.SUCCEEDED : RunReport.Result.PARTIAL;
        }
        boolean bad = chosen.stream()
                .filter(step -> !step.isWait())
                .flatMap(step -> outcomes.of(step.name()).stream())
                .anyMatch(outcome -> switch (outcome.status()) {
                    case FAILED, REFUSED -> true;
                    case SUCCEEDED, SKIPPED -> false;
                });
        return ended || bad || !late ? RunReport.Result.FAILED : RunReport.Result.NOT_READY;
    }

    private RunReport report(
            Launched launched,
            RunContext context,
            RunReport.Result result,
            @Nullable String problem,
            String missing,
            List<StepReport> tornDown) {
        PipelineSpec pipeline = graph.pipeline();
        return new RunReport(
                pipeline.name(),
                pipeline.description(),
                pipeline.owner(),
                context.run(),
                environment,
                context.intervalStart(),
                context.intervalEnd(),
                launched.launch().revision(),
                launched.startedAt(),
                Instant.now(),
                result,
                problem,
                context.limit().isPresent() ? context.limit().rows() : null,
                context.accepted(),
                outcomes.reports(graph.steps(), missing),
                tornDown,
                List.of());
    }
}
