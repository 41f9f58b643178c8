package org.tofro.cli;

import java.io.PrintStream;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.tofro.connect.warehouse.WarehouseException;
import org.tofro.report.ReportStore;
import org.tofro.report.RunEntry;
import org.tofro.report.RunReport;
import org.tofro.run.BusyException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tofro mark}: a person says that a run's work is done, so that what waits for it goes on. */
@Command(
        name = "mark",
        description = "Note that a run's work is done though it did not succeed, so that what waits for it goes on.",
        mixinStandardHelpOptions = true)
final class MarkCommand implements Callable<Integer> {
    private final PrintStream out;
    private final PrintStream err;

    @Parameters(index = "0", paramLabel = "RUN", description = "The run's id, as `history` gives it.")
    private String run = "";

    @Parameters(index = "1", paramLabel = "done", description = "The word done.")
    private Mark mark = Mark.DONE;

    @Option(
            names = "--reason",
            paramLabel = "TEXT",
            required = true,
            description = "Who has done the work, and how; the report keeps it.")
    private String reason = "";

    @Mixin
    private OperationsOptions options = new OperationsOptions();

    /** What a run can be marked as. */
    enum Mark {
        DONE
    }

    MarkCommand(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    @Override
    public Integer call() throws WarehouseException, BusyException {
        if (reason.isBlank()) {
            throw new InvalidInputException("--reason is empty; say who has done the work, and how");
        }
        Operations operations = options.open(err);
        List<RunEntry> entries = operations.demandRun(run);
        RunEntry last = entries.get(entries.size() - 1);
        if (operations.isRunning(last)) {
            throw new BusyException("run " + run + " is at work; wait for it to end, or `"
                    + operations.command("cancel " + run) + "` first");
        }
        if (entries.stream().allMatch(entry -> entry.result() == RunEntry.Result.SUCCEEDED)) {
            out.println(options.json() ? ReportStore.json(entries) : "run " + run + " has succeeded already");
            return ExitCode.OK.code();
        }
        String words = reason.strip() + " (" + Operations.user() + ")";
        Instant now = Instant.now();
        List<RunEntry> marked = entries.stream()
                .map(entry -> entry.result() == RunEntry.Result.SUCCEEDED ? entry : entry.markedDone(words, now))
                .toList();
        operations.reading(() -> {
            operations.store().writeReport(report(operations, entries, words, now));
            for (RunEntry entry : marked) {
                operations.index().write(entry);
            }
            return true;
        });
        out.println(
                options.json()
                        ? ReportStore.json(marked)
                        : "run " + run + " is marked as " + mark.name().toLowerCase(Locale.ROOT)
                                + "; what waits for its interval goes on");
        return ExitCode.OK.code();
    }

    /** The report of the last launch with its steps as they ended; one without steps where the run was killed. */
    private RunReport report(Operations operations, List<RunEntry> entries, String words, Instant now)
            throws java.io.IOException {
        RunEntry first = entries.get(0);
        Optional<RunReport> before = operations.store().readReport(run);
        return new RunReport(
                first.pipeline(),
                before.map(RunReport::description).orElse(null),
                before.map(RunReport::owner).orElse(null),
                run,
                operations.settings().name(),
                before.map(RunReport::intervalStart).orElse(first.intervalStart()),
                before.map(RunReport::intervalEnd).orElse(first.intervalEnd()),
                before.map(RunReport::revision).orElse(null),
                before.map(RunReport::startedAt).orElse(first.startedAt()),
                before.map(RunReport::endedAt).orElse(now),
                RunReport.Result.SUCCEEDED,
                "Marked as done by hand: " + words + ".",
                before.map(RunReport::limit).orElse(null),
                before.map(RunReport::accepted).orElse(Map.of()),
                before.map(RunReport::steps).orElse(List.of()),
                before.map(RunReport::teardown).orElse(List.of()),
                before.map(RunReport::notifications).orElse(List.of()));
    }
}
