package org.tofro.run;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Turns Ctrl-C and SIGTERM into an {@link EarlyEnd}. The end of the process is held up until {@link #close}, so that the
 * report is still written and shown; but for nine seconds at most.
 */
public final class Signals implements AutoCloseable {
    static final String REASON = "it was interrupted";

    private static final Logger LOG = Logger.getLogger(Signals.class.getName());
    private static final long PATIENCE_SECONDS = 9;

    private final EarlyEnd end = new EarlyEnd();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread hook = new Thread(this::onSignal, "signal");

    private Signals() {}

    /** Heeds signals from now on. */
    public static Signals heed() {
        Signals signals = new Signals();
        try {
            Runtime.getRuntime().addShutdownHook(signals.hook);
        } catch (IllegalStateException shuttingDown) {
            // Whoever heeded that signal holds the process up.
            signals.end.because(REASON);
        }
        return signals;
    }

    /** What a signal ends. */
    public EarlyEnd end() {
        return end;
    }

    private void onSignal() {
        if (closed.getCount() == 0) {
            return;
        }
        try {
            end.because(REASON);
            closed.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (RuntimeException e) {
            LOG.log(Level.FINE, "cancelling", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Lets a signal end the process at once, also one that has come already. */
    @Override
    public void close() {
        closed.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException shuttingDown) {
            // The hook is what waits for us.
        }
    }
}
