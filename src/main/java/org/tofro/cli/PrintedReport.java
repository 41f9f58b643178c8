package org.tofro.cli;

import java.io.PrintStream;
import org.tofro.report.ReportStore;
import org.tofro.report.ReportTable;
import org.tofro.report.RunReport;

/**
 * A run's report as its command shows it.
 *
 * @param err takes what is to be done next, where something is
 */
record PrintedReport(ReportStore store, RunOptions.Output output, PrintStream out, PrintStream err) {
    /** @param resume the command that goes on with the run */
    void print(RunReport report, String resume) {
        if (output == RunOptions.Output.JSON) {
            out.println(ReportStore.json(report));
        } else {
            out.print(ReportTable.of(report));
            out.println("report: " + store.reportUri(report.run()));
        }
        out.flush();
        if (report.result() == RunReport.Result.PARTIAL) {
            err.println(
                    "steps were left out, so this does not count as a run of its interval; to do them too: " + resume);
        } else if (report.result() != RunReport.Result.SUCCEEDED) {
            err.println("to go on from where it stopped: " + resume);
        }
    }
}
