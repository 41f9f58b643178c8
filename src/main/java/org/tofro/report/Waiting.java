package org.tofro.report;

import java.time.Instant;

/**
 * That a launch of a run waits for other pipelines and has not begun: it has no lease yet by which it could be found.
 *
 * @param run the run's id
 * @param holder who waits, as a lease would name it
 * @param since when it began to wait, by its own clock
 */
public record Waiting(String run, String holder, Instant since) {
    /** The token in a {@link CancelRequest} that means such a launch; a lease's is greater. */
    public static final long TOKEN = 0;
}
