package org.tofro.run;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.options.PipelineOptions;
import org.jspecify.annotations.Nullable;
import org.tofro.data.Durations;
import org.tofro.data.Outcome;
import org.tofro.data.RunContext;
import org.tofro.pipeline.Interval;
import org.tofro.pipeline.Need;
import org.tofro.pipeline.RunRules;
import org.tofro.pipeline.StepSpec;
import org.tofro.plan.Planner;
import org.tofro.plan.StepGraph;
import org.tofro.problem.Problems;
import org.tofro.report.ReportStore;
import org.tofro.report.RunEntry;
import org.tofro.report.RunIndex;
import org.tofro.report.RunReport;
import org.tofro.report.RunRequest;
import org.tofro.report.StepReport;
import org.tofro.report.Waiting;
import org.tofro.settings.Settings;

/**
 * Sees one launch of a run through: waits for other pipelines, takes the lease, runs the graphs, renews the lease meanwhile,
 * runs the teardown, writes the report.
 *
 * <p>A signal (Ctrl-C, SIGTERM), a lost lease or the pipeline's timeout ends it early: connections are closed, the graph is
 * ended, and the run can be resumed, because what its finished steps have committed stays. A signal is held up until
 * {@link #close}, so that the report is still shown.
 */
public final class PipelineRun implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(PipelineRun.class.getName());
    private static final String NO_PLACE = "it had no place among the runs of this host (max_runs) yet";

    private final StepGraph graph;
    private final Settings settings;
    private final ReportStore store;
    private final RunIndex index;
    private final Supplier<PipelineOptions> options;
    private final Supplier<Servers> servers;
    private final Function<RunContext, LiveSteps> live;
    private final HostPlaces places;
    private final Preparation preparation;
    private final Consumer<String> say;
    private final Consumer<String> ending;
    private final Signals signals = Signals.heed();
    private final EarlyEnd leaving = signals.end();
    private final StepOutcomes outcomes = new StepOutcomes();
    private final StepOutcomes teardown = new StepOutcomes();

    /**
     * @param settings the environment, with the addresses that waiting needs
     * @param store the state area
     * @param options gives those that {@link BeamOptions} has made, with which Beam's file systems are set up too; asked for
     *     when they are needed
     * @param servers asked for when nothing has to be waited for any more
     * @param live the steps at work, by the context of the run and, for the teardown, by one of its own
     * @param places the places for runs on this host, of which the launch takes one when it has waited for what others do
     * @param preparation done before the first step
     * @param say takes a line for people, on what is waited for or tried again
     * @param ending hears why the run is being ended early, at once, before that is done
     */
    public PipelineRun(
            StepGraph graph,
            Settings settings,
            ReportStore store,
            Supplier<PipelineOptions> options,
            Supplier<Servers> servers,
            Function<RunContext, LiveSteps> live,
            HostPlaces places,
            Preparation preparation,
            Consumer<String> say,
            Consumer<String> ending) {
        this.graph = graph;
        this.settings = settings;
        this.store = store;
        this.index = new RunIndex(store);
        this.options = options;
        this.servers = servers;
        this.live = live;
        this.places = places;
        this.preparation = preparation;
        this.say = say;
        this.ending = ending;
        leaving.then(() -> ending.accept(Objects.requireNonNull(leaving.reason())));
    }

    /** What is ended when the process is to end, or may not go on. */
    public EarlyEnd leaving() {
        return leaving;
    }

    /**
     * Launches the run, or launches it again.
     *
     * @param context makes the run's context from the fencing token
     * @return the report, which is in the state area as well
     */
    public RunReport launch(Launching launch, ContextMaker context)
            throws BusyException, RunLease.LeaseException, StateAreaException, InterruptedException {
        Launched launched = new Launched(launch, Instant.now());
        EarlyEnd waiting = new EarlyEnd();
        try (Deadline deadline = deadline(launch, waiting)) {
            Optional<RunReport> notBegun = await(launched, context, waiting, LaunchIdentity.ofThisProcess(), null);
            if (notBegun.isPresent()) {
                return notBegun.get();
            }
            if (!takePlace(waiting)) {
                FileSystems.setDefaultPipelineOptions(options.get());
                keep(launched.request());
                return notBegun(launched, context.of(0), waiting.reason(), List.of(NO_PLACE));
            }
            Servers served = servers.get();
            long token = served.lease().acquire(LaunchIdentity.ofThisProcess(), launched.run());
            try {
                FileSystems.setDefaultPipelineOptions(options.get());
                demandDue(launch);
                deadline.close();
                return work(launched, context.of(token), served);
            } finally {
                release(served.lease(), token);
            }
        } catch (IOException e) {
            throw new StateAreaException(e, true);
        }
    }

    /** Asked under the lease: what launches do before they have it, several may do at a time. */
    private void demandDue(Launching launch) throws IOException, BusyException {
        Instant due = launch.dueAt();
        if (due == null) {
            return;
        }
        RunRequest request = launch.request();
        for (RunEntry entry : index.of(request.pipeline(), request.intervalStart(), request.intervalEnd())) {
            Instant last = entry.endedAt() == null ? entry.startedAt() : entry.endedAt();
            if (!entry.run().equals(request.run()) && !entry.isPassedOver() && !last.isBefore(due)) {
                throw new BusyException("run " + entry.run() + " of the interval " + request.intervalStart() + "/"
                        + request.intervalEnd() + " was at work since this launch of it was due; nothing was started");
            }
        }
    }

    /**
     * Waits for what the run waits for before its first step, where a cluster is to launch it, which is not held meanwhile.
     *
     * @param identity who waits
     * @return the report of a run that is not to begin; empty where it may
     */
    public Optional<RunReport> await(Launching launch, ContextMaker context, LaunchIdentity identity)
            throws BusyException, StateAreaException, InterruptedException {
        EarlyEnd waiting = new EarlyEnd();
        try (Deadline deadline = deadline(launch, waiting)) {
            Waiting.Cluster none = new Waiting.Cluster(null, null, null);
            return await(new Launched(launch, Instant.now()), context, waiting, identity, none);
        } catch (IOException e) {
            throw new StateAreaException(e, true);
        }
    }

    /** Leaves the report of a run that was ended, for that reason, before the cluster had begun it to which it was brought. */
    public RunReport notBegun(Launching launch, ContextMaker context, String reason)
            throws BusyException, StateAreaException {
        keep(launch.request());
        try {
            return notBegun(new Launched(launch, Instant.now()), context.of(0), reason, List.of());
        } catch (IOException e) {
            throw new StateAreaException(e, true);
        }
    }

    private Optional<RunReport> await(
            Launched launched,
            ContextMaker context,
            EarlyEnd waiting,
            LaunchIdentity identity,
            Waiting.@Nullable Cluster cluster)
            throws IOException, BusyException, StateAreaException, InterruptedException {
        leaveOut(launched.launch().selection());
        leaving.then(() -> waiting.because(Objects.requireNonNull(leaving.reason())));
        if (!waitsFirst()) {
            return Optional.empty();
        }
        FileSystems.setDefaultPipelineOptions(options.get());
        keep(launched.request());
        OutsideWait wait = wait(launched.launch(), waiting);
        WaitingSteps steps = new WaitingSteps(graph, wait, places, waiting, outcomes, false);
        RunRequest request = launched.request();
        Waiting own = WaitingNote.ofThisProcess(
                identity,
                request.run(),
                request.pipeline(),
                interval(request),
                awaited(),
                cluster,
                request.limit() != null
                        || !launched.launch().selection().leftOut().isEmpty());
        List<String> late = awaitOthers(own, waiting, wait, steps);
        return late.isEmpty() && waiting.reason() == null
                ? Optional.empty()
                : Optional.of(notBegun(launched, context.of(0), waiting.reason(), late));
    }

    private void leaveOut(Selection selection) {
        selection.leftOut().forEach((step, why) -> {
            Outcome done = selection.done().get(step);
            if (done == null) {
                outcomes.leaveOut(Outcome.skipped(step, why));
            } else {
                outcomes.put(done);
            }
        });
    }

    private static RunEntry entry(Launched launched) {
        return RunEntry.running(
                launched.request(),
                launched.startedAt(),
                Whereabouts.ofThisProcess().words());
    }

    private RunReports reports() {
        return new RunReports(graph, settings.name(), outcomes);
    }

    private RunRules rules() {
        return graph.pipeline().rules();
    }

    private boolean waitsFirst() {
        return !rules().needs().isEmpty()
                || graph.leadingWaits().stream()
                        .anyMatch(step -> outcomes.of(step.name()).isEmpty());
    }

    /** Takes a place on this host; false where the launch is to end before there was one. */
    private boolean takePlace(EarlyEnd waiting) throws BusyException, InterruptedException {
        places.take(waiting);
        return waiting.reason() == null || places.isHeld();
    }

    /** Waits, in the end for a place on this host, where nothing else is done before, so that `cancel` finds it. */
    private List<String> awaitOthers(Waiting own, EarlyEnd waiting, OutsideWait wait, WaitingSteps steps)
            throws IOException, BusyException, InterruptedException {
        try (WaitingNote note = WaitingNote.leave(store, own, leaving)) {
            Optional<String> late = wait.late(rules().needs());
            if (late.isEmpty()) {
                steps.awaitLeading();
            }
            List<String> missing = late.map(List::of).orElse(steps.late());
            if (missing.isEmpty() && waiting.reason() == null) {
                return takePlace(waiting) ? missing : List.of(NO_PLACE);
            }
            return missing;
        }
    }

    /** What is waited for before the first step, in words. */
    private List<String> awaited() {
        List<StepSpec> steps = graph.leadingWaits().stream()
                .filter(step -> outcomes.of(step.name()).isEmpty())
                .toList();
        Stream<String> pipelines = Stream.concat(
                        rules().needs().stream(), steps.stream().flatMap(step -> step.needs().stream()))
                .map(Need::pipeline);
        Stream<String> files = steps.stream()
                .filter(step -> step.step().awaitedFiles().isPresent())
                .map(step -> "the files of step '" + step.name() + "'");
        return Stream.concat(pipelines, files).distinct().toList();
    }

    private static Interval interval(RunRequest request) {
        return new Interval(request.intervalStart(), request.intervalEnd());
    }

    /** The end of a launch that has waited and done nothing else, where no later one has left more to tell. */
    private RunReport notBegun(Launched launched, RunContext context, @Nullable String reason, List<String> late)
            throws IOException, BusyException {
        LaterLaunch.demandNone(index, launched);
        boolean deadline = reason != null && leaving.reason() == null;
        String problem = reason == null
                ? RunReports.sentence(late)
                : "The run was ended: " + reason + "."
                        + (deadline && !late.isEmpty() ? " " + RunReports.sentence(late) : "");
        RunReport report = reports()
                .notBegun(
                        launched,
                        context,
                        problem,
                        reason == null ? "not started: what it needs is late" : "not started: " + reason);
        store.writeReport(report);
        index.write(entry(launched).ended(report, 0));
        return report;
    }

    private OutsideWait wait(Launching launch, EarlyEnd end) {
        return new OutsideWait(index, settings, interval(launch.request()), launch.patience(), places, end, say);
    }

    private Deadline deadline(Launching launch, EarlyEnd end) {
        return Deadline.of(rules().deadline(), launch.askedAt(), Duration.ZERO, reason -> endBecause(end, reason));
    }

    private RunReport work(Launched launched, RunContext context, Servers served)
            throws IOException, StateAreaException, InterruptedException {
        RunEntry entry = entry(launched);
        EarlyEnd working = new EarlyEnd();
        LiveSteps steps = live.apply(context);
        working.then(steps.cancel());
        leaving.then(() -> working.because(Objects.requireNonNull(leaving.reason())));
        StepTries tries = new StepTries(graph, served.settings(), options, context, working, say, outcomes);
        WaitingSteps waiting = new WaitingSteps(
                graph,
                wait(launched.launch(), working),
                places,
                working,
                outcomes,
                LargeRows.mayMove(served.settings()));
        String trouble;
        String ended;
        List<StepReport> tornDown;
        try (LeaseRenewal renewal = new LeaseRenewal(
                        served.lease(),
                        context.token(),
                        served.settings().limits().leaseSeconds(),
                        leaving::because);
                CancelWatch watch = new CancelWatch(
                        store, context.run(), request -> request.means(context.token()), leaving::because)) {
            keep(launched.request());
            index.write(entry);
            try (Deadline timeout = new Deadline(rules().timeout(), () -> timedOut(working));
                    Deadline deadline = deadline(launched.launch(), working)) {
                String unprepared = preparation.perform(working);
                trouble = unprepared != null ? unprepared : waiting.perform(tries);
            }
            // What comes later interrupts the teardown, and not the run.
            ended = working.reason();
            tornDown = leaving.reason() == null ? tearDown(context, served) : List.of();
        }
        RunReport report = reports().of(launched, context, waiting.late(), ended, trouble, tornDown);
        store.writeReport(report);
        index.write(entry.ended(report, reports().published(report)));
        return report;
    }

    private void timedOut(EarlyEnd working) {
        String reason =
                "it took longer than " + Durations.words(Objects.requireNonNull(rules().timeout())) + " (timeout)";
        endBecause(working, reason);
    }

    private void endBecause(EarlyEnd end, String reason) {
        if (end.reason() == null) {
            ending.accept(reason);
            end.because(reason);
        }
    }

    /** The teardown is cancelled by a signal and not by the end of the steps. */
    private List<StepReport> tearDown(RunContext context, Servers served) throws IOException, InterruptedException {
        List<StepSpec> steps = rules().teardown();
        if (steps.isEmpty()) {
            return List.of();
        }
        RunContext apart = context.forTeardown();
        EarlyEnd end = new EarlyEnd();
        end.then(live.apply(apart).cancel());
        leaving.then(() -> end.because(Objects.requireNonNull(leaving.reason())));
        StepGraph plan = Planner.planTeardown(graph.pipeline(), new Problems());
        new StepTries(plan, served.settings(), options, apart, end, say, teardown)
                .perform(steps.stream().map(StepSpec::name).toList());
        return teardown.reports(steps, "not ended");
    }

    private void keep(RunRequest request) throws StateAreaException {
        try {
            store.writeRequest(request);
        } catch (IOException e) {
            throw new StateAreaException(e, false);
        }
    }

    /** Lets a signal end the process at once, also one that has come already. */
    @Override
    public void close() {
        signals.close();
    }

    /** The state area could not be read or written. */
    public static final class StateAreaException extends Exception {
        private final boolean resumable;

        StateAreaException(IOException cause, boolean resumable) {
            super(cause.getMessage(), cause);
            this.resumable = resumable;
        }

        /** Whether the state area knows the run, so that it can be resumed. */
        public boolean resumable() {
            return resumable;
        }
    }

    /** Makes the context of a launch. */
    @FunctionalInterface
    public interface ContextMaker {
        RunContext of(long token);
    }

    private static void release(RunLease lease, long token) throws InterruptedException {
        try {
            lease.release(token);
        } catch (RunLease.LeaseException e) {
            // The lease runs out by itself.
            LOG.log(Level.WARNING, e.getMessage());
        }
    }
}
