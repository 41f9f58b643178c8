package org.tofro.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.tofro.connect.extract.ExtractException;
import org.tofro.pipeline.StepSpec;
import org.tofro.plan.PlanPrinter;
import org.tofro.plan.StepGraph;
import org.tofro.problem.ProblemPrinter;
import org.tofro.problem.Problems;
import org.tofro.settings.Settings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tofro plan}: shows the order of a pipeline's steps and the reason of each edge, without any connection unless it is asked to. */
@Command(
        name = "plan",
        mixinStandardHelpOptions = true,
        description = "Shows the order of a pipeline's steps and the reason of each edge.")
public final class PlanCommand implements Callable<Integer> {
    @Parameters(paramLabel = "PIPELINE", description = "The file, as given or under pipelines/.")
    private String name = "";

    @Option(
            names = "--connect",
            description =
                    "Also ask the databases: how each extract would be read, and how each column's values travel.")
    private boolean connect;

    @Mixin
    private ReadingOptions options = new ReadingOptions();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        Problems problems = new Problems();
        PipelineLoader loader = new PipelineLoader(options, problems);
        Optional<StepGraph> graph = loader.load(name);
        if (graph.isEmpty() || !problems.isEmpty()) {
            spec.commandLine().getErr().print(new ProblemPrinter().print(problems.all()));
            spec.commandLine().getErr().flush();
            return ExitCode.INVALID.code();
        }
        PrintWriter out = spec.commandLine().getOut();
        out.print(PlanPrinter.print(graph.get()));
        out.flush();
        return connect ? inspect(Loaded.of(loader, graph, problems), out) : ExitCode.OK.code();
    }

    /** Asks the databases; a step that cannot be done says why, and the others are asked all the same. */
    private int inspect(Loaded loaded, PrintWriter out) {
        Served.demandMaskKey(loaded);
        Settings served = Served.of(
                loaded.settings(), loaded.connections(), spec.commandLine().getErr()::println);
        boolean good = true;
        for (StepSpec step : loaded.graph().steps()) {
            List<String> lines;
            try {
                lines = step.step().inspect(served);
            } catch (ExtractException e) {
                lines = List.of("cannot be done: " + e.getMessage());
                good = false;
            }
            if (!lines.isEmpty()) {
                out.println();
                out.println(step.name() + ", connected:");
                lines.forEach(line -> out.println("  " + line));
            }
        }
        out.flush();
        return good ? ExitCode.OK.code() : ExitCode.FAILED.code();
    }
}
