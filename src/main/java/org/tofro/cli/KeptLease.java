package org.tofro.cli;

import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.tofro.run.BusyException;
import org.tofro.run.LaunchIdentity;
import org.tofro.run.RunLease;

/**
 * A pipeline's lease that several launches share, one after the other, so that no other run comes between them. The first
 * of them takes it; it is given back by {@link #close}.
 */
final class KeptLease implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(KeptLease.class.getName());

    private @Nullable RunLease lease;
    private long token;

    /** The lease as one of the launches uses it. */
    RunLease of(RunLease own) {
        return new RunLease() {
            @Override
            public long acquire(LaunchIdentity identity, String run)
                    throws BusyException, LeaseException, InterruptedException {
                if (lease == null) {
                    token = own.acquire(identity, run);
                    lease = own;
                }
                return token;
            }

            @Override
            public boolean renew(long held) throws LeaseException, InterruptedException {
                return own.renew(held);
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
