package org.tofro.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.warehouse.WarehouseException;
import org.tofro.report.ReportStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tofro status}: which pipelines run, wait, were submitted, are late, have failed or are paused. */
@Command(
        name = "status",
        description =
                "Each pipeline: running, waiting, submitted, late, failed last, paused; its last success and its next run.",
        mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer> {
    private final PrintStream out;
    private final PrintStream err;
    private final Clock clock;

    @Parameters(paramLabel = "PIPELINE", arity = "0..1", description = "Its name. Default: all pipelines.")
    private @Nullable String pipeline;

    @Mixin
    private RunnerOption environment = new RunnerOption();

    @Option(
            names = "--output",
            paramLabel = "table|json|html",
            defaultValue = "table",
            description = "How the answer is printed; html is one page by itself. Default: ${DEFAULT-VALUE}.")
    private Output output = Output.TABLE;

    @Option(
            names = "--file",
            paramLabel = "PATH",
            description = "Write the answer to this file, at once and whole. Default: standard output.")
    private @Nullable Path file;

    /** How the answer is printed. */
    enum Output {
        TABLE,
        JSON,
        HTML
    }

    StatusCommand(PrintStream out, PrintStream err, Clock clock) {
        this.out = out;
        this.err = err;
        this.clock = clock;
    }

    @Override
    public Integer call() throws WarehouseException {
        Operations operations = Operations.open(environment.runner, err);
        PipelineStatuses statuses = new PipelineStatuses(operations, clock.instant());
        String given = pipeline;
        List<PipelineStatus> all =
                given == null ? statuses.all() : List.of(statuses.of(operations.demandPipeline(given)));
        String text = switch (output) {
            case TABLE -> table(all, operations);
            case JSON -> ReportStore.json(all) + "\n";
            case HTML -> StatusPage.of(all, operations, clock.instant());
        };
        Path to = file;
        if (to == null) {
            out.print(text);
            return ExitCode.OK.code();
        }
        try {
            WholeFile.write(to, text);
        } catch (IOException e) {
            throw new FailedException("cannot write " + to + ": " + e.getMessage());
        }
        return ExitCode.OK.code();
    }

    private static String table(List<PipelineStatus> all, Operations operations) {
        if (all.isEmpty()) {
            return "no pipelines yet\n";
        }
        TextTable table = new TextTable("pipeline", "state", "last success", "next run");
        for (PipelineStatus each : all) {
            PipelineStatus.Success success = each.lastSuccess();
            table.add(
                    each.pipeline(),
                    each.state(),
                    success == null ? "" : HistoryCommand.interval(success.intervalStart(), success.intervalEnd()),
                    each.next() == null ? "" : each.next().toString());
        }
        StringBuilder text = new StringBuilder(table.text());
        all.forEach(each -> each.sentences(operations)
                .forEach(sentence ->
                        text.append('\n').append(each.pipeline()).append(": ").append(sentence)));
        return text.charAt(text.length() - 1) == '\n'
                ? text.toString()
                : text.append('\n').toString();
    }
}
