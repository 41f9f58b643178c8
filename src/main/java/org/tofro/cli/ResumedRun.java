package org.tofro.cli;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.tofro.pipeline.Interval;
import org.tofro.pipeline.Variables;
import org.tofro.problem.Spelling;
import org.tofro.report.ReportStore;
import org.tofro.report.RunIndex;
import org.tofro.report.RunReport;
import org.tofro.report.RunRequest;

/**
 * A run that is to be gone on with, as the state area knows it.
 *
 * @param request what was asked for
 * @param report of its last launch; empty where that has left none
 */
record ResumedRun(RunRequest request, Optional<RunReport> report) {
    /** @throws InvalidInputException where no run can have that id */
    static void demandId(String run) {
        if (!RunRequest.isId(run)) {
            throw new InvalidInputException(
                    "'" + run + "' is no run's id; one looks like instructors-20261123T063000-1a2b");
        }
    }

    /** @throws InvalidInputException where there is no such run */
    static ResumedRun find(ReportStore store, String run) {
        List<String> known;
        try {
            Optional<RunRequest> found = store.readRequest(run);
            if (found.isPresent()) {
                return new ResumedRun(found.get(), store.readReport(run));
            }
            known = new RunIndex(store).runIds();
        } catch (IOException e) {
            throw new FailedException("cannot read the state area " + store.area() + ": " + e.getMessage());
        }
        throw new InvalidInputException("the state area " + store.area() + " knows no run '" + run + "'"
                + Spelling.nearest(run, known)
                        .map(meant -> "; did you mean '" + meant + "'?")
                        .orElse("; is --runner the one that it was started with?"));
    }

    /** Says that there is nothing to do where it has succeeded; returns whether that is so. */
    boolean isDone(PrintedReport printed, String resume) {
        if (report.isEmpty() || report.get().result() != RunReport.Result.SUCCEEDED) {
            return false;
        }
        printed.err().println("run " + request.run() + " has succeeded already; nothing to resume");
        printed.print(report.get(), resume);
        return true;
    }

    Interval interval() {
        return new Interval(request.intervalStart(), request.intervalEnd());
    }

    Variables variables() {
        return new Variables(request.variables(), interval(), System::getenv);
    }

    /** Guards that are relaxed, by the launches before or by this one. */
    Map<String, String> accepted(RunOptions options) {
        Map<String, String> accepted =
                new TreeMap<>(report.map(RunReport::accepted).orElse(Map.of()));
        accepted.putAll(options.accepted);
        return accepted;
    }

    /** @throws InvalidInputException where it is a run of another pipeline */
    void demandOf(String pipeline) {
        if (!request.pipeline().equals(pipeline)) {
            throw new InvalidInputException("run " + request.run() + " is one of pipeline '" + request.pipeline()
                    + "', and not of '" + pipeline + "'; name the pipeline that it is of");
        }
    }

    /** @throws InvalidInputException where the pipeline is not what it was when the run started */
    void demandUnedited(Loaded loaded) {
        if (loaded.planHash().equals(request.planHash())) {
            return;
        }
        String now = loaded.graph().pipeline().text();
        String change = now.equals(request.text())
                ? "  (the pipeline's file is as it was; a file or variable that it refers to was changed)"
                : LineDiff.of(request.text(), now);
        throw new InvalidInputException(request.file() + " was edited since run " + request.run() + " started:\n"
                + change + "\nGo on with the edited pipeline by --edited, or start a new run");
    }
}
