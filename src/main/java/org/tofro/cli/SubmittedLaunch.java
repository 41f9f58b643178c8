package org.tofro.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.emr.Emr;
import org.tofro.connect.emr.Pace;
import org.tofro.connect.emr.StepEnd;
import org.tofro.emr.DeployArea;
import org.tofro.emr.Submission;
import org.tofro.emr.SubmitRequest;
import org.tofro.report.ReportStore;
import org.tofro.report.Waiting;
import org.tofro.run.BusyException;
import org.tofro.run.Deadline;
import org.tofro.run.EarlyEnd;
import org.tofro.run.LaunchIdentity;
import org.tofro.run.RunLease;
import org.tofro.run.Signals;
import org.tofro.run.WaitingNote;
import org.tofro.settings.Settings;

/**
 * Work that a cluster is to launch, as its host sees it: waits for what others do, brings it to the cluster, and follows it
 * to its end. Until the launcher on the cluster has the lease, a note in the state area tells of it.
 */
final class SubmittedLaunch {
    /**
     * How long after its deadline a run's cluster is ended: its launcher ends at the deadline itself, and then has statements
     * to cancel, a teardown, a report and messages to do.
     */
    static final Duration GRACE = Duration.ofMinutes(15);

    private final LaunchSite site;
    private final SubmitRequest request;
    private final Submission submission;
    private final SubmittedWork work;
    private final Pace pace;
    private final Duration grace;
    private final Clock clock;
    private final PrintStream out;
    private final PrintStream err;
    private final LaunchIdentity identity = LaunchIdentity.ofThisProcess();

    /**
     * @param pace how often EMR is asked
     * @param grace how long a launcher has at its deadline until the cluster is ended
     */
    SubmittedLaunch(
            LaunchSite site,
            SubmitRequest request,
            Submission submission,
            SubmittedWork work,
            Pace pace,
            Duration grace,
            Clock clock,
            PrintStream out,
            PrintStream err) {
        this.site = site;
        this.request = request;
        this.submission = submission;
        this.work = work;
        this.pace = pace;
        this.grace = grace;
        this.clock = clock;
        this.out = out;
        this.err = err;
    }

    /** Does all of it; returns the run's own exit code. */
    int perform() throws BusyException, RunLease.LeaseException, InterruptedException {
        Launch here = new Launch(site, clock, out, err);
        here.demandAdmission(work.first());
        Optional<Integer> ended = here.await(work.first(), identity);
        if (ended.isPresent()) {
            err.println("no cluster was started");
            return ended.get();
        }
        return follow(here);
    }

    private int follow(Launch here) throws BusyException, RunLease.LeaseException, InterruptedException {
        ReportStore store = site.store();
        Settings settings = site.settings();
        try (DeployArea area = DeployArea.open(settings.stateArea(), settings.stagingS3());
                Emr emr = Emr.open(request.cluster().region(), pace);
                Signals signals = Signals.heed()) {
            if (!(work.isRun() && LaunchSite.waits(work.first().loaded()))) {
                err.println("run " + work.id());
            }
            EarlyEnd leaving = signals.end();
            StepEnd end;
            boolean begun;
            try (WaitingNote note = note(store, leaving);
                    // A launcher that has not begun has nothing to end; of a backfill only the first run has this
                    // deadline.
                    Deadline unbegun = deadline(Duration.ZERO, leaving, () -> stands(note));
                    Deadline last = deadline(grace, leaving, work::isRun)) {
                site.places().take(leaving);
                end = work(area, emr, note, leaving);
                begun = leaving.reason() == null || !note.stands();
            }
            if (!begun) {
                err.println(end.sentence());
                return here.notBegun(work.first(), String.valueOf(leaving.reason()));
            }
            return new SubmittedEnd(store, area, request.id(), work, site.askedAt(), out, err).report(end);
        } catch (IOException e) {
            throw new FailedException("cannot bring the run to " + settings.stateArea() + ": " + e.getMessage());
        }
    }

    private StepEnd work(DeployArea area, Emr emr, WaitingNote note, EarlyEnd leaving)
            throws IOException, InterruptedException {
        if (leaving.reason() == null) {
            submission.bring(area, err::println);
        }
        if (leaving.reason() != null) {
            return new StepEnd(false, false, "no cluster was started");
        }
        return submission.follow(
                emr,
                leaving::pause,
                leaving::then,
                (cluster, step) -> note.askedFor(cluster(cluster, step)),
                err::println);
    }

    private Deadline deadline(Duration later, EarlyEnd leaving, BooleanSupplier holds) {
        return Deadline.of(work.first().pipeline().rules().deadline(), site.askedAt(), later, reason -> {
            if (leaving.reason() == null && holds.getAsBoolean()) {
                err.println("ending the run: " + reason + "; to go on with it later: " + work.again());
                leaving.because(reason);
            }
        });
    }

    /** Where that cannot be seen, the cluster is left to its launcher. */
    private static boolean stands(WaitingNote note) {
        try {
            return note.stands();
        } catch (IOException e) {
            return false;
        }
    }

    private WaitingNote note(ReportStore store, EarlyEnd end) throws IOException {
        if (work.isRun()) {
            // Where this host dies now, the run can be resumed although no cluster has begun it.
            store.writeRequest(work.first().request());
        }
        LaunchOrder first = work.first();
        Waiting waiting = WaitingNote.ofThisProcess(
                identity,
                work.id(),
                first.request().pipeline(),
                work.interval(),
                List.of(),
                cluster(null, null),
                first.isTrial() || first.options().steps.isMade());
        return WaitingNote.leave(store, waiting, end);
    }

    private Waiting.Cluster cluster(@Nullable String id, @Nullable String step) {
        return new Waiting.Cluster(id, step, request.cluster().region());
    }
}
