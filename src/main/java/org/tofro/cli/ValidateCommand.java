package org.tofro.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.tofro.pipeline.PipelineSpec;
import org.tofro.plan.PipelineSetCheck;
import org.tofro.problem.ProblemPrinter;
import org.tofro.problem.Problems;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tofro validate}: checks pipelines, each by itself and all together, without any connection. */
@Command(
        name = "validate",
        mixinStandardHelpOptions = true,
        description = "Checks pipelines, each by itself and all together, without any connection.")
public final class ValidateCommand implements Callable<Integer> {
    @Parameters(paramLabel = "PIPELINE", arity = "1..*", description = "Files, as given or under pipelines/.")
    private List<String> names = new ArrayList<>();

    @Mixin
    private ReadingOptions options = new ReadingOptions();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        Problems problems = new Problems();
        PipelineLoader loader = new PipelineLoader(options, problems);
        List<PipelineSpec> pipelines = new ArrayList<>();
        for (String name : names) {
            loader.load(name).ifPresent(graph -> pipelines.add(graph.pipeline()));
        }
        Set<String> known = new TreeSet<>(PipelineLoader.names());
        pipelines.forEach(pipeline -> known.add(pipeline.name()));
        PipelineSetCheck.check(pipelines, known, problems);
        pipelines.forEach(pipeline -> pipeline.cluster().lacking().forEach(problems::add));
        if (!problems.isEmpty()) {
            spec.commandLine().getErr().print(new ProblemPrinter().print(problems.all()));
            spec.commandLine().getErr().flush();
            return ExitCode.INVALID.code();
        }
        loader.printNotes(pipelines, spec.commandLine().getErr());
        for (PipelineSpec pipeline : pipelines) {
            int steps = pipeline.steps().size();
            out.println(pipeline.file() + ": " + pipeline.name() + ", " + steps + (steps == 1 ? " step" : " steps"));
        }
        out.flush();
        return ExitCode.OK.code();
    }
}
