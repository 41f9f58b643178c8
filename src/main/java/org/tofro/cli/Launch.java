package org.tofro.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.tofro.notify.Notifier;
import org.tofro.report.ProgressPrinter;
import org.tofro.report.ReportStore;
import org.tofro.report.RunReport;
import org.tofro.run.BusyException;
import org.tofro.run.LaunchIdentity;
import org.tofro.run.Launching;
import org.tofro.run.PipelineRun;
import org.tofro.run.RunLease;
import org.tofro.run.Selection;
import org.tofro.run.Servers;
import org.tofro.settings.RedshiftConnection;
import org.tofro.settings.Settings;

/** Launches of runs from the command line, one after the other: the graph run with live figures, the report printed. */
final class Launch {
    private final LaunchSite site;
    private final Settings settings;
    private final ReportStore store;
    private final Admission admission;
    private final Clock clock;
    private final PrintStream out;
    private final PrintStream err;
    private @Nullable Instant askedAt;
    private @Nullable KeptLease kept;

    /** @param clock tells when old files are to be removed again */
    Launch(LaunchSite site, Clock clock, PrintStream out, PrintStream err) {
        this.site = site;
        this.clock = clock;
        this.settings = site.settings();
        this.store = new ReportStore(settings.stateArea());
        this.admission = new Admission(settings, store);
        this.askedAt = site.askedAt();
        this.out = out;
        this.err = err;
    }

    /** Has the launches from now on share one lease, which is given back when the result is closed. */
    KeptLease keepLease() {
        KeptLease keeper = new KeptLease(settings.limits().leaseSeconds());
        kept = keeper;
        return keeper;
    }

    /** Launches the run and prints its report; the exit code tells how it ended. */
    int launch(LaunchOrder order) throws BusyException, RunLease.LeaseException, InterruptedException {
        return launch(order, (run, launching, context) -> Optional.of(run.launch(launching, context)))
                .orElseThrow();
    }

    /** Refuses at once what a cluster would refuse when it has started; a launch here looks again in its turn. */
    void demandAdmission(LaunchOrder order) {
        warehouse();
        site.store();
        demandStarting(order);
        admission.demandResumable(order.request());
        selection(order);
    }

    /**
     * Waits here for what a run waits for before its first step that a cluster is to launch.
     *
     * @param identity who waits
     * @return the exit code of a run that is not to begin, whose report was printed; empty where it may
     */
    Optional<Integer> await(LaunchOrder order, LaunchIdentity identity)
            throws BusyException, RunLease.LeaseException, InterruptedException {
        return LaunchSite.waits(order.loaded())
                ? launch(order, (run, launching, context) -> run.await(launching, context, identity))
                : Optional.empty();
    }

    /** Reports a run that was ended before the cluster had begun it to which it was brought; returns its exit code. */
    int notBegun(LaunchOrder order, String reason) throws BusyException, RunLease.LeaseException, InterruptedException {
        return launch(order, (run, launching, context) -> Optional.of(run.notBegun(launching, context, reason)))
                .orElseThrow();
    }

    /** How far a launch goes here. */
    @FunctionalInterface
    private interface Part {
        /** Returns the report of a run that has ended; empty where it goes on elsewhere. */
        Optional<RunReport> perform(PipelineRun run, Launching launching, PipelineRun.ContextMaker context)
                throws BusyException, RunLease.LeaseException, PipelineRun.StateAreaException, InterruptedException;
    }

    private Optional<Integer> launch(LaunchOrder order, Part part)
            throws BusyException, RunLease.LeaseException, InterruptedException {
        warehouse();
        if (LaunchSite.waits(order.loaded())) {
            // Nobody should wait half a night for what will not be started then.
            site.store();
            demandStarting(order);
        }
        try (LaunchLog log = LaunchLog.open(order.request(), settings, site::store, err)) {
            try {
                return launch(order, part, log);
            } catch (BusyException | RunLease.LeaseException | RuntimeException e) {
                log.broken(e);
                throw e;
            }
        }
    }

    private Optional<Integer> launch(LaunchOrder order, Part part, LaunchLog log)
            throws BusyException, RunLease.LeaseException, InterruptedException {
        String warehouse = warehouse().name();
        Launching launching = launching(order);
        PrintStream said = log.err();
        said.println("run " + order.request().run());
        WatchedSteps watched = new WatchedSteps();
        try (PipelineRun run = new PipelineRun(
                order.loaded().graph(),
                settings,
                store,
                site.beam(),
                () -> servers(order.leased(), warehouse),
                watched::watch,
                site.places(),
                new BootstrapCommands(
                        order.pipeline().rules().bootstrap(),
                        order.request().pipeline(),
                        order.request().run(),
                        said),
                said::println,
                reason -> said.println("ending the run: " + reason + "; to go on with it later: " + order.resume()))) {
            if (kept != null) {
                kept.follow(run.leaving());
            }
            // A trial run is somebody's at a terminal, who sees how it ends.
            Notifier notifier = new Notifier(
                    order.isTrial() ? List.of() : order.loaded().notifications(),
                    System::getenv,
                    PipelineLoader.SECRETS,
                    run.leaving());
            RunNotices notices = new RunNotices(notifier, store, order.resume(), said);
            Optional<RunReport> ended =
                    perform(order, context -> part.perform(run, launching, context), watched, notices, log);
            if (ended.isEmpty()) {
                log.info("nothing is waited for any more on this host");
                return Optional.empty();
            }
            RunReport report = notices.tell(ended.get());
            new PrintedReport(store, order.options().output, out, said).print(report, order.resume());
            AfterRun after = new AfterRun(order.loaded(), store, said);
            if (order.options().submission == null) {
                after.leaveMetrics(report, order.options().metricsFile);
            }
            if (report.result() == RunReport.Result.SUCCEEDED
                    && kept == null
                    && run.leaving().reason() == null) {
                Settings served = site.serve();
                after.clean(report, served, warehouse(served, warehouse), clock.instant());
            }
            log.ended(report);
            // Where a signal has come, the process ends as soon as the run is closed.
            log.close();
            return Optional.of(ExitCode.of(report).code());
        }
    }

    private Launching launching(LaunchOrder order) {
        Instant asked = askedAt == null ? Instant.now() : askedAt;
        askedAt = null;
        return new Launching(
                order.request(),
                asked,
                GitRevision.of(Path.of(order.request().file())),
                order.options().dueAt,
                order.options().needs.patience(order.isTrial()),
                selection(order));
    }

    /** A part whose run and launch are known. */
    @FunctionalInterface
    private interface Performance {
        Optional<RunReport> in(PipelineRun.ContextMaker context)
                throws BusyException, RunLease.LeaseException, PipelineRun.StateAreaException, InterruptedException;
    }

    /** Shows what the steps do meanwhile, and tells of a launch that ends without a report. */
    private Optional<RunReport> perform(
            LaunchOrder order, Performance performance, WatchedSteps watched, RunNotices notices, LaunchLog log)
            throws BusyException, RunLease.LeaseException, InterruptedException {
        LaunchContext context = new LaunchContext(order, settings);
        try (ProgressPrinter progress =
                new ProgressPrinter(err, onTerminal(), log::add, watched::progress, watched::said)) {
            try {
                return performance.in(token -> {
                    demandStarting(order);
                    admission.demandResumable(order.request());
                    takeOver(order);
                    return context.of(token);
                });
            } finally {
                watched.close();
            }
        } catch (PipelineRun.StateAreaException e) {
            FailedException failure = new FailedException("cannot write to the state area "
                    + settings.stateArea() + ": " + e.getMessage()
                    + ". Look at state_area and the S3 connection of runner '" + settings.name() + "', then "
                    + (e.resumable() ? "go on by: " + order.resume() : "run the pipeline again; nothing was started"));
            notices.tellTrouble(order.request(), failure);
            throw failure;
        } catch (InvalidInputException | PausedException e) {
            throw e;
        } catch (RunLease.LeaseException | RuntimeException e) {
            notices.tellTrouble(order.request(), e);
            throw e;
        }
    }

    /** From now on the lease shows the run, and no more the note of the host that has brought it here. */
    private void takeOver(LaunchOrder order) {
        String submission = order.options().submission;
        if (submission == null) {
            return;
        }
        String run = order.request().run();
        try {
            store.forgetWaiting(run);
            store.forgetWaiting(submission);
        } catch (IOException e) {
            err.println("`tofro status` shows run " + run + " as waiting still: " + e.getMessage());
        }
    }

    private void demandStarting(LaunchOrder order) {
        if (!order.options().evenIfPaused) {
            admission.demandStarting(order.request().pipeline());
        }
    }

    private Selection selection(LaunchOrder order) {
        if (!order.options().steps.isMade()) {
            return Selection.ALL;
        }
        String run = order.request().run();
        try {
            Optional<RunReport> before = site.store().readReport(run);
            return order.options()
                    .steps
                    .of(
                            order.loaded().graph(),
                            before,
                            before.map(RunReport::run).orElse(null));
        } catch (IOException e) {
            throw new FailedException("cannot look in the state area " + settings.stateArea() + " what run " + run
                    + " has done: " + e.getMessage());
        }
    }

    /** The warehouse that holds the lease. */
    private RedshiftConnection warehouse() {
        return settings.warehouse()
                .orElseThrow(() -> new InvalidInputException("runner '" + settings.name()
                        + "' has no connection of type redshift; a run keeps its lease and records in one"));
    }

    private static RedshiftConnection warehouse(Settings served, String name) {
        return (RedshiftConnection)
                Objects.requireNonNull(served.connections().get(name), "serving takes no connection away");
    }

    private Servers servers(String pipeline, String warehouse) {
        Settings served = site.serve();
        RunLease own = new WarehouseLease(
                warehouse(served, warehouse), pipeline, served.limits().leaseSeconds());
        KeptLease keeper = kept;
        return new Servers(served, keeper == null ? own : keeper.of(own));
    }

    /** From JDK 22 on a console is there without a terminal too; then the terminal's own variable has to tell. */
    @SuppressWarnings("SystemConsoleNull")
    private static boolean onTerminal() {
        return System.console() != null && System.getenv("TERM") != null;
    }
}
