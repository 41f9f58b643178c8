package org.tofro.cli;

import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.tofro.run.BusyException;
import org.tofro.run.EarlyEnd;
import org.tofro.run.LaunchIdentity;
import org.tofro.run.LeaseRenewal;
import org.tofro.run.RunLease;

/**
 * A pipeline's lease that several launches share, one after the other, so that no other run comes between them. The first
 * of them takes it, and it is renewed from then on until {@link #close} gives it back, whether a launch is at work or
 * waits. It names the run that is at work.
 */
final class KeptLease implements AutoCloseable {
    /** In the place of a run in the lease as long as none is at work. */
    static final String RUN = "(backfill)";

    private static final Logger LOG = Logger.getLogger(KeptLease.class.getName());

    private final int seconds;
    private @Nullable RunLease lease;
    private @Nullable LeaseRenewal renewal;
    private long token;
    private @Nullable EarlyEnd launch;
    private boolean lost;

    /** @param seconds the lease's length */
    KeptLease(int seconds) {
        this.seconds = seconds;
    }

    /** Has the launch that begins end where the lease is lost, also while it waits and has not asked for it. */
    synchronized void follow(EarlyEnd begun) throws BusyException {
        if (lost) {
            throw takenOver();
        }
        launch = begun;
    }

    /** The lease as one of the launches uses it. */
    RunLease of(RunLease own) {
        return new RunLease() {
            @Override
            public long acquire(LaunchIdentity identity, String run)
                    throws BusyException, LeaseException, InterruptedException {
                if (lease == null) {
                    token = own.acquire(identity, run);
                    lease = own;
                    renewal = new LeaseRenewal(own, token, seconds, KeptLease.this::lose);
                } else if (!own.renewFor(token, run)) {
                    throw takenOver();
                }
                return token;
            }

            @Override
            public boolean renew(long held) {
                // The renewal that goes on between the launches does it.
                return !isLost();
            }

            @Override
            public boolean renewFor(long held, String run) throws LeaseException, InterruptedException {
                return own.renewFor(held, run);
            }

            @Override
            public void release(long held) throws LeaseException, InterruptedException {
                // Given back only when the last launch has ended. Where it is lost, the next one hears so.
                own.renewFor(held, RUN);
            }
        };
    }

    private synchronized boolean isLost() {
        return lost;
    }

    private void lose(String reason) {
        EarlyEnd begun;
        synchronized (this) {
            lost = true;
            begun = launch;
        }
        if (begun != null) {
            begun.because(reason);
        }
    }

    private static BusyException takenOver() {
        return new BusyException(
                "another run has taken the lease over, because this process was stopped, or cut off from"
                        + " the warehouse, for too long. Start again");
    }

    @Override
    public void close() throws InterruptedException {
        if (renewal != null) {
            renewal.close();
        }
        RunLease taken = lease;
        try {
            if (taken != null) {
                taken.release(token);
            }
        } catch (RunLease.LeaseException e) {
            // The lease runs out by itself.
            LOG.log(Level.WARNING, e.getMessage());
        }
    }
}
