package org.tofro.cli;

import org.tofro.connect.RunningSteps;
import org.tofro.connect.warehouse.Lease;
import org.tofro.connect.warehouse.WarehouseException;
import org.tofro.run.BusyException;
import org.tofro.run.LaunchIdentity;
import org.tofro.run.RunLease;
import org.tofro.settings.RedshiftConnection;

/** A pipeline's lease in the warehouse, as a launch uses it. */
final class WarehouseLease implements RunLease {
    private final Lease lease;
    private final String pipeline;

    WarehouseLease(RedshiftConnection warehouse, String pipeline, int seconds) {
        this.lease = new Lease(warehouse, pipeline, seconds);
        this.pipeline = pipeline;
    }

    @Override
    public long acquire(LaunchIdentity identity, String run)
            throws BusyException, LeaseException, InterruptedException {
        try {
            return lease.acquire(identity.holder(), run, identity::knowsDead);
        } catch (Lease.TakenException e) {
            Lease.Held held = e.held();
            throw new BusyException("pipeline '" + pipeline + "' is running: run " + held.run() + " by "
                    + LaunchIdentity.describe(held.holder()) + "; its lease runs for another " + held.secondsLeft()
                    + " s unless it is renewed. Wait for it to end, then start again");
        } catch (WarehouseException e) {
            throw new LeaseException(String.valueOf(e.getMessage()), e);
        }
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
