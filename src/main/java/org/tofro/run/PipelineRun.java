package org.tofro.run;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.options.PipelineOptions;
import org.jspecify.annotations.Nullable;
import org.tofro.data.Figures;
import org.tofro.data.Outcome;
import org.tofro.data.RunContext;
import org.tofro.pipeline.PipelineSpec;
import org.tofro.pipeline.StepSpec;
import org.tofro.plan.StepGraph;
import org.tofro.report.ReportStore;
import org.tofro.report.RunEntry;
import org.tofro.report.RunIndex;
import org.tofro.report.RunReport;
import org.tofro.report.RunRequest;
import org.tofro.report.StepReport;
import org.tofro.settings.Settings;

/**
 * Sees one launch of a run through: takes the lease, runs the graph, renews the lease meanwhile, collects the outcomes from
 * the state area, writes the report.
 *
 * <p>A signal (Ctrl-C, SIGTERM) or a lost lease cancels it: connections are closed, the graph is ended, and the run can be
 * resumed, because what its finished steps have committed stays. A signal is held up until {@link #close}, so that the
 * report is still shown.
 */
public final class PipelineRun implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(PipelineRun.class.getName());
    private static final long SIGNAL_PATIENCE_SECONDS = 9;

    private final StepGraph graph;
    private final Settings settings;
    private final Supplier<PipelineOptions> options;
    private final RunLease lease;
    private final LiveSteps live;
    private final Consumer<String> ending;
    private final AtomicReference<@Nullable String> cancelled = new AtomicReference<>();
    private final AtomicReference<@Nullable Engine> running = new AtomicReference<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread hook = new Thread(this::onSignal, "signal");

    /**
     * @param options gives those that {@link BeamOptions} has made, with which Beam's file systems are set up too; asked for
     *     when the lease is taken
     * @param ending hears why the run is being ended early, at once, before that is done
     */
    public PipelineRun(
            StepGraph graph,
            Settings settings,
            Supplier<PipelineOptions> options,
            RunLease lease,
            LiveSteps live,
            Consumer<String> ending) {
        this.graph = graph;
        this.settings = settings;
        this.options = options;
        this.lease = lease;
        this.live = live;
        this.ending = ending;
    }

    /**
     * Launches the run, or launches it again.
     *
     * @param request what was asked for; it is kept in the state area before anything else is done
     * @param context makes the run's context from the fencing token
     * @param revision the git revision of the pipeline, for the report
     * @return the report, which is in the state area as well
     */
    public RunReport launch(RunRequest request, ContextMaker context, @Nullable String revision)
            throws BusyException, RunLease.LeaseException, StateAreaException, InterruptedException {
        Instant startedAt = Instant.now();
        ReportStore store = new ReportStore(settings.stateArea());
        RunIndex index = new RunIndex(store);
        RunEntry entry = RunEntry.running(request, startedAt);
        Runtime.getRuntime().addShutdownHook(hook);
        long token = lease.acquire(LaunchIdentity.ofThisProcess(), request.run());
        try {
            FileSystems.setDefaultPipelineOptions(options.get());
            RunContext made = context.of(token);
            String trouble;
            try (LeaseRenewal renewal = new LeaseRenewal(
                            lease,
                            token,
                            settings.limits().leaseSeconds(),
                            () -> cancel("its lease was lost: this process was"
                                    + " stopped, or cut off from the warehouse, for too long"));
                    CancelWatch watch = new CancelWatch(store, request.run(), token, this::cancel)) {
                keep(request, store);
                index.write(entry);
                trouble = runGraph(made, store);
            }
            RunReport report = report(made, store, startedAt, trouble, revision);
            store.writeReport(report);
            index.write(entry.ended(report, published(report)));
            return report;
        } catch (IOException e) {
            throw new StateAreaException(e, true);
        } finally {
            release(token);
        }
    }

    /** Rows that the publishing steps left in their tables. */
    private long published(RunReport report) {
        Set<String> publishing = graph.steps().stream()
                .filter(step -> step.step().publishing().isPresent())
                .map(StepSpec::name)
                .collect(Collectors.toSet());
        return report.steps().stream()
                .filter(step -> publishing.contains(step.name()))
                .mapToLong(StepReport::rowsOut)
                .sum();
    }

    private static void keep(RunRequest request, ReportStore store) throws StateAreaException {
        try {
            store.writeRequest(request);
        } catch (IOException e) {
            throw new StateAreaException(e, false);
        }
    }

    /** Lets a signal end the process at once, also one that has come already. */
    @Override
    public void close() {
        ended.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException shuttingDown) {
            // The hook is what waits for us.
        }
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

    /** Runs the graph to its end; returns what ended it early, or null. */
    private @Nullable String runGraph(RunContext context, ReportStore store) {
        Engine engine = engine();
        running.set(engine);
        try {
            if (cancelled.get() == null) {
                engine.configure(options.get());
                Pipeline beam = Pipeline.create(options.get());
                new Translator(settings, store, context, parallelism()).translate(beam, graph);
                engine.run(beam);
            }
            return cancelled.get();
        } catch (Exception e) {
            String reason = cancelled.get();
            if (reason != null) {
                return reason;
            }
            LOG.log(Level.FINE, "the engine ended the graph", e);
            Throwable cause = e;
            while (cause.getCause() != null) {
                cause = cause.getCause();
            }
            return "the engine ended the run early: " + cause;
        }
    }

    private Engine engine() {
        return switch (settings.runner()) {
            case DIRECT -> new DirectEngine(graph.isChain());
            case FLINK -> new FlinkEngine(parallelism());
        };
    }

    private int parallelism() {
        return settings.runner() == Settings.Runner.FLINK
                ? Integer.parseInt(settings.beam().getOrDefault("parallelism", "2"))
                : 1;
    }

    private void cancel(String reason) {
        if (!cancelled.compareAndSet(null, reason)) {
            return;
        }
        ending.accept(reason);
        live.cancel().run();
        Engine engine = running.get();
        if (engine != null) {
            engine.cancel();
        }
    }

    private void onSignal() {
        if (ended.getCount() == 0) {
            return;
        }
        try {
            cancel("it was interrupted");
            ended.await(SIGNAL_PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (RuntimeException e) {
            LOG.log(Level.FINE, "cancelling", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void release(long token) throws InterruptedException {
        try {
            lease.release(token);
        } catch (RunLease.LeaseException e) {
            // The lease runs out by itself.
            LOG.log(Level.WARNING, e.getMessage());
        }
    }

    private RunReport report(
            RunContext context,
            ReportStore store,
            Instant startedAt,
            @Nullable String trouble,
            @Nullable String revision)
            throws IOException {
        List<StepReport> steps = new ArrayList<>();
        boolean all = trouble == null;
        for (StepSpec step : graph.steps()) {
            String name = step.name();
            Optional<Outcome> recorded = store.readOutcome(context.run(), context.token(), name);
            Outcome outcome = recorded.orElseGet(() -> trouble == null
                    ? Outcome.failed(name, "it left no outcome; --debug shows the engine's log", Figures.NONE)
                    : Outcome.skipped(name, "not ended: " + trouble));
            all &= outcome.succeeded();
            steps.add(StepReport.of(outcome, step.type().name()));
        }
        PipelineSpec pipeline = graph.pipeline();
        return new RunReport(
                pipeline.name(),
                pipeline.description(),
                pipeline.owner(),
                context.run(),
                settings.name(),
                context.intervalStart(),
                context.intervalEnd(),
                revision,
                startedAt,
                Instant.now(),
                all ? RunReport.Result.SUCCEEDED : RunReport.Result.FAILED,
                trouble == null ? null : "The run was ended: " + trouble + ".",
                context.limit().isPresent() ? context.limit().rows() : null,
                context.accepted(),
                steps);
    }
}
