package org.tofro.run;

import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.tofro.report.CancelRequest;
import org.tofro.report.ReportStore;

/** Looks in the state area whether somebody, perhaps on another host, wants this launch to end, until it is closed. */
final class CancelWatch implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(CancelWatch.class.getName());
    private static final long PAUSE_MILLIS = 2_000;

    private final Thread thread;

    /** @param cancel hears why, once */
    CancelWatch(ReportStore store, String run, long token, Consumer<String> cancel) {
        thread = new Thread(
                () -> {
                    try {
                        while (true) {
                            Thread.sleep(PAUSE_MILLIS);
                            Optional<CancelRequest> asked = asked(store, run);
                            // One for an earlier launch of the run is not meant for this one.
                            if (asked.isPresent() && asked.get().token() == token) {
                                cancel.accept(
                                        "it was cancelled by " + asked.get().by());
                                return;
                            }
                        }
                    } catch (InterruptedException closed) {
                        // The run has ended.
                    }
                },
                "cancel-watch");
        thread.setDaemon(true);
        thread.start();
    }

    private static Optional<CancelRequest> asked(ReportStore store, String run) {
        try {
            return store.readCancelRequest(run);
        } catch (IOException e) {
            LOG.log(Level.FINE, "cannot look whether run " + run + " was cancelled", e);
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
