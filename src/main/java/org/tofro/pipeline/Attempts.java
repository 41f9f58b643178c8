package org.tofro.pipeline;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How often a step is tried, and for how long.
 *
 * @param maxRetries tries after the first
 * @param retryDelay how long after a failure the next try begins, at the soonest
 * @param timeout how long one try may take; null for any time
 */
public record Attempts(
        int maxRetries, Duration retryDelay, @Nullable Duration timeout) {
    static final Duration DEFAULT_DELAY = Duration.ofMinutes(5);

    /** One try, of any length. */
    public static final Attempts ONE = new Attempts(0, DEFAULT_DELAY, null);
}
