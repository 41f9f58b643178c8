package org.tofro.connect.jdbc;

import java.sql.SQLException;
import java.util.concurrent.TimeUnit;

/** How much a server may be asked while ranges of a key are cut; its time runs from its making. */
public final class PlanningTime {
    /** How long ranges may be cut again, however little there is to read. */
    public static final long LEAST_MILLIS = 100;

    /** Cutting ranges again may take this part of what reading is expected to take, or the least. */
    private static final double SHARE = 0.05;

    /** Steps into an index take a millisecond each; a server on which they take longer than this is better left alone. */
    private static final long PATIENCE_MILLIS = 2000;

    private final long start = System.nanoTime();
    private final long cuttingMillis;
    private final long patienceMillis;
    private final long countMillis;
    private final long heavyRows;

    /**
     * @param leastMillis how long ranges may be cut again at least
     * @param bytes how much there is to read
     * @param bytesPerMilli what readers are expected to take in a millisecond
     * @param rows how many rows there are
     * @param wanted how many ranges are wanted
     */
    public PlanningTime(long leastMillis, double bytes, double bytesPerMilli, double rows, int wanted) {
        cuttingMillis = Math.max(leastMillis, (long) (SHARE * bytes / bytesPerMilli));
        patienceMillis = Math.max(PATIENCE_MILLIS, cuttingMillis);
        countMillis = Math.max(1, cuttingMillis / (2L * wanted));
        heavyRows = Math.max(2, (long) (2 * rows / wanted));
    }

    /** A question took longer than the time that was left. */
    public static final class OutOfTimeException extends SQLException {
        private static final long serialVersionUID = 1L;

        public OutOfTimeException(SQLException cause) {
            super("planning took too long", cause.getSQLState(), cause);
        }
    }

    /** From how many rows on a range is heavy. */
    public long heavyRows() {
        return heavyRows;
    }

    /** How long the count of one range may take. */
    public long countMillis() {
        return Math.min(countMillis, millisLeft());
    }

    /** How long the next question may take, at least a millisecond. */
    public long millisLeft() {
        return Math.max(1, patienceMillis - elapsedMillis());
    }

    /** Whether ranges may still be cut again. */
    public boolean isLeft() {
        return elapsedMillis() < cuttingMillis;
    }

    private long elapsedMillis() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    }
}
