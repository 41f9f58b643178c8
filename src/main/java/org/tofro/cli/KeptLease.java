package org.tofro.cli;

import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.tofro.run.BusyException;
import org.tofro.run.LaunchIdentity;
import org.tofro.run.RunLease;

/**
 * A pipeline's lease that several launches share, one after the other, so that no other run comes between them. The first
 * of them takes it; it is given back by {@link #close}.
 *
 * <p>A launch renews it every third of its length. Launches that are shorter than that would never do so, and lose it when
 * they have taken its length together; hence it is renewed between them too.
 */
final class KeptLease implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(KeptLease.class.getName());

    private final long renewAfterNanos;
    private @Nullable RunLease lease;
    private long token;
    private volatile long renewedAt;

    /** @param seconds the lease's length */
    KeptLease(int seconds) {
        this.renewAfterNanos = TimeUnit.SECONDS.toNanos(seconds) / 3;
    }

    /** The lease as one of the launches uses it. */
    RunLease of(RunLease own) {
        return new RunLease() {
            @Override
            public long acquire(LaunchIdentity identity, String run)
                    throws BusyException, LeaseException, InterruptedException {
                if (lease == null) {
                    renewedAt = System.nanoTime();
                    token = own.acquire(identity, run);
                    lease = own;
                } else if (System.nanoTime() - renewedAt > renewAfterNanos && !renew(token)) {
                    throw new BusyException("another run has taken the lease over, because this process was stopped, or"
                            + " cut off from the warehouse, for too long. Start again");
                }
                return token;
            }

            @Override
            public boolean renew(long held) throws LeaseException, InterruptedException {
                long now = System.nanoTime();
                boolean renewed = own.renew(held);
                renewedAt = now;
                return renewed;
            }

            @Override
            public void release(long held) {
                // Only when the last launch has ended.
            }
        };
    }

    @Override
    public void close() throws InterruptedException {
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
