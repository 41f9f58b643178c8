package org.tofro.report;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * That a launch of a run was asked for and has not begun: it waits for what others do, or for the cluster that is to begin
 * it, and has no lease yet by which it could be found.
 *
 * @param run the run's id
 * @param pipeline its pipeline
 * @param intervalStart start of its interval, inclusive
 * @param intervalEnd end of it, exclusive
 * @param needs the pipelines that it waits for, whether they are late or not, and the steps whose files it waits for
 * @param holder who waits, as a lease would name it
 * @param place where that is, for people
 * @param since when it began to wait, or when the cluster was asked for, by its own clock
 * @param cluster where it is to begin; null where the process that waits will begin it
 * @param aside whether it will say nothing of how its interval stands: a trial run, or some of its steps only
 * @param renewBy until when it is taken to live unless it is renewed, by its own clock; null once a cluster was asked for,
 *     which begins it whether the process that waits lives or not
 */
public record Waiting(
        String run,
        String pipeline,
        Instant intervalStart,
        Instant intervalEnd,
        List<String> needs,
        String holder,
        String place,
        Instant since,
        @Nullable Cluster cluster,
        boolean aside,
        @Nullable Instant renewBy) {
    /** The token in a {@link CancelRequest} that means such a launch; a lease's is greater. */
    public static final long TOKEN = 0;

    /**
     * A cluster of EMR.
     *
     * @param id its id; null until it is asked for
     * @param step the id of the step that begins the run; null where the cluster is the run's own, and ends with it
     * @param region its region; null for AWS's own choice
     */
    public record Cluster(
            @Nullable String id,
            @Nullable String step,
            @Nullable String region) {}

    public Waiting {
        needs = List.copyOf(needs);
    }

    /** The same with the cluster that was asked for now. */
    public Waiting askedFor(Cluster now, Instant at) {
        return new Waiting(run, pipeline, intervalStart, intervalEnd, needs, holder, place, at, now, aside, null);
    }

    /** The same, taken to live until then. */
    public Waiting renewed(Instant until) {
        return new Waiting(
                run, pipeline, intervalStart, intervalEnd, needs, holder, place, since, cluster, aside, until);
    }

    /** Whether a cluster was asked for, which begins it. */
    public boolean namesCluster() {
        return cluster != null && cluster.id() != null;
    }

    /** Whether whoever waits should have said by now that he lives. */
    public boolean isSilent(Instant now) {
        return renewBy != null && renewBy.isBefore(now);
    }

    /** Whether it will be the run of exactly that interval. */
    public boolean covers(Instant start, Instant end) {
        return !aside && intervalStart.equals(start) && intervalEnd.equals(end);
    }
}
