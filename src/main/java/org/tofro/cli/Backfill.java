package org.tofro.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.tofro.pipeline.Interval;
import org.tofro.pipeline.Variables;
import org.tofro.run.HostPlaces;

/**
 * Runs the intervals of a stretch of time, one after the other under one lease, until one does not succeed. Each of them is
 * a run of its own whose id follows from its interval: a backfill that is started again goes on with the very run that was
 * cut off, and finds in the ledger what that one has published.
 */
final class Backfill {
    private final String pipeline;
    private final ReadingOptions reading;
    private final BundleOptions bundle;
    private final BackfillOptions asked;
    private final RunOptions options;
    private final PrintStream out;
    private final PrintStream err;

    Backfill(
            String pipeline,
            ReadingOptions reading,
            BundleOptions bundle,
            BackfillOptions asked,
            RunOptions options,
            PrintStream out,
            PrintStream err) {
        this.pipeline = pipeline;
        this.reading = reading;
        this.bundle = bundle;
        this.asked = asked;
        this.options = options;
        this.out = out;
        this.err = err;
    }

    /** Runs what is not done; returns the exit code of the first run that did not succeed. */
    int run(Instant now) throws Exception {
        Loaded first = loaded(schedule -> asked.intervals(schedule, now).get(0));
        LaunchCheck.backfill(first.graph());
        List<Interval> intervals = asked.intervals(first.graph().pipeline().schedule(), now);
        try (HostPlaces places = HostPlaces.of(first.settings().limits(), err::println)) {
            LaunchSite site = LaunchSite.placed(first, places, bundle.askedAt(), err);
            return run(site, intervals, now);
        }
    }

    private int run(LaunchSite site, List<Interval> intervals, Instant now) throws Exception {
        Launch launch = new Launch(site, Clock.systemUTC(), out, err);
        BackfillRuns runs = new BackfillRuns(this::loaded, reading.runner(), reading.values(), asked.again, err);
        int done = 0;
        try (KeptLease lease = launch.keepLease()) {
            for (Interval interval : intervals) {
                Optional<BackfillRuns.Open> open = runs.open(site.store(), interval, now);
                if (open.isEmpty()) {
                    continue;
                }
                int code = launch.launch(LaunchOrder.of(
                        open.get().loaded(), bundle.kept(open.get().request()), asked.accepted(options), options));
                if (code != ExitCode.OK.code()) {
                    err.println("the backfill ends at " + open.get().shown() + "; start it again to go on from there");
                    return code;
                }
                done++;
            }
        }
        runs.tell(done, intervals.size());
        return ExitCode.OK.code();
    }

    private Loaded loaded(Variables.IntervalChoice choice) throws IOException {
        return Loaded.of(bundle.pipeline(pipeline), bundle.runner(reading.runner()), reading.variables(choice));
    }
}
