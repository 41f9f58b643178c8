package org.tofro.cli;

import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.tofro.plan.PlanPrinter;
import org.tofro.plan.StepGraph;
import org.tofro.problem.ProblemPrinter;
import org.tofro.problem.Problems;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tofro plan}: shows the order of a pipeline's steps and the reason of each edge, without any connection. */
@Command(
        name = "plan",
        mixinStandardHelpOptions = true,
        description = "Shows the order of a pipeline's steps and the reason of each edge.")
public final class PlanCommand implements Callable<Integer> {
    @Parameters(paramLabel = "PIPELINE", description = "The file, as given or under pipelines/.")
    private String name = "";

    @Mixin
    private ReadingOptions options = new ReadingOptions();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        Problems problems = new Problems();
        Optional<StepGraph> graph = new PipelineLoader(options, problems).load(name);
        if (graph.isEmpty() || !problems.isEmpty()) {
            spec.commandLine().getErr().print(new ProblemPrinter().print(problems.all()));
            spec.commandLine().getErr().flush();
            return ExitCode.INVALID.code();
        }
        PrintWriter out = spec.commandLine().getOut();
        out.print(PlanPrinter.print(graph.get()));
        out.flush();
        return ExitCode.OK.code();
    }
}
