package org.tofro.cli;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.tofro.data.Outcome;
import org.tofro.report.LogLine;
import org.tofro.report.ReportStore;
import org.tofro.report.ReportTable;
import org.tofro.report.RunLog;
import org.tofro.report.RunReport;
import org.tofro.report.RunRequest;
import org.tofro.report.StepReport;
import org.tofro.run.Whereabouts;
import org.tofro.settings.Settings;

/**
 * What a launch says, kept with its run: what it prints on standard error, what its steps begin and end with, and what is
 * logged in this JVM meanwhile. Stack traces are not, because a driver's may hold rows.
 */
final class LaunchLog implements AutoCloseable {
    private static final Logger ROOT = Logger.getLogger("");
    private static final String ENDED = "the launch has ended: ";
    private static final String BROKEN = "the launch broke off: ";

    private final RunLog log;
    private final PrintStream err;
    private final Handler handler = new Records();

    private LaunchLog(RunLog log, PrintStream err) {
        this.log = log;
        this.err = LoggedLines.to(err, line -> log.add(LogLine.Level.INFO, null, line));
    }

    /** @param err standard error, as the launch was given it */
    static LaunchLog open(RunRequest request, Settings settings, Supplier<ReportStore> store, PrintStream err) {
        LaunchLog log = new LaunchLog(new RunLog(store, request.run(), new SecretMask(settings)), err);
        ROOT.addHandler(log.handler);
        Whereabouts here = Whereabouts.ofThisProcess();
        log.info("launch of run " + request.run() + " of pipeline '" + request.pipeline() + "' for "
                + HistoryCommand.interval(request.intervalStart(), request.intervalEnd()) + " by "
                + Operations.user() + ", " + here.words() + ", runner '" + request.runner() + "'");
        here.workerLogs().ifPresent(log::info);
        return log;
    }

    /** Standard error, of which a copy goes into the log. */
    PrintStream err() {
        return err;
    }

    void info(String words) {
        log.add(LogLine.Level.INFO, null, words);
    }

    void add(LogLine line) {
        log.add(line);
    }

    /** Whether these are the lines of a launch that has said its last word. */
    static boolean isWhole(List<LogLine> lines) {
        return lines.stream()
                .anyMatch(line -> line.step() == null
                        && (line.text().startsWith(ENDED) || line.text().startsWith(BROKEN)));
    }

    /** Why the launch broke off. */
    void broken(Exception e) {
        String message = e.getMessage();
        log.add(
                LogLine.Level.ERROR,
                null,
                BROKEN + (message == null ? e.getClass().getSimpleName() : message));
    }

    /** How the launch has ended, step by step: on a cluster nothing else here tells of what the workers did. */
    void ended(RunReport report) {
        Stream.concat(report.steps().stream(), report.teardown().stream()).forEach(this::ended);
        boolean good = report.result() == RunReport.Result.SUCCEEDED;
        log.add(
                good ? LogLine.Level.INFO : LogLine.Level.ERROR,
                null,
                ENDED
                        + report.result().name().toLowerCase(Locale.ROOT).replace('_', ' ')
                        + (report.problem() == null ? "" : ": " + report.problem()));
    }

    private void ended(StepReport step) {
        boolean bad = step.outcome() == Outcome.Status.FAILED || step.outcome() == Outcome.Status.REFUSED;
        String figures = step.outcome() == Outcome.Status.SKIPPED
                ? ""
                : ", " + ReportTable.count(step.rowsIn()) + " rows in, " + ReportTable.count(step.rowsOut())
                        + " rows out, " + ReportTable.bytes(step.bytes()) + ", "
                        + String.format(Locale.ROOT, "%.1f s", step.millis() / 1000.0);
        log.add(
                bad ? LogLine.Level.ERROR : LogLine.Level.INFO,
                step.name(),
                step.outcome().name().toLowerCase(Locale.ROOT)
                        + (step.resumed() ? " by an earlier launch" : "")
                        + figures
                        + (step.message() == null ? "" : ": " + step.message()));
        step.notes().forEach(note -> log.add(LogLine.Level.INFO, step.name(), note));
    }

    @Override
    public void close() {
        ROOT.removeHandler(handler);
        err.flush();
        log.close();
    }

    /** Takes what is logged in this JVM. */
    private final class Records extends Handler {
        private final LineFormatter words = new LineFormatter(false);

        @Override
        public void publish(LogRecord record) {
            if (record.getLevel().intValue() < Level.INFO.intValue()) {
                return;
            }
            log.add(new LogLine(record.getInstant(), level(record.getLevel()), null, words.words(record)));
        }

        private static LogLine.Level level(Level level) {
            return LogLine.Level.valueOf(LineFormatter.word(level));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
