package org.tofro.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.tofro.pipeline.StepReference;
import org.tofro.pipeline.StepType;
import org.tofro.problem.Spelling;
import org.tofro.steps.StepTypes;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
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

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        if (type == null) {
            out.print(StepReference.of(StepTypes.ALL));
            out.flush();
            return ExitCode.OK.code();
        }
        String wanted = type;
        Optional<StepType> found = StepTypes.ALL.stream()
                .filter(known -> known.name().equals(wanted) || known.aliases().contains(wanted))
                .findFirst();
        if (found.isEmpty()) {
            PrintWriter err = spec.commandLine().getErr();
            err.println("there is no step type '" + wanted + "'" + Spelling.hint(wanted, names()));
            err.flush();
            return ExitCode.INVALID.code();
        }
        out.print(StepReference.of(found.get()));
        out.flush();
        return ExitCode.OK.code();
    }

    private static List<String> names() {
        List<String> names = new ArrayList<>();
        for (StepType type : StepTypes.ALL) {
            names.add(type.name());
            names.addAll(type.aliases());
        }
        return names;
    }
}
