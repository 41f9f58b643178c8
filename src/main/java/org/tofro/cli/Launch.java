package org.tofro.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.tofro.data.Mask;
import org.tofro.data.RunContext;
import org.tofro.data.WorkRules;
import org.tofro.notify.Notifier;
import org.tofro.pipeline.PipelineSpec;
import org.tofro.pipeline.StepSpec;
import org.tofro.report.ProgressPrinter;
import org.tofro.report.ReportStore;
import org.tofro.report.RunReport;
import org.tofro.report.RunRequest;
import org.tofro.run.BusyException;
import org.tofro.run.Launching;
import org.tofro.run.PipelineRun;
import org.tofro.run.RunLease;
import org.tofro.run.Selection;
import org.tofro.run.Servers;
import org.tofro.settings.FlinkSettings;
import org.tofro.settings.RedshiftConnection;
import org.tofro.settings.Settings;

/** Launches of runs from the command line, one after the other: the graph run with live figures, the report printed. */
final class Launch {
    /** A teardown must come to an end, however it was written. */
    private static final Duration TEARDOWN_TIMEOUT = Duration.ofMinutes(10);

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
    int launch(Loaded loaded, RunRequest request, Map<String, String> accepted, RunOptions options)
            throws BusyException, RunLease.LeaseException, InterruptedException {
        String resume = options.submission != null
                ? ResumeLine.submitted(request.file(), request.run(), request.runner())
                : ResumeLine.here(request.run(), request.runner());
        return launch(
                        loaded,
                        request,
                        accepted,
                        options,
                        resume,
                        (run, launching, context) -> Optional.of(run.launch(launching, context)))
                .orElseThrow();
    }

    /**
     * Waits here for what a run waits for before its first step that a cluster is to launch.
     *
     * @param resume the command that goes on with it
     * @return the exit code of a run that is not to begin, whose report was printed; empty where it may
     */
    Optional<Integer> await(
            Loaded loaded, RunRequest request, Map<String, String> accepted, RunOptions options, String resume)
            throws BusyException, RunLease.LeaseException, InterruptedException {
        return LaunchSite.waits(loaded)
                ? launch(loaded, request, accepted, options, resume, PipelineRun::await)
                : Optional.empty();
    }

    /** Reports a run that was ended before the cluster had begun it to which it was brought; returns its exit code. */
    int notBegun(
            Loaded loaded,
            RunRequest request,
            Map<String, String> accepted,
            RunOptions options,
            String resume,
            String reason)
            throws BusyException, RunLease.LeaseException, InterruptedException {
        return launch(
                        loaded,
                        request,
                        accepted,
                        options,
                        resume,
                        (run, launching, context) -> Optional.of(run.notBegun(launching, context, reason)))
                .orElseThrow();
    }

    /** How far a launch goes here. */
    @FunctionalInterface
    private interface Part {
        /** Returns the report of a run that has ended; empty where it goes on elsewhere. */
        Optional<RunReport> perform(PipelineRun run, Launching launching, PipelineRun.ContextMaker context)
                throws BusyException, RunLease.LeaseException, PipelineRun.StateAreaException, InterruptedException;
    }

    private Optional<Integer> launch(
            Loaded loaded,
            RunRequest request,
            Map<String, String> accepted,
            RunOptions options,
            String resume,
            Part part)
            throws BusyException, RunLease.LeaseException, InterruptedException {
        warehouse();
        if (LaunchSite.waits(loaded)) {
            // Nobody should wait half a night for what will not be started then.
            site.store();
            demandStarting(request, options);
        }
        try (LaunchLog log = LaunchLog.open(request, settings, site::store, err)) {
            try {
                return launch(loaded, request, accepted, options, resume, part, log);
            } catch (BusyException | RunLease.LeaseException | RuntimeException e) {
                log.broken(e);
                throw e;
            }
        }
    }

    private Optional<Integer> launch(
            Loaded loaded,
            RunRequest request,
            Map<String, String> accepted,
            RunOptions options,
            String resume,
            Part part,
            LaunchLog log)
            throws BusyException, RunLease.LeaseException, InterruptedException {
        String name = Operations.leased(request.pipeline(), request.limit() != null);
        String warehouse = warehouse().name();
        Selection selection = selection(loaded, request, options);
        Instant asked = askedAt == null ? Instant.now() : askedAt;
        askedAt = null;
        PrintStream said = log.err();
        said.println("run " + request.run());
        WatchedSteps watched = new WatchedSteps();
        try (PipelineRun run = new PipelineRun(
                loaded.graph(),
                settings,
                store,
                site.beam(),
                () -> servers(name, warehouse),
                watched::watch,
                site.places(),
                new BootstrapCommands(
                        loaded.graph().pipeline().rules().bootstrap(), request.pipeline(), request.run(), said),
                said::println,
                reason -> said.println("ending the run: " + reason + "; to go on with it later: " + resume))) {
            // A trial run is somebody's at a terminal, who sees how it ends.
            Notifier notifier = new Notifier(
                    request.limit() == null ? loaded.notifications() : List.of(),
                    System::getenv,
                    PipelineLoader.SECRETS,
                    run.leaving());
            RunNotices notices = new RunNotices(notifier, store, resume, said);
            Launching launching = new Launching(
                    request,
                    asked,
                    GitRevision.of(Path.of(request.file())),
                    options.needs.patience(request.limit() != null),
                    selection);
            Optional<RunReport> ended;
            try (ProgressPrinter progress =
                    new ProgressPrinter(err, onTerminal(), log::add, watched::progress, watched::said)) {
                try {
                    ended = part.perform(run, launching, token -> {
                        demandStarting(request, options);
                        admission.demandResumable(request);
                        takeOver(request, options);
                        return context(name, request, token, accepted, loaded);
                    });
                } finally {
                    watched.close();
                }
            } catch (PipelineRun.StateAreaException e) {
                FailedException failure = new FailedException("cannot write to the state area "
                        + settings.stateArea() + ": " + e.getMessage()
                        + ". Look at state_area and the S3 connection of runner '" + settings.name() + "', then "
                        + (e.resumable() ? "go on by: " + resume : "run the pipeline again; nothing was started"));
                notices.tellTrouble(request, failure);
                throw failure;
            } catch (InvalidInputException | PausedException e) {
                throw e;
            } catch (RunLease.LeaseException | RuntimeException e) {
                notices.tellTrouble(request, e);
                throw e;
            }
            if (ended.isEmpty()) {
                log.info("nothing is waited for any more on this host");
                return Optional.empty();
            }
            RunReport report = notices.tell(ended.get());
            new PrintedReport(store, options.output, out, said).print(report, resume);
            AfterRun after = new AfterRun(loaded, store, said);
            after.leaveMetrics(report, options.metricsFile);
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

    /** From now on the lease shows the run, and no more the note of the host that has brought it here. */
    private void takeOver(RunRequest request, RunOptions options) {
        String submission = options.submission;
        if (submission == null) {
            return;
        }
        try {
            store.forgetWaiting(request.run());
            store.forgetWaiting(submission);
        } catch (IOException e) {
            err.println("`tofro status` shows run " + request.run() + " as waiting still: " + e.getMessage());
        }
    }

    private void demandStarting(RunRequest request, RunOptions options) {
        if (!options.evenIfPaused) {
            admission.demandStarting(request.pipeline());
        }
    }

    private Selection selection(Loaded loaded, RunRequest request, RunOptions options) {
        if (!options.steps.isMade()) {
            return Selection.ALL;
        }
        try {
            Optional<RunReport> before = site.store().readReport(request.run());
            return options.steps.of(
                    loaded.graph(), before, before.map(RunReport::run).orElse(null));
        } catch (IOException e) {
            throw new FailedException("cannot look in the state area " + settings.stateArea() + " what run "
                    + request.run() + " has done: " + e.getMessage());
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

    private RunContext context(
            String leased, RunRequest request, long token, Map<String, String> accepted, Loaded loaded) {
        return new RunContext(
                leased,
                request.run(),
                token,
                request.intervalStart(),
                request.intervalEnd(),
                request.limit() == null ? RunContext.OptionalLimit.NONE : new RunContext.OptionalLimit(request.limit()),
                request.backfill(),
                accepted,
                rules(loaded));
    }

    private WorkRules rules(Loaded loaded) {
        PipelineSpec pipeline = loaded.graph().pipeline();
        Map<String, Duration> timeouts = new HashMap<>();
        pipeline.rules().teardown().forEach(step -> timeouts.put(step.name(), TEARDOWN_TIMEOUT));
        for (StepSpec step : pipeline.allSteps()) {
            Duration timeout = step.attempts().timeout();
            if (timeout != null) {
                timeouts.put(step.name(), timeout);
            }
        }
        return new WorkRules(
                timeouts,
                pipeline.rules().parallelSteps(settings.limits().maxParallelSteps()),
                workersAreElsewhere() ? settings.stateArea() : null,
                workersAreElsewhere()
                        ? new SecretMask(settings, LaunchSite.needed(settings, loaded.connections()))
                        : Mask.NONE);
    }

    private boolean workersAreElsewhere() {
        return settings.runner() == Settings.Runner.FLINK && settings.flink().place() != FlinkSettings.Place.EMBEDDED;
    }

    /** From JDK 22 on a console is there without a terminal too; then the terminal's own variable has to tell. */
    @SuppressWarnings("SystemConsoleNull")
    private static boolean onTerminal() {
        return System.console() != null && System.getenv("TERM") != null;
    }
}
