package org.tofro.cli;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.warehouse.WarehouseException;
import org.tofro.problem.Spelling;
import org.tofro.report.LogLine;
import org.tofro.report.ReportStore;
import org.tofro.report.RunEntry;
import org.tofro.report.RunLogs;
import org.tofro.report.RunRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tofro logs}: what a launch of a run has said, wherever it was launched. */
@Command(
        name = "logs",
        description = "The log of a run, also of one on a cluster or on another host, and while it is at work.",
        mixinStandardHelpOptions = true)
final class LogsCommand implements Callable<Integer> {
    private static final Duration LOOK = Duration.ofSeconds(2);

    /** Some ten seconds: a process that was killed leaves no last line. */
    private static final int LAST_LOOKS = 6;

    private final PrintStream out;
    private final PrintStream err;

    @Parameters(paramLabel = "RUN", description = "The run's id, as `history` gives it.")
    private String run = "";

    @Option(names = "--step", paramLabel = "STEP", description = "Only the lines of this step.")
    private @Nullable String step;

    @Option(
            names = "--attempt",
            paramLabel = "N",
            description = "The launch that is meant, from 1 on: a run that is resumed has several. Default: the last.")
    private @Nullable Integer attempt;

    @Option(names = "--follow", description = "Go on with what it says until the run has ended.")
    private boolean follow;

    @Mixin
    private OperationsOptions options = new OperationsOptions();

    LogsCommand(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    @Override
    public Integer call() throws WarehouseException, InterruptedException {
        if (follow && (attempt != null || options.json())) {
            throw new InvalidInputException("--follow goes on with the last launch, as lines; leave "
                    + (attempt == null ? "--output" : "--attempt") + " out");
        }
        Operations operations = options.open(err);
        RunLogs logs = new RunLogs(operations.store());
        List<String> all = demandLogs(operations, logs);
        int chosen = attempt == null ? all.size() : attempt;
        if (chosen < 1 || chosen > all.size()) {
            throw new InvalidInputException("--attempt " + chosen + ": run " + run + " was launched "
                    + (all.size() == 1 ? "once" : all.size() + " times") + " that left a log");
        }
        String log = all.get(chosen - 1);
        RunLogs.Kept kept = operations
                .reading(() -> logs.read(log))
                .orElseThrow(() -> new FailedException("the log " + logs.uri(log) + " was removed this very moment"));
        demandStep(operations, kept);
        if (options.json()) {
            out.println(
                    ReportStore.json(kept.lines().stream().filter(this::isMeant).toList()));
            return ExitCode.OK.code();
        }
        if (all.size() > 1) {
            err.println("launch " + chosen + " of " + all.size() + " of run " + run
                    + (chosen == 1 || attempt != null ? "" : "; the one before: --attempt " + (chosen - 1)));
        }
        print(kept, 0);
        if (follow) {
            follow(operations, logs, log, kept);
        }
        return ExitCode.OK.code();
    }

    private List<String> demandLogs(Operations operations, RunLogs logs) {
        if (RunRequest.isId(run)) {
            List<String> all = operations.reading(() -> logs.of(run));
            if (!all.isEmpty()) {
                return all;
            }
        }
        RunEntry entry = operations.demandRun(run).get(0);
        throw new InvalidInputException("run " + run + " has no log: "
                + (entry.result() == RunEntry.Result.RUNNING
                        ? "it began " + HistoryCommand.seconds(entry.startedAt())
                                + ", and its first lines come after some seconds"
                        : "it was removed as `retention` of the runner file says, or the run is of an older version"));
    }

    /** A step that the log does not name may be one that has not begun, which the pipeline's report or text would know. */
    private void demandStep(Operations operations, RunLogs.Kept kept) {
        String wanted = step;
        if (wanted == null || follow || kept.lines().stream().anyMatch(this::isMeant)) {
            return;
        }
        TreeSet<String> known = new TreeSet<>();
        kept.lines().stream()
                .map(LogLine::step)
                .filter(java.util.Objects::nonNull)
                .forEach(known::add);
        operations
                .reading(() -> operations.store().readReport(run))
                .ifPresent(report -> report.steps().forEach(each -> known.add(each.name())));
        if (!known.contains(wanted)) {
            throw new InvalidInputException("the log of run " + run + " says nothing of a step '" + wanted + "'"
                    + Spelling.nearest(wanted, known)
                            .map(meant -> "; did you mean '" + meant + "'?")
                            .orElse(known.isEmpty() ? "" : "; its steps are " + String.join(", ", known)));
        }
    }

    private boolean isMeant(LogLine line) {
        return step == null || step.equals(line.step());
    }

    /** Prints the lines from that number on; returns the number of the next one. */
    private long print(RunLogs.Kept kept, long from) {
        long next = from;
        for (int i = 0; i < kept.lines().size(); i++) {
            long number = kept.number(i);
            if (number > next && number >= from) {
                out.println(
                        "... " + (number - next) + (number - next == 1 ? " line was" : " lines were") + " not kept");
            }
            if (number >= from) {
                if (isMeant(kept.lines().get(i))) {
                    out.println(kept.lines().get(i).written());
                }
                next = number + 1;
            }
        }
        out.flush();
        return next;
    }

    private void follow(Operations operations, RunLogs logs, String first, RunLogs.Kept kept)
            throws WarehouseException, InterruptedException {
        String log = first;
        long next = kept.number(kept.lines().size() - 1) + 1;
        boolean whole = false;
        for (int looksAfterIt = 0; !whole && looksAfterIt < LAST_LOOKS; ) {
            // Looked at before the log is read. What a launch says last comes to the state area after that.
            boolean over = hasEnded(operations);
            List<String> all = operations.reading(() -> logs.of(run));
            String last = all.isEmpty() ? log : all.get(all.size() - 1);
            if (!last.equals(log)) {
                log = last;
                next = 0;
            }
            RunLogs.Kept now = operations.reading(() -> logs.read(last)).orElse(kept);
            next = print(now, next);
            whole = over && LaunchLog.isWhole(now.lines());
            looksAfterIt = over ? looksAfterIt + 1 : 0;
            if (!whole) {
                Thread.sleep(LOOK.toMillis());
            }
        }
        List<RunEntry> entries = operations.entries(run);
        if (!entries.isEmpty()) {
            RunEntry.Result result = entries.get(entries.size() - 1).result();
            err.println("run " + run
                    + (result == RunEntry.Result.RUNNING
                            ? " was killed"
                            : ": " + result.name().toLowerCase(Locale.ROOT).replace('_', ' ')));
        }
    }

    private boolean hasEnded(Operations operations) throws WarehouseException {
        if (operations.reading(() -> operations.store().readWaiting(run)).isPresent()) {
            return false;
        }
        List<RunEntry> entries = operations.entries(run);
        List<RunEntry> running = new ArrayList<>();
        for (RunEntry entry : entries) {
            if (entry.result() == RunEntry.Result.RUNNING && operations.isRunning(entry)) {
                running.add(entry);
            }
        }
        return running.isEmpty();
    }
}
