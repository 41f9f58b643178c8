package org.tofro.connect.cassandra.load;

import java.time.Instant;
import org.tofro.data.RunContext;

/**
 * The write timestamp of all that a launch loads, in microseconds since 1970. It lies within the run's interval: later
 * intervals have later ones, and so have later launches of one interval.
 */
final class WriteTimestamp {
    private static final long SECOND = 1_000_000;

    /** More than the launches of a pipeline that follow each other within a second. */
    private static final long MICROS_OF_A_SECOND = 10;

    private static final long SQUEEZED = 1_000;

    private WriteTimestamp() {}

    static long of(RunContext run) {
        long start = micros(run.intervalStart());
        // A token is the second in which the launch took the lease, in microseconds, and one more for each that came
        // before it within that second. The second itself would be in the interval of a later run, or in its future.
        long seconds = Math.floorDiv(run.token(), SECOND) - Math.floorDiv(start, SECOND);
        long after = seconds * MICROS_OF_A_SECOND + Math.floorMod(run.token(), SECOND);
        long half = (micros(run.intervalEnd()) - start) / 2;
        // A launch that is months late for an interval of a minute must not get into the next one's time either.
        return start + (after <= half ? after : half + (after - half) / SQUEEZED);
    }

    private static long micros(Instant moment) {
        return moment.getEpochSecond() * SECOND + moment.getNano() / 1_000;
    }
}
