package org.tofro.report;

import java.time.Instant;
import java.util.List;

/**
 * That a launch of a run waits for other pipelines and has not begun: it has no lease yet by which it could be found.
 *
 * @param run the run's id
 * @param pipeline its pipeline
 * @param intervalStart start of its interval, inclusive
 * @param intervalEnd end of it, exclusive
 * @param needs the pipelines that it waits for, whether they are late or not
 * @param holder who waits, as a lease would name it
 * @param place where that is, for people
 * @param since when it began to wait, by its own clock
 */
public record Waiting(
        String run,
        String pipeline,
        Instant intervalStart,
        Instant intervalEnd,
        List<String> needs,
        String holder,
        String place,
        Instant since) {
    /** The token in a {@link CancelRequest} that means such a launch; a lease's is greater. */
    public static final long TOKEN = 0;

    public Waiting {
        needs = List.copyOf(needs);
    }
}
