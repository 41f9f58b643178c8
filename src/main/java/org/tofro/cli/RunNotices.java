package org.tofro.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import org.tofro.notify.Notifier;
import org.tofro.notify.RunMessage;
import org.tofro.report.ReportStore;
import org.tofro.report.RunReport;
import org.tofro.report.RunRequest;

/**
 * Tells who wants to know how a run ended; whom that does not reach makes no run fail.
 *
 * @param resume the command that goes on with the run
 * @param said takes who could not be told, and why
 */
record RunNotices(Notifier notifier, ReportStore store, String resume, PrintStream said) {
    /** Tells of the report; returns it with who was told, as the state area now has it too. */
    RunReport tell(RunReport report) throws InterruptedException {
        List<String> told = tell(RunMessage.of(report, resume, store.reportUri(report.run())));
        if (told.isEmpty()) {
            return report;
        }
        RunReport now = report.withNotifications(told);
        try {
            store.writeReport(now);
        } catch (IOException e) {
            said.println("the report does not say who was told: " + e.getMessage());
        }
        return now;
    }

    /** Tells of a launch that has no report. */
    void tellTrouble(RunRequest request, Exception trouble) throws InterruptedException {
        tell(RunMessage.ofTrouble(request, String.valueOf(trouble.getMessage()), null));
    }

    private List<String> tell(RunMessage message) throws InterruptedException {
        List<Notifier.Told> told = notifier.tell(message);
        told.stream().filter(each -> each.trouble() != null).forEach(each -> said.println("notify: " + each));
        return told.stream().map(Notifier.Told::toString).toList();
    }
}
