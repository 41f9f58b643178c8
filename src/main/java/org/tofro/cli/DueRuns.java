package org.tofro.cli;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.tofro.pipeline.Interval;
import org.tofro.pipeline.PipelineSpec;
import org.tofro.pipeline.Schedule;
import org.tofro.report.RunIndex;
import org.tofro.report.Waiting;
import org.tofro.run.DueIntervals;
import org.tofro.run.WaitingLaunches;

/** What is due of a pipeline by its schedule, as the state area's index and the notes of waiting launches tell. */
final class DueRuns {
    /** Among so many runs the last success is looked for, after which intervals are caught up. */
    private static final int RUNS_SINCE_SUCCESS = 1_000;

    private DueRuns() {}

    /** @throws InvalidInputException where the pipeline has no schedule */
    static DueIntervals of(PipelineSpec pipeline, LaunchSite site, Instant now) throws InterruptedException {
        Schedule schedule = pipeline.schedule();
        if (schedule == null) {
            throw new InvalidInputException(pipeline.file() + " has no 'schedule', so nothing of it is ever due");
        }
        try {
            Interval last = schedule.intervalOf(schedule.previous(now));
            // Before the index, into which a launch gets when it begins and takes its note away.
            List<Waiting> waiting = new WaitingLaunches(site.store()).of(pipeline.name());
            RunIndex index = new RunIndex(site.store());
            return DueIntervals.of(
                    schedule,
                    schedule.catchUp() == Schedule.CatchUp.ALL
                            ? index.latestRuns(pipeline.name(), RUNS_SINCE_SUCCESS)
                            : index.within(pipeline.name(), last.start(), last.end()),
                    waiting,
                    now);
        } catch (IOException e) {
            throw new FailedException("cannot look in the state area "
                    + site.settings().stateArea() + " what has been run: " + e.getMessage());
        }
    }
}
