package org.tofro.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.util.Optional;
import org.tofro.connect.emr.StepEnd;
import org.tofro.emr.DeployArea;
import org.tofro.report.ReportStore;
import org.tofro.report.RunReport;

/**
 * How a run ended that worked on a cluster: as it has left word of itself, else as its step did.
 *
 * @param run the run's id
 * @param resume the command that goes on with it
 */
record SubmittedEnd(
        ReportStore store,
        DeployArea area,
        String submission,
        String run,
        String resume,
        PrintStream out,
        PrintStream err) {
    /** Prints the run's report, where there is one; returns the run's own exit code. */
    int report(StepEnd end, RunOptions.Output output) {
        err.println(end.sentence());
        Optional<RunReport> report;
        Optional<Integer> code;
        try {
            report = store.readReport(run);
            code = area.exitCode(submission);
        } catch (IOException e) {
            throw new FailedException("cannot read the state area " + store.area() + ", so it is not known how"
                    + " the run ended: " + e.getMessage());
        }
        report.ifPresent(found -> new PrintedReport(store, output, out, err).print(found, resume));
        int ended = code.isPresent()
                ? code.get()
                : (report.isPresent() && end.ended() ? ExitCode.of(report.get()) : byStep(end)).code();
        boolean told = report.filter(found -> found.result() != RunReport.Result.SUCCEEDED)
                .isPresent();
        if (!told && code.isEmpty() && ended != ExitCode.OK.code()) {
            err.println("the run has left no word of how it ended; if it had begun, go on by: " + resume);
        }
        return ended;
    }

    private static ExitCode byStep(StepEnd end) {
        return end.good() ? ExitCode.OK : ExitCode.FAILED;
    }
}
