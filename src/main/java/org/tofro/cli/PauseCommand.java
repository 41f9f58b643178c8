package org.tofro.cli;

import java.io.PrintStream;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.tofro.report.Pause;
import org.tofro.report.ReportStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tofro pause}: a pipeline starts no more, neither by cron nor by hand, until somebody ends that. */
@Command(
        name = "pause",
        description = "Let a pipeline start no more, neither by cron nor by hand. A run at work goes on.",
        mixinStandardHelpOptions = true)
final class PauseCommand implements Callable<Integer> {
    private final PrintStream out;
    private final PrintStream err;

    @Parameters(paramLabel = "PIPELINE", description = "Its name.")
    private String pipeline = "";

    @Option(
            names = "--reason",
            paramLabel = "TEXT",
            required = true,
            description = "Why, for whoever wonders that it does not run.")
    private String reason = "";

    @Mixin
    private OperationsOptions options = new OperationsOptions();

    PauseCommand(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    @Override
    public Integer call() {
        if (reason.isBlank()) {
            throw new InvalidInputException("--reason is empty; say why, for whoever wonders that it does not run");
        }
        Operations operations = options.open(err);
        String name = operations.demandPipeline(pipeline);
        Pause pause = new Pause(name, reason, Operations.user(), Instant.now());
        operations.reading(() -> {
            operations.store().writePause(pause);
            return pause;
        });
        out.println(
                options.json()
                        ? ReportStore.json(pause)
                        : "pipeline '" + name + "' is paused; to end that: " + operations.command("unpause " + name));
        return ExitCode.OK.code();
    }
}
