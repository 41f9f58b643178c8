package org.tofro.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.warehouse.WarehouseException;
import org.tofro.report.ReportStore;
import org.tofro.report.ReportTable;
import org.tofro.settings.Housekeeping.Retention;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tofro clean}: removes what runs have left and nobody keeps. */
@Command(
        name = "clean",
        description =
                "Remove staged files, reports and logs of runs, and what was brought to clusters, that are older than"
                        + " `retention` of the runner file says.",
        mixinStandardHelpOptions = true)
final class CleanCommand implements Callable<Integer> {
    private final PrintStream out;
    private final PrintStream err;
    private final Clock clock;

    @Parameters(
            paramLabel = "PIPELINE",
            arity = "0..1",
            description = "Its name. Default: all pipelines, and submissions.")
    private @Nullable String pipeline;

    @Option(names = "--dry-run", description = "Only say what would be removed.")
    private boolean dryRun;

    @Mixin
    private OperationsOptions options = new OperationsOptions();

    CleanCommand(PrintStream out, PrintStream err, Clock clock) {
        this.out = out;
        this.err = err;
        this.clock = clock;
    }

    @Override
    public Integer call() throws WarehouseException, InterruptedException {
        Operations operations = options.open(err);
        String given = pipeline;
        List<String> names = given == null
                ? operations.reading(operations.index()::pipelines)
                : List.of(operations.demandPipeline(given));
        Retention retention = Loaded.housekeeping(options.runner()).retention();
        Cleaning cleaning = new Cleaning(
                operations.settings(),
                operations.warehouse(),
                retention,
                operations.store(),
                clock.instant(),
                () -> {});
        List<Cleaning.Removed> all = new ArrayList<>();
        for (String name : names) {
            for (boolean trial : List.of(false, true)) {
                all.add(clean(cleaning, name, trial, operations));
            }
        }
        if (given == null) {
            SubmissionCleaning submissions = new SubmissionCleaning(
                    operations.settings(), retention.runs(), operations.store(), clock.instant());
            all.add(dryRun ? submissions.look() : submissions.clean());
        }
        List<Cleaning.Removed> some =
                all.stream().filter(removed -> !removed.nothing()).toList();
        if (options.json()) {
            out.println(ReportStore.json(some));
        } else {
            print(some);
        }
        boolean busy = some.stream().anyMatch(removed -> removed.busy() != null);
        return (busy ? ExitCode.BUSY : ExitCode.OK).code();
    }

    private Cleaning.Removed clean(Cleaning cleaning, String name, boolean trial, Operations operations)
            throws WarehouseException, InterruptedException {
        try {
            return dryRun ? cleaning.look(name, trial) : cleaning.clean(name, trial);
        } catch (IOException e) {
            throw new FailedException("cannot clean up after pipeline '" + name + "': the state area "
                    + operations.store().area() + " fails: " + e.getMessage() + "; what is left, the next `"
                    + operations.command("clean") + "` finds");
        }
    }

    private void print(List<Cleaning.Removed> some) {
        if (some.isEmpty()) {
            out.println(dryRun ? "nothing would be removed" : "nothing was to be removed");
            return;
        }
        TextTable table = new TextTable("pipeline", "runs forgotten", "runs without files", "files", "bytes", "");
        for (Cleaning.Removed each : some) {
            table.add(
                    each.pipeline() + (each.trial() ? " (trial)" : ""),
                    ReportTable.count(each.records().size()),
                    ReportTable.count(each.stagedRuns().size()),
                    ReportTable.count(each.files()),
                    ReportTable.bytes(each.bytes()),
                    each.busy() == null ? "" : "run " + each.busy() + " is at work; nothing was done");
        }
        out.print(table.text());
        if (dryRun) {
            out.println("nothing was removed: --dry-run");
        }
    }
}
