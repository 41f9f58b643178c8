package org.tofro.cli;

import java.io.PrintStream;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.tofro.connect.warehouse.Lease;
import org.tofro.connect.warehouse.WarehouseException;
import org.tofro.report.ReportStore;
import org.tofro.report.ReportTable;
import org.tofro.report.RunEntry;
import org.tofro.report.RunReport;
import org.tofro.run.LaunchIdentity;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code tofro show}: what a run did, step by step. */
@Command(
        name = "show",
        description = "What a run did: its report, with its steps and what to know about them.",
        mixinStandardHelpOptions = true)
final class ShowCommand implements Callable<Integer> {
    private final PrintStream out;
    private final PrintStream err;

    @Parameters(paramLabel = "RUN", description = "The run's id, as `history` gives it.")
    private String run = "";

    @Mixin
    private OperationsOptions options = new OperationsOptions();

    ShowCommand(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    @Override
    public Integer call() throws WarehouseException {
        Operations operations = options.open(err);
        List<RunEntry> entries = operations.demandRun(run);
        Optional<RunReport> report = operations.reading(() -> operations.store().readReport(run));
        if (options.json()) {
            out.println(ReportStore.json(report.isPresent() ? report.get() : entries));
            return ExitCode.OK.code();
        }
        RunEntry last = entries.get(entries.size() - 1);
        out.println("run " + run + " of pipeline '" + last.pipeline() + "'" + (last.trial() ? ", a trial run" : ""));
        out.println("interval "
                + HistoryCommand.interval(entries.get(0).intervalStart(), last.intervalEnd())
                + (entries.size() == 1 ? "" : ", " + entries.size() + " of the schedule"));
        standing(last, operations);
        if (report.isPresent()) {
            out.println();
            out.print(ReportTable.of(report.get()));
            out.println("report: " + operations.store().reportUri(run));
        }
        return ExitCode.OK.code();
    }

    private void standing(RunEntry entry, Operations operations) throws WarehouseException {
        String started = "started " + HistoryCommand.seconds(entry.startedAt());
        Optional<Lease.Held> held = operations
                .held(Operations.leased(entry))
                .filter(lease -> lease.run().equals(run));
        if (held.isPresent()) {
            out.println(
                    started + ", running: " + LaunchIdentity.describe(held.get().holder()) + ", its lease runs for"
                            + " another " + held.get().secondsLeft() + " s unless it is renewed");
            out.println("to end it: " + operations.command("cancel " + run));
            return;
        }
        switch (entry.result()) {
            case SUCCEEDED ->
                out.println(
                        entry.marked()
                                ? started + ", marked as done by hand: " + entry.message()
                                : started + ", ended " + ended(entry) + ", succeeded");
            case FAILED ->
                out.println(started + ", ended " + ended(entry) + ", failed"
                        + (entry.failedStep() == null ? "" : " in step '" + entry.failedStep() + "'"));
            case PARTIAL ->
                out.println(started + ", ended " + ended(entry) + ", did what it was asked for and left steps out");
            case NOT_READY -> out.println(started + ", ended " + ended(entry) + ", what it needs was late");
            case RUNNING -> out.println(started + ", and has ended without a word: its process was killed");
        }
        if (entry.result() != RunEntry.Result.SUCCEEDED) {
            out.println("to go on from where it stopped: " + operations.command("resume " + run));
        }
    }

    private static String ended(RunEntry entry) {
        return entry.endedAt() == null ? "" : HistoryCommand.seconds(entry.endedAt());
    }
}
