package org.tofro.cli;

import java.io.PrintStream;
import picocli.CommandLine.Option;

/** The options of the commands by which a person looks at runs and handles them. */
final class OperationsOptions {
    @Option(
            names = "--runner",
            paramLabel = "NAME",
            description = "The environment: a name under runners/ or a file. Default: ${DEFAULT-VALUE}.",
            defaultValue = "local")
    String runner = "local";

    @Option(
            names = "--output",
            paramLabel = "table|json",
            defaultValue = "table",
            description = "How the answer is printed. Default: ${DEFAULT-VALUE}.")
    RunOptions.Output output = RunOptions.Output.TABLE;

    Operations open(PrintStream err) {
        return Operations.open(runner, err);
    }

    boolean json() {
        return output == RunOptions.Output.JSON;
    }
}
