package org.tofro.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.emr.Emr;
import org.tofro.connect.emr.Pace;
import org.tofro.connect.emr.StepEnd;
import org.tofro.emr.DeployArea;
import org.tofro.emr.Submission;
import org.tofro.emr.SubmitRequest;
import org.tofro.pipeline.Interval;
import org.tofro.report.ReportStore;
import org.tofro.report.RunRequest;
import org.tofro.report.Waiting;
import org.tofro.run.BusyException;
import org.tofro.run.EarlyEnd;
import org.tofro.run.RunLease;
import org.tofro.run.Signals;
import org.tofro.run.WaitingNote;
import org.tofro.settings.Settings;

/**
 * A run that a cluster is to launch, as its host sees it: waits for what others do, brings it to the cluster, and follows it
 * to its end. Until the launcher on the cluster has the lease, a note in the state area tells of it.
 */
final class SubmittedLaunch {
    /** What is launched there. */
    sealed interface Work {
        /** The id by which people know it. */
        String id();

        Interval interval();
    }

    /** A new run. */
    record Run(RunRequest request) implements Work {
        @Override
        public String id() {
            return request.run();
        }

        @Override
        public Interval interval() {
            return new Interval(request.intervalStart(), request.intervalEnd());
        }
    }

    /** A run that is resumed, or the runs of a backfill under the submission's own id: only the cluster finds out about them. */
    record Others(String id, Interval interval) implements Work {}

    private final Loaded loaded;
    private final SubmitRequest request;
    private final Submission submission;
    private final Work work;
    private final RunOptions options;
    private final String resume;
    private final Clock clock;
    private final Pace pace;
    private final PrintStream out;
    private final PrintStream err;

    /**
     * @param loaded the pipeline and its environment as the cluster reads them
     * @param resume the command that goes on with the run
     * @param pace how often EMR is asked
     */
    SubmittedLaunch(
            Loaded loaded,
            SubmitRequest request,
            Submission submission,
            Work work,
            RunOptions options,
            String resume,
            Clock clock,
            Pace pace,
            PrintStream out,
            PrintStream err) {
        this.loaded = loaded;
        this.request = request;
        this.submission = submission;
        this.work = work;
        this.options = options;
        this.resume = resume;
        this.clock = clock;
        this.pace = pace;
        this.out = out;
        this.err = err;
    }

    /** Does all of it; returns the run's own exit code. */
    int perform() throws BusyException, RunLease.LeaseException, InterruptedException {
        LaunchSite site = LaunchSite.elsewhere(loaded, Instant.now(), err);
        Launch here = new Launch(site, clock, out, err);
        Optional<Integer> ended = work instanceof Run run ? here.await(order(run)) : Optional.empty();
        if (ended.isPresent()) {
            err.println("no cluster was started");
            return ended.get();
        }
        return follow(site, here);
    }

    private int follow(LaunchSite site, Launch here)
            throws BusyException, RunLease.LeaseException, InterruptedException {
        ReportStore store = site.store();
        Settings settings = site.settings();
        try (DeployArea area = DeployArea.open(settings.stateArea(), settings.stagingS3());
                Emr emr = Emr.open(request.cluster().region(), pace);
                Signals signals = Signals.heed()) {
            if (!(work instanceof Run && LaunchSite.waits(loaded))) {
                err.println("run " + work.id());
            }
            StepEnd end;
            boolean begun;
            try (WaitingNote note = note(store, signals.end())) {
                submission.bring(area, err::println);
                end = submission.follow(
                        emr,
                        signals.end()::pause,
                        signals.end()::then,
                        (cluster, step) -> note.askedFor(cluster(cluster, step)),
                        err::println);
                begun = signals.end().reason() == null || !note.stands();
            }
            if (!begun && work instanceof Run run) {
                err.println(end.sentence());
                return here.notBegun(order(run), String.valueOf(signals.end().reason()));
            }
            return new SubmittedEnd(store, area, request.id(), work.id(), resume, out, err).report(end, options.output);
        } catch (IOException e) {
            throw new FailedException("cannot bring the run to " + settings.stateArea() + ": " + e.getMessage());
        }
    }

    private LaunchOrder order(Run run) {
        return new LaunchOrder(loaded, run.request(), options.accepted, options, resume);
    }

    private WaitingNote note(ReportStore store, EarlyEnd end) throws IOException {
        if (work instanceof Run run) {
            // Where this host dies now, the run can be resumed although no cluster has begun it.
            store.writeRequest(run.request());
            return WaitingNote.goOn(store, waiting(work.interval()), end);
        }
        Interval interval = store.readRequest(work.id())
                .map(asked -> new Run(asked).interval())
                .orElse(work.interval());
        return WaitingNote.leave(store, waiting(interval), end);
    }

    private Waiting waiting(Interval interval) {
        return WaitingNote.ofThisProcess(
                work.id(), loaded.graph().pipeline().name(), interval, List.of(), cluster(null, null), isAside());
    }

    private boolean isAside() {
        return options.steps.isMade()
                || (work instanceof Run run && run.request().limit() != null);
    }

    private Waiting.Cluster cluster(@Nullable String id, @Nullable String step) {
        return new Waiting.Cluster(id, step, request.cluster().region());
    }
}
