package org.tofro.cli;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.tofro.report.ReportStore;
import org.tofro.report.RunRequest;
import org.tofro.settings.Settings;

/** Whether a run may be launched, as people and the daily clean have left word in the state area. */
record Admission(Settings settings, ReportStore store) {
    /** Nothing of a run is removed so soon. */
    private static final Duration FRESH = Duration.ofSeconds(1);

    /** @throws PausedException where somebody has paused the pipeline */
    void demandStarting(String pipeline) {
        try {
            store.readPause(pipeline).ifPresent(pause -> {
                throw new PausedException(pause);
            });
        } catch (IOException e) {
            throw new FailedException("cannot look in the state area " + settings.stateArea() + " whether pipeline '"
                    + pipeline + "' is paused: " + e.getMessage());
        }
    }

    /**
     * Asked under the lease, because old files are removed under it.
     *
     * @throws InvalidInputException where the run's files have been removed
     */
    void demandResumable(RunRequest request) {
        if (request.requestedAt().isAfter(Instant.now().minus(FRESH))) {
            return;
        }
        try {
            store.readCleaned(request.run()).ifPresent(cleaned -> {
                throw new InvalidInputException("run " + request.run() + " cannot be resumed: its staged files were"
                        + " removed at " + HistoryCommand.seconds(cleaned.at()) + ", as `retention` of runner '"
                        + settings.name() + "' says. Start a new run: tofro run " + request.file()
                        + (request.date() == null ? "" : " --date " + request.date()));
            });
        } catch (IOException e) {
            throw new FailedException("cannot look in the state area " + settings.stateArea() + " whether run "
                    + request.run() + " can be resumed: " + e.getMessage());
        }
    }
}
