package org.tofro.run;

/** The lease of a pipeline, as the store that holds it gives it: a row of the warehouse, later one of Cassandra too. */
public interface RunLease {
    /**
     * Takes the lease.
     *
     * @return the fencing token of this launch
     * @throws BusyException where another launch holds it
     */
    long acquire(LaunchIdentity identity, String run) throws BusyException, LeaseException, InterruptedException;

    /** Makes it last its full length again; false where it is lost. */
    boolean renew(long token) throws LeaseException, InterruptedException;

    /** The same, and has it name another run of the process that holds it. */
    boolean renewFor(long token, String run) throws LeaseException, InterruptedException;

    /** Gives it back, if the token still holds it. */
    void release(long token) throws LeaseException, InterruptedException;

    /** The store that holds the lease could not be asked. */
    final class LeaseException extends Exception {
        public LeaseException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
