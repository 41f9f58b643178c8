package org.tofro.cli;

import java.io.PrintStream;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.tofro.report.Pause;
import org.tofro.report.ReportStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code tofro unpause}: a pipeline may start again. */
@Command(name = "unpause", description = "Let a paused pipeline start again.", mixinStandardHelpOptions = true)
final class UnpauseCommand implements Callable<Integer> {
    private final PrintStream out;
    private final PrintStream err;

    @Parameters(paramLabel = "PIPELINE", description = "Its name.")
    private String pipeline = "";

    @Mixin
    private OperationsOptions options = new OperationsOptions();

    UnpauseCommand(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    @Override
    public Integer call() {
        Operations operations = options.open(err);
        String name = operations.demandPipeline(pipeline);
        Optional<Pause> pause = operations.reading(() -> operations.store().readPause(name));
        operations.reading(() -> {
            operations.store().deletePause(name);
            return true;
        });
        if (options.json()) {
            out.println(ReportStore.json(new Answer(name, pause.isPresent())));
        } else if (pause.isPresent()) {
            out.println("pipeline '" + name + "' may start again; it was paused since "
                    + HistoryCommand.seconds(pause.get().since()) + " by "
                    + pause.get().by() + ": "
                    + pause.get().reason());
        } else {
            out.println("pipeline '" + name + "' was not paused");
        }
        return ExitCode.OK.code();
    }

    /** The answer as JSON. */
    private record Answer(String pipeline, boolean wasPaused) {}
}
