package org.tofro.connect.emr;

import java.io.Serializable;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How often EMR is asked. All clients of an account share few calls a second, so each pause is a little longer or shorter
 * than the last, and grows where EMR says that it is too much.
 *
 * @param look between two looks at a step
 * @param backoff before a call that failed is made again; doubled each time
 * @param tries of one call, the first included
 */
public record Pace(Duration look, Duration backoff, int tries) implements Serializable {
    /** What suits AWS: some seconds matter to nobody when a cluster takes minutes to start. */
    public static final Pace DEFAULT = new Pace(Duration.ofSeconds(10), Duration.ofSeconds(1), 8);

    private static final Duration LONGEST_BACKOFF = Duration.ofSeconds(30);

    /** The next pause between two looks: from 80 to 120 % of what it is on average. */
    Duration nextLook() {
        return jittered(look);
    }

    /** The pause after that many tries have failed. */
    Duration backoff(int failed) {
        Duration doubled = backoff.multipliedBy(1L << Math.min(failed - 1, 16));
        return jittered(doubled.compareTo(LONGEST_BACKOFF) > 0 ? LONGEST_BACKOFF : doubled);
    }

    private static Duration jittered(Duration mean) {
        return Duration.ofMillis(
                Math.round(mean.toMillis() * ThreadLocalRandom.current().nextDouble(0.8, 1.2)));
    }
}
