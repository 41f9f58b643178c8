package org.tofro.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Instant;
import java.util.Optional;
import org.tofro.connect.emr.StepEnd;
import org.tofro.emr.DeployArea;
import org.tofro.report.LatestRuns;
import org.tofro.report.ReportStore;
import org.tofro.report.RunEntry;
import org.tofro.report.RunReport;

/**
 * How work ended that was done on a cluster: as it has left word of itself, else as its step did.
 *
 * @param askedAt when it was submitted: older reports are those of earlier launches
 */
record SubmittedEnd(
        ReportStore store,
        DeployArea area,
        String submission,
        SubmittedWork work,
        Instant askedAt,
        PrintStream out,
        PrintStream err) {
    /** Prints the report, where there is one, and leaves the metrics here; returns the run's own exit code. */
    int report(StepEnd end) {
        err.println(end.sentence());
        RunOptions options = work.first().options();
        Optional<RunReport> report;
        Optional<Integer> code;
        try {
            report = own().filter(found -> found.endedAt().isAfter(askedAt));
            code = area.exitCode(submission);
        } catch (IOException e) {
            throw new FailedException("cannot read the state area " + store.area() + ", so it is not known how"
                    + " the run ended: " + e.getMessage());
        }
        report.ifPresent(found -> {
            new PrintedReport(store, options.output, out, err).print(found, work.again());
            new AfterRun(work.first().loaded(), store, err).leaveMetrics(found, options.metricsFile);
        });
        int ended = code.isPresent()
                ? code.get()
                : (report.isPresent() && end.ended() ? ExitCode.of(report.get()) : byStep(end)).code();
        boolean told = report.filter(found -> found.result() != RunReport.Result.SUCCEEDED)
                .isPresent();
        if (!told && code.isEmpty() && ended != ExitCode.OK.code()) {
            err.println("the run has left no word of how it ended; if it had begun, go on by: " + work.again());
        }
        return ended;
    }

    /** The run's report, or that of the last one of a backfill. */
    private Optional<RunReport> own() throws IOException {
        if (work.isRun()) {
            return store.readReport(work.id());
        }
        Optional<RunEntry> last =
                new LatestRuns(store).of(work.first().request().pipeline()).last();
        return last.isPresent() ? store.readReport(last.get().run()) : Optional.empty();
    }

    private static ExitCode byStep(StepEnd end) {
        return end.good() ? ExitCode.OK : ExitCode.FAILED;
    }
}
