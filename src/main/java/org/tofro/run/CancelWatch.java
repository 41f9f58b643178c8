package org.tofro.run;

import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.tofro.report.CancelRequest;
import org.tofro.report.ReportStore;

/** Looks in the state area whether somebody, perhaps on another host, wants this launch to end, until it is closed. */
final class CancelWatch implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(CancelWatch.class.getName());
    private static final long PAUSE_MILLIS = 2_000;

    private final ReportStore store;
    private final String run;
    private final Predicate<CancelRequest> meant;
    private final Consumer<String> cancel;
    private final Thread thread;

    /**
     * @param meant whether this launch is meant, and no earlier launch of the run
     * @param cancel hears why
     */
    CancelWatch(ReportStore store, String run, Predicate<CancelRequest> meant, Consumer<String> cancel) {
        this.store = store;
        this.run = run;
        this.meant = meant;
        this.cancel = cancel;
        thread = new Thread(
                () -> {
                    try {
                        while (true) {
                            Thread.sleep(PAUSE_MILLIS);
                            if (look()) {
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

    /** Looks now; whether the launch is to end. */
    boolean look() {
        Optional<CancelRequest> asked = asked();
        asked.ifPresent(request -> cancel.accept("it was cancelled by " + request.by()));
        return asked.isPresent();
    }

    private Optional<CancelRequest> asked() {
        try {
            return store.readCancelRequest(run).filter(meant);
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
