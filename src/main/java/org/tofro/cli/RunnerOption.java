package org.tofro.cli;

import picocli.CommandLine.Option;

/** In which environment a command works. */
final class RunnerOption {
    @Option(
            names = "--runner",
            paramLabel = "NAME",
            description = "The environment: a name under runners/ or a file. Default: ${DEFAULT-VALUE}.",
            defaultValue = "local")
    String runner = "local";
}
