package org.tofro.cli;

import java.time.Duration;
import org.tofro.connect.RunningSteps;
import org.tofro.connect.warehouse.Lease;
import org.tofro.connect.warehouse.WarehouseException;
import org.tofro.run.BusyException;
import org.tofro.run.LaunchIdentity;
import org.tofro.run.RunLease;
import org.tofro.settings.RedshiftConnection;

/** A pipeline's lease in the warehouse, as a launch uses it. */
final class WarehouseLease implements RunLease {
    /** How long a launch waits while old files are removed under the lease. */
    private static final Duration CLEANING = Duration.ofMinutes(5);

    private static final Duration LOOK = Duration.ofMillis(500);

    private final Lease lease;
    private final String pipeline;

    WarehouseLease(RedshiftConnection warehouse, String pipeline, int seconds) {
        this.lease = new Lease(warehouse, pipeline, seconds);
        this.pipeline = pipeline;
    }

    @Override
    public long acquire(LaunchIdentity identity, String run)
            throws BusyException, LeaseException, InterruptedException {
        long deadline = System.nanoTime() + CLEANING.toNanos();
        while (true) {
            try {
                return lease.acquire(identity.holder(), run, identity::knowsDead);
            } catch (Lease.TakenException e) {
                Lease.Held held = e.held();
                if (!held.run().equals(Cleaning.RUN) || System.nanoTime() > deadline) {
                    throw busy(held);
                }
                Thread.sleep(LOOK.toMillis());
            } catch (WarehouseException e) {
                throw new LeaseException(String.valueOf(e.getMessage()), e);
            }
        }
    }

    private BusyException busy(Lease.Held held) {
        return new BusyException("pipeline '" + pipeline + "' is running: run " + held.run() + " by "
                + LaunchIdentity.describe(held.holder()) + "; its lease runs for another " + held.secondsLeft()
                + " s unless it is renewed. Wait for it to end, then start again");
    }

    @Override
    public boolean renew(long token) throws LeaseException, InterruptedException {
        try (RunningSteps.Work work = unlisted()) {
            return lease.renew(work, token);
        } catch (WarehouseException e) {
            throw new LeaseException(String.valueOf(e.getMessage()), e);
        }
    }

    @Override
    public boolean renewFor(long token, String run) throws LeaseException, InterruptedException {
        try (RunningSteps.Work work = unlisted()) {
            return lease.renewFor(work, token, run);
        } catch (WarehouseException e) {
            throw new LeaseException(String.valueOf(e.getMessage()), e);
        }
    }

    @Override
    public void release(long token) throws LeaseException, InterruptedException {
        try (RunningSteps.Work work = unlisted()) {
            lease.release(work, token);
        } catch (WarehouseException e) {
            throw new LeaseException(String.valueOf(e.getMessage()), e);
        }
    }

    /** The lease's own work belongs to no step: it goes on, and is given back, when the steps are cancelled. */
    private static RunningSteps.Work unlisted() throws InterruptedException {
        return RunningSteps.apart().start("lease");
    }
}
