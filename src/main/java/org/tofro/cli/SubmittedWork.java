package org.tofro.cli;

import org.tofro.pipeline.Interval;
import org.tofro.report.RunRequest;

/**
 * What a cluster is to launch: a run, or those of a backfill.
 *
 * @param id by which people know it: the run's, or the submission's where it is a backfill
 * @param interval what it covers
 * @param first the run that is launched first, or is gone on with
 * @param again the command that goes on with all of it
 */
record SubmittedWork(String id, Interval interval, LaunchOrder first, String again) {
    static SubmittedWork of(LaunchOrder run) {
        RunRequest request = run.request();
        return new SubmittedWork(
                request.run(), new Interval(request.intervalStart(), request.intervalEnd()), run, run.resume());
    }

    /** Whether it is one run, and nothing after it. */
    boolean isRun() {
        return id.equals(first.request().run());
    }
}
