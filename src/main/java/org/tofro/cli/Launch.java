package org.tofro.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.DistantSteps;
import org.tofro.connect.RunningSteps;
import org.tofro.data.Progress;
import org.tofro.data.RunContext;
import org.tofro.data.WorkRules;
import org.tofro.local.Stack;
import org.tofro.notify.Notifier;
import org.tofro.notify.RunMessage;
import org.tofro.pipeline.Interval;
import org.tofro.pipeline.PipelineSpec;
import org.tofro.pipeline.Schedule;
import org.tofro.pipeline.StepSpec;
import org.tofro.report.ProgressPrinter;
import org.tofro.report.ReportStore;
import org.tofro.report.ReportTable;
import org.tofro.report.RunIndex;
import org.tofro.report.RunReport;
import org.tofro.report.RunRequest;
import org.tofro.run.BusyException;
import org.tofro.run.DueIntervals;
import org.tofro.run.EarlyEnd;
import org.tofro.run.HostPlaces;
import org.tofro.run.Launching;
import org.tofro.run.LiveSteps;
import org.tofro.run.PipelineRun;
import org.tofro.run.RunLease;
import org.tofro.run.Selection;
import org.tofro.run.Servers;
import org.tofro.settings.FlinkSettings;
import org.tofro.settings.RedshiftConnection;
import org.tofro.settings.S3Connection;
import org.tofro.settings.Settings;

/** One launch of a run from the command line: stand-ins up, the graph run with live figures, the report printed. */
final class Launch {
    /** A teardown must come to an end, however it was written. */
    private static final Duration TEARDOWN_TIMEOUT = Duration.ofMinutes(10);

    /** Among so many runs the last success is looked for, after which intervals are caught up. */
    private static final int RUNS_SINCE_SUCCESS = 1_000;

    /** Nothing of a run is removed so soon. */
    private static final Duration FRESH = Duration.ofSeconds(1);

    private final Settings settings;
    private final Supplier<Settings> serving;
    private final BeamSetup beam;
    private final ReportStore store;
    private final PrintStream out;
    private final PrintStream err;
    private final HostPlaces places;
    private @Nullable Instant askedAt;
    private @Nullable KeptLease kept;

    /**
     * @param settings with the addresses that are needed to reach the state area and what is waited for
     * @param serving gives the settings with all addresses
     * @param askedAt since when somebody wants the first run that is launched
     */
    private Launch(
            Settings settings,
            Supplier<Settings> serving,
            BeamSetup beam,
            HostPlaces places,
            Instant askedAt,
            PrintStream out,
            PrintStream err) {
        this.settings = settings;
        this.serving = serving;
        this.beam = beam;
        this.places = places;
        this.askedAt = askedAt;
        this.store = new ReportStore(settings.stateArea());
        this.out = out;
        this.err = err;
    }

    /**
     * Takes a place for runs on this host, serves the stand-ins that the pipeline needs, and starts to set Beam up; where
     * it waits for what others do, the place and most stand-ins come later.
     *
     * @param askedAt since when somebody wants the run
     */
    static Launch prepare(Loaded loaded, HostPlaces places, Instant askedAt, PrintStream out, PrintStream err)
            throws BusyException, InterruptedException {
        Served.demandMaskKey(loaded);
        if (!waits(loaded)) {
            places.take(new EarlyEnd());
            return prepareFor(loaded.settings(), loaded.connections(), places, askedAt, out, err);
        }
        Set<String> first = store(loaded.settings());
        loaded.graph().steps().stream()
                .filter(StepSpec::isWait)
                .forEach(step -> first.addAll(step.step().tables().connections()));
        Settings store = serve(loaded.settings(), first, err);
        return new Launch(
                store,
                () -> serve(loaded.settings(), needed(loaded.settings(), loaded.connections()), err),
                BeamSetup.start(store),
                places,
                askedAt,
                out,
                err);
    }

    /** Whether something is waited for before anything is started. */
    private static boolean waits(Loaded loaded) {
        return !loaded.graph().pipeline().rules().needs().isEmpty()
                || !loaded.graph().leadingWaits().isEmpty();
    }

    /** Takes a place for runs on this host, serves these stand-ins and starts to set Beam up. */
    static Launch prepare(
            Settings settings, Set<String> connections, HostPlaces places, PrintStream out, PrintStream err)
            throws BusyException, InterruptedException {
        Instant askedAt = Instant.now();
        // As long as it waits, this process has loaded hardly anything.
        places.take(new EarlyEnd());
        return prepareFor(settings, connections, places, askedAt, out, err);
    }

    private static Launch prepareFor(
            Settings settings,
            Set<String> connections,
            HostPlaces places,
            Instant askedAt,
            PrintStream out,
            PrintStream err) {
        Settings served = serve(settings, needed(settings, connections), err);
        return new Launch(served, () -> served, BeamSetup.start(served), places, askedAt, out, err);
    }

    /** Serves only what the state area is kept in. */
    static Settings serveStore(Settings settings, PrintStream err) {
        return serve(settings, store(settings), err);
    }

    /** For a look at the state area, where nothing is to be launched. */
    static Launch look(Settings settings, PrintStream out, PrintStream err) {
        Settings served = serveStore(settings, err);
        HostPlaces none = HostPlaces.of(settings.limits(), err::println);
        return new Launch(served, () -> served, BeamSetup.start(served), none, Instant.now(), out, err);
    }

    private static Settings serve(Settings settings, Set<String> connections, PrintStream err) {
        return Served.of(settings, connections, err::println);
    }

    private static Set<String> needed(Settings settings, Set<String> connections) {
        Set<String> needed = new TreeSet<>(connections);
        needed.addAll(store(settings));
        settings.warehouse().map(RedshiftConnection::name).ifPresent(needed::add);
        if (settings.runner() == Settings.Runner.FLINK) {
            needed.add(Stack.FLINK);
        }
        return needed;
    }

    private static Set<String> store(Settings settings) {
        return Optional.ofNullable(settings.stagingS3()).map(S3Connection::name).stream()
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The state area, once it can be used. */
    ReportStore store() {
        beam.get();
        return store;
    }

    /** What is due of the pipeline by its schedule. */
    DueIntervals due(PipelineSpec pipeline, Instant now) {
        Schedule schedule = pipeline.schedule();
        if (schedule == null) {
            throw new InvalidInputException(pipeline.file() + " has no 'schedule', so nothing of it is ever due");
        }
        try {
            Interval last = schedule.intervalOf(schedule.previous(now));
            RunIndex index = new RunIndex(store());
            return DueIntervals.of(
                    schedule,
                    schedule.catchUp() == Schedule.CatchUp.ALL
                            ? index.latestRuns(pipeline.name(), RUNS_SINCE_SUCCESS)
                            : index.within(pipeline.name(), last.start(), last.end()),
                    now);
        } catch (IOException e) {
            throw new FailedException(
                    "cannot look in the state area " + settings.stateArea() + " what has been run: " + e.getMessage());
        }
    }

    /** Launches the run and prints its report; the exit code tells how it ended. */
    int launch(Loaded loaded, RunRequest request, Map<String, String> accepted, RunOptions options)
            throws BusyException, RunLease.LeaseException, InterruptedException {
        warehouse();
        if (waits(loaded)) {
            // Nobody should wait half a night for what will not be started then.
            store();
            demandStarting(request.pipeline(), options);
        }
        try (LaunchLog log = LaunchLog.open(request, settings, this::store, err)) {
            try {
                return launch(loaded, request, accepted, options, log);
            } catch (BusyException | RunLease.LeaseException | RuntimeException e) {
                log.broken(e);
                throw e;
            }
        }
    }

    private int launch(
            Loaded loaded, RunRequest request, Map<String, String> accepted, RunOptions options, LaunchLog log)
            throws BusyException, RunLease.LeaseException, InterruptedException {
        String name = leased(request);
        String warehouse = warehouse().name();
        String resume = options.submitted
                ? submit(request.file(), request.run(), request.runner())
                : resume(request.run(), request.runner());
        List<LiveSteps> registers = new CopyOnWriteArrayList<>();
        List<DistantSteps> distant = new CopyOnWriteArrayList<>();
        Selection selection = selection(loaded, request, options);
        Instant asked = askedAt == null ? Instant.now() : askedAt;
        askedAt = null;
        PrintStream said = log.err();
        said.println("run " + request.run());
        try (PipelineRun run = new PipelineRun(
                loaded.graph(),
                settings,
                store,
                beam,
                () -> servers(name, warehouse),
                context -> live(context, registers, distant),
                places,
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
            RunReport report;
            try (ProgressPrinter progress =
                    new ProgressPrinter(err, onTerminal(), log::step, () -> progress(registers))) {
                try {
                    report = run.launch(
                            new Launching(
                                    request,
                                    asked,
                                    revision(Path.of(request.file())),
                                    options.needs.patience(request.limit() != null),
                                    selection),
                            token -> {
                                demandStarting(request.pipeline(), options);
                                demandResumable(request);
                                return new RunContext(
                                        name,
                                        request.run(),
                                        token,
                                        request.intervalStart(),
                                        request.intervalEnd(),
                                        request.limit() == null
                                                ? RunContext.OptionalLimit.NONE
                                                : new RunContext.OptionalLimit(request.limit()),
                                        request.backfill(),
                                        accepted,
                                        rules(loaded.graph().pipeline()));
                            });
                } finally {
                    for (DistantSteps each : distant) {
                        each.close();
                    }
                }
            } catch (PipelineRun.StateAreaException e) {
                FailedException failure = new FailedException("cannot write to the state area "
                        + settings.stateArea() + ": " + e.getMessage()
                        + ". Look at state_area and the S3 connection of runner '" + settings.name() + "', then "
                        + (e.resumable() ? "go on by: " + resume : "run the pipeline again; nothing was started"));
                tell(notifier, said, RunMessage.ofTrouble(request, String.valueOf(failure.getMessage()), null));
                throw failure;
            } catch (InvalidInputException | PausedException e) {
                throw e;
            } catch (RunLease.LeaseException | RuntimeException e) {
                tell(notifier, said, RunMessage.ofTrouble(request, String.valueOf(e.getMessage()), null));
                throw e;
            }
            report = told(report, notifier, resume, said);
            print(report, options.output, resume, said);
            out.flush();
            AfterRun after = new AfterRun(loaded, store, said);
            after.leaveMetrics(report, options.metricsFile);
            if (report.result() == RunReport.Result.SUCCEEDED
                    && kept == null
                    && run.leaving().reason() == null) {
                Settings served = serving.get();
                after.clean(report, served, warehouse(served, warehouse));
            }
            log.ended(report);
            // Where a signal has come, the process ends as soon as the run is closed.
            log.close();
            return exitCode(report).code();
        }
    }

    private Selection selection(Loaded loaded, RunRequest request, RunOptions options) {
        if (!options.steps.isMade()) {
            return Selection.ALL;
        }
        try {
            Optional<RunReport> before = store().readReport(request.run());
            return options.steps.of(
                    loaded.graph(), before, before.map(RunReport::run).orElse(null));
        } catch (IOException e) {
            throw new FailedException("cannot look in the state area " + settings.stateArea() + " what run "
                    + request.run() + " has done: " + e.getMessage());
        }
    }

    private static String leased(RunRequest request) {
        return Operations.leased(request.pipeline(), request.limit() != null);
    }

    /** The warehouse that holds the lease. */
    private RedshiftConnection warehouse() {
        return settings.warehouse()
                .orElseThrow(() -> new InvalidInputException("runner '" + settings.name()
                        + "' has no connection of type redshift; a run keeps its lease and records in one"));
    }

    /** Asked under the lease, when the state area can be read. */
    private void demandStarting(String pipeline, RunOptions options) {
        if (options.evenIfPaused) {
            return;
        }
        try {
            store.readPause(pipeline).ifPresent(pause -> {
                throw new PausedException(pause);
            });
        } catch (IOException e) {
            throw new FailedException("cannot look in the state area " + settings.stateArea() + " whether pipeline '"
                    + pipeline + "' is paused: " + e.getMessage());
        }
    }

    /** Asked under the lease, because old files are removed under it. */
    private void demandResumable(RunRequest request) {
        if (request.requestedAt().isAfter(Instant.now().minus(FRESH))) {
            return;
        }
        try {
            store.readCleaned(request.run()).ifPresent(cleaned -> {
                throw new InvalidInputException("run " + request.run() + " cannot be resumed: its staged files were"
                        + " removed at " + HistoryCommand.seconds(cleaned.at()) + ", as `retention` of runner '"
                        + settings.name() + "' says. Start a new run: tofro run " + request.file()
                        + (request.date() == null ? "" : " --date " + request.date()));
            });
        } catch (IOException e) {
            throw new FailedException("cannot look in the state area " + settings.stateArea() + " whether run "
                    + request.run() + " can be resumed: " + e.getMessage());
        }
    }

    private Servers servers(String pipeline, String warehouse) {
        Settings served = serving.get();
        RunLease own = new WarehouseLease(
                warehouse(served, warehouse), pipeline, served.limits().leaseSeconds());
        KeptLease keeper = kept;
        return new Servers(served, keeper == null ? own : keeper.of(own));
    }

    private static RedshiftConnection warehouse(Settings served, String name) {
        return (RedshiftConnection)
                Objects.requireNonNull(served.connections().get(name), "serving takes no connection away");
    }

    /** Has the launches from now on share one lease, which is given back when the result is closed. */
    KeptLease keepLease() {
        KeptLease keeper = new KeptLease(settings.limits().leaseSeconds());
        kept = keeper;
        return keeper;
    }

    private WorkRules rules(PipelineSpec pipeline) {
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
                workersAreElsewhere() ? settings.stateArea() : null);
    }

    private boolean workersAreElsewhere() {
        return settings.runner() == Settings.Runner.FLINK && settings.flink().place() != FlinkSettings.Place.EMBEDDED;
    }

    private static LiveSteps live(RunContext run, List<LiveSteps> all, List<DistantSteps> elsewhere) {
        LiveSteps steps;
        if (run.rules().area() == null) {
            RunningSteps register = RunningSteps.begin(run);
            steps = new LiveSteps(register::progress, register::cancel);
        } else {
            DistantSteps distant = new DistantSteps(run);
            elsewhere.add(distant);
            steps = new LiveSteps(distant::progress, distant::cancel);
        }
        all.add(steps);
        return steps;
    }

    private static List<Progress> progress(List<LiveSteps> all) {
        return all.stream().flatMap(steps -> steps.progress().get().stream()).toList();
    }

    /** Tells who wants to know, and the report of it. */
    private RunReport told(RunReport report, Notifier notifier, String resume, PrintStream said)
            throws InterruptedException {
        List<String> told = tell(notifier, said, RunMessage.of(report, resume, store.reportUri(report.run())));
        if (told.isEmpty()) {
            return report;
        }
        RunReport now = report.withNotifications(told);
        try {
            store.writeReport(now);
        } catch (IOException e) {
            said.println("the report does not say who was told: " + e.getMessage());
        }
        return now;
    }

    private static List<String> tell(Notifier notifier, PrintStream said, RunMessage message)
            throws InterruptedException {
        List<Notifier.Told> told = notifier.tell(message);
        told.stream().filter(each -> each.trouble() != null).forEach(each -> said.println("notify: " + each));
        return told.stream().map(Notifier.Told::toString).toList();
    }

    /** The code that a run's process ends with. */
    static ExitCode exitCode(RunReport report) {
        return switch (report.result()) {
            case SUCCEEDED, PARTIAL -> report.tornDown() ? ExitCode.OK : ExitCode.FAILED;
            case FAILED -> ExitCode.FAILED;
            case NOT_READY -> ExitCode.NOT_READY;
        };
    }

    /** From JDK 22 on a console is there without a terminal too; then the terminal's own variable has to tell. */
    @SuppressWarnings("SystemConsoleNull")
    private static boolean onTerminal() {
        return System.console() != null && System.getenv("TERM") != null;
    }

    /** @param runner the environment, as it was given */
    void print(RunReport report, RunOptions.Output output, String runner) {
        print(report, output, resume(report.run(), runner), err);
    }

    private void print(RunReport report, RunOptions.Output output, String resume, PrintStream said) {
        if (output == RunOptions.Output.JSON) {
            out.println(ReportStore.json(report));
        } else {
            out.print(ReportTable.of(report));
            out.println("report: " + store.reportUri(report.run()));
        }
        if (report.result() == RunReport.Result.PARTIAL) {
            said.println(
                    "steps were left out, so this does not count as a run of its interval; to do them too: " + resume);
        } else if (report.result() != RunReport.Result.SUCCEEDED) {
            said.println("to go on from where it stopped: " + resume);
        }
    }

    /** How a run is resumed that worked on a cluster. */
    static String submit(String pipeline, String run, String runner) {
        return "tofro submit " + pipeline + " --runner " + runner + " --resume " + run;
    }

    private static String resume(String run, String runner) {
        return "tofro resume " + run + (runner.equals("local") ? "" : " --runner " + runner);
    }

    /** The git revision of the folder that the file is in, where there is git and a repository. */
    private static @Nullable String revision(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        try {
            Process git = new ProcessBuilder("git", "rev-parse", "HEAD")
                    .directory(folder == null ? null : folder.toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String answer = new String(git.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.US_ASCII);
            return git.waitFor(5, TimeUnit.SECONDS) && git.exitValue() == 0 ? answer.strip() : null;
        } catch (IOException noGit) {
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }
}
