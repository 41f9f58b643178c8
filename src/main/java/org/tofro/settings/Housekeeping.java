package org.tofro.settings;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of what runs leave behind.
 *
 * @param retention how long it is kept
 * @param metricsFolder the folder in which each run leaves its metrics for Prometheus; null where it leaves none
 */
public record Housekeeping(Retention retention, @Nullable String metricsFolder) {
    public static final Housekeeping DEFAULT = new Housekeeping(Retention.DEFAULT, null);

    /**
     * How long what runs leave behind is kept after their ends.
     *
     * @param runs reports, logs and what was asked for
     * @param failed staged files of runs that did not succeed, which are resumed with them
     * @param staged staged files of runs that succeeded
     */
    public record Retention(Duration runs, Duration failed, Duration staged) {
        public static final Retention DEFAULT =
                new Retention(Duration.ofDays(90), Duration.ofDays(14), Duration.ofDays(3));
    }
}
