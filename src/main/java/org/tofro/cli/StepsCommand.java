package org.tofro.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.tofro.pipeline.StepReference;
import org.tofro.pipeline.StepType;
import org.tofro.problem.ProblemPrinter;
import org.tofro.problem.Problems;
import org.tofro.problem.Spelling;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tofro steps}: prints the step reference, whole or of one type. */
@Command(
        name = "steps",
        mixinStandardHelpOptions = true,
        description = "Prints the step reference, whole or of one type.")
public final class StepsCommand implements Callable<Integer> {
    @Parameters(paramLabel = "TYPE", arity = "0..1", description = "A step type, by any of its names.")
    private @Nullable String type;

    @Option(
            names = "--runner",
            paramLabel = "NAME",
            description = "An environment whose custom steps are shown too. Default: local, where there is one.")
    private @Nullable String runner;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        Problems problems = new Problems();
        List<StepType> types = PipelineLoader.types(runner == null ? "local" : runner, problems);
        if (runner != null && !problems.isEmpty()) {
            spec.commandLine().getErr().print(new ProblemPrinter().print(problems.all()));
            spec.commandLine().getErr().flush();
            return ExitCode.INVALID.code();
        }
        if (type == null) {
            out.print(StepReference.of(types));
            out.flush();
            return ExitCode.OK.code();
        }
        String wanted = type;
        Optional<StepType> found = types.stream()
                .filter(known -> known.name().equals(wanted) || known.aliases().contains(wanted))
                .findFirst();
        if (found.isEmpty()) {
            PrintWriter err = spec.commandLine().getErr();
            err.println("there is no step type '" + wanted + "'" + Spelling.hint(wanted, names(types)));
            err.flush();
            return ExitCode.INVALID.code();
        }
        out.print(StepReference.of(found.get()));
        out.flush();
        return ExitCode.OK.code();
    }

    private static List<String> names(List<StepType> types) {
        List<String> names = new ArrayList<>();
        for (StepType type : types) {
            names.add(type.name());
            names.addAll(type.aliases());
        }
        return names;
    }
}
