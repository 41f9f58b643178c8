package org.tofro.run;

import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Renews a lease every third of its length, until it is closed or the lease is lost. */
public final class LeaseRenewal implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(LeaseRenewal.class.getName());

    private final Thread thread;

    /**
     * @param seconds the lease's length
     * @param lost hears why the work under it is to end, as a reason that reads after "the run was ended: "
     */
    public LeaseRenewal(RunLease lease, long token, int seconds, Consumer<String> lost) {
        long pause = Math.max(200, seconds * 1000L / 3);
        thread = new Thread(
                () -> {
                    try {
                        while (true) {
                            Thread.sleep(pause);
                            if (!renewed(lease, token)) {
                                lost.accept("its lease was lost: this process was stopped, or cut off from the"
                                        + " warehouse, for too long");
                                return;
                            }
                        }
                    } catch (InterruptedException closed) {
                        // The run has ended.
                    }
                },
                "lease");
        thread.setDaemon(true);
        thread.start();
    }

    private static boolean renewed(RunLease lease, long token) throws InterruptedException {
        try {
            return lease.renew(token);
        } catch (RunLease.LeaseException e) {
            // The next try may reach the store in time; if none does, the lease runs out and publishing is fenced.
            LOG.log(Level.WARNING, e.getMessage());
            return true;
        }
    }

    @Override
    public void close() throws InterruptedException {
        thread.interrupt();
        thread.join(5_000);
    }
}
