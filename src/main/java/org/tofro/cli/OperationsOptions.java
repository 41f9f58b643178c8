package org.tofro.cli;

import java.io.PrintStream;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of the commands by which a person looks at runs and handles them. */
final class OperationsOptions {
    @Mixin
    private RunnerOption environment = new RunnerOption();

    @Option(
            names = "--output",
            paramLabel = "table|json",
            defaultValue = "table",
            description = "How the answer is printed. Default: ${DEFAULT-VALUE}.")
    RunOptions.Output output = RunOptions.Output.TABLE;

    String runner() {
        return environment.runner;
    }

    Operations open(PrintStream err) {
        return Operations.open(environment.runner, err);
    }

    boolean json() {
        return output == RunOptions.Output.JSON;
    }
}
