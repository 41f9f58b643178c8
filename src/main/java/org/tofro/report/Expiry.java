package org.tofro.report;

import java.time.Duration;
import java.time.Instant;

/**
 * What of a run has outlived its time. What is at work or waits is nobody's to judge by its age: whoever asks holds the
 * pipeline's lease, and leaves out runs that wait.
 *
 * @param stagedFiles whether its staged files may go, and with them the way to resume it
 * @param record whether its report, its logs and what was asked for may go; what other pipelines wait for stays
 */
public record Expiry(boolean stagedFiles, boolean record) {
    /**
     * Judges a run by its entry in the index.
     *
     * @param runs how long the record is kept after the end of the run
     * @param failed how long the staged files of a run are kept that did not succeed
     * @param staged how long those of one are kept that succeeded
     */
    public static Expiry of(RunEntry run, Duration runs, Duration failed, Duration staged, Instant now) {
        // A process that was killed left no end.
        Instant end = run.endedAt() == null ? run.startedAt() : run.endedAt();
        Duration age = Duration.between(end, now);
        boolean succeeded = run.result() == RunEntry.Result.SUCCEEDED;
        boolean stagedFiles = age.compareTo(succeeded ? staged : failed) > 0;
        return new Expiry(stagedFiles, stagedFiles && age.compareTo(runs) > 0);
    }
}
