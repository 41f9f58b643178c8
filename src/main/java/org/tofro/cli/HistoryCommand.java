package org.tofro.cli;

import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.warehouse.WarehouseException;
import org.tofro.report.ReportStore;
import org.tofro.report.ReportTable;
import org.tofro.report.RunEntry;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tofro history}: the runs of a pipeline, or of all. */
@Command(
        name = "history",
        description = "The last runs of a pipeline, or of all: interval, result, time, rows.",
        mixinStandardHelpOptions = true)
final class HistoryCommand implements Callable<Integer> {
    private final PrintStream out;
    private final PrintStream err;
    private final Clock clock;

    @Parameters(paramLabel = "PIPELINE", arity = "0..1", description = "Its name. Default: all pipelines.")
    private @Nullable String pipeline;

    @Option(
            names = "--last",
            paramLabel = "N",
            defaultValue = "20",
            description = "How many runs of each pipeline. Default: ${DEFAULT-VALUE}.")
    private int last = 20;

    @Mixin
    private OperationsOptions options = new OperationsOptions();

    HistoryCommand(PrintStream out, PrintStream err, Clock clock) {
        this.out = out;
        this.err = err;
        this.clock = clock;
    }

    @Override
    public Integer call() throws WarehouseException {
        if (last < 1) {
            throw new InvalidInputException("--last " + last + ": give a number of at least 1");
        }
        Operations operations = options.open(err);
        List<String> pipelines = pipeline == null
                ? operations.reading(operations.index()::pipelines)
                : List.of(operations.demandPipeline(pipeline));
        List<RunEntry> runs = new ArrayList<>();
        for (String each : pipelines) {
            runs.addAll(operations.reading(() -> operations.index().latestRuns(each, last)));
        }
        runs.sort(Comparator.comparing(RunEntry::startedAt).thenComparing(RunEntry::intervalStart));
        if (options.json()) {
            out.println(ReportStore.json(runs));
            return ExitCode.OK.code();
        }
        TextTable table = new TextTable("run", "interval", "result", "started", "took", "rows");
        for (RunEntry run : runs) {
            table.add(
                    run.run(),
                    interval(run.intervalStart(), run.intervalEnd()),
                    result(run, operations),
                    seconds(run.startedAt()),
                    took(run),
                    run.endedAt() == null ? "" : ReportTable.count(run.rows()));
        }
        out.print(runs.isEmpty() ? "no runs yet\n" : table.text());
        return ExitCode.OK.code();
    }

    /** A run whose process was killed is still noted as running, and only its lease tells. */
    private static String result(RunEntry run, Operations operations) throws WarehouseException {
        String word = run.result().name().toLowerCase(Locale.ROOT).replace('_', ' ');
        if (run.result() == RunEntry.Result.RUNNING && !operations.isRunning(run)) {
            word = "killed";
        }
        return word + (run.marked() ? " (by hand)" : "") + (run.trial() ? " (trial)" : "");
    }

    private String took(RunEntry run) {
        Instant end = run.endedAt() == null ? clock.instant() : run.endedAt();
        return run.endedAt() == null && run.result() != RunEntry.Result.RUNNING
                ? ""
                : length(Duration.between(run.startedAt(), end));
    }

    static String interval(Instant start, Instant end) {
        return start + "/" + end;
    }

    static String seconds(Instant moment) {
        return moment.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** A length of time in the units that suit it: {@code 4.2 s}, {@code 12 min 30 s}, {@code 3 h 5 min}. */
    static String length(Duration time) {
        long seconds = Math.max(0, time.toSeconds());
        if (seconds < 60) {
            return String.format(Locale.ROOT, "%.1f s", Math.max(0, time.toMillis()) / 1000.0);
        }
        if (seconds < 3600) {
            return seconds / 60 + " min " + seconds % 60 + " s";
        }
        return seconds < 2 * 86_400
                ? seconds / 3600 + " h " + seconds / 60 % 60 + " min"
                : seconds / 86_400 + " d " + seconds / 3600 % 24 + " h";
    }
}
