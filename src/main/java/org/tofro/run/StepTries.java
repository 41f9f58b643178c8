package org.tofro.run;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptions;
import org.jspecify.annotations.Nullable;
import org.tofro.data.Durations;
import org.tofro.data.Figures;
import org.tofro.data.Outcome;
import org.tofro.data.Outcome.Status;
import org.tofro.data.RunContext;
import org.tofro.pipeline.Flow;
import org.tofro.pipeline.StepSpec;
import org.tofro.plan.StepGraph;
import org.tofro.report.ReportStore;
import org.tofro.settings.FlinkSettings;
import org.tofro.settings.Settings;

/**
 * Performs steps of a plan, and those that fail again: each try is a graph of what has not ended well, under the same run
 * and fencing token. A step that has succeeded is never performed again; where a later one takes its files, it is in that
 * one's graph and finds its commit record.
 */
final class StepTries {
    private static final Logger LOG = Logger.getLogger(StepTries.class.getName());
    private static final int EMBEDDED_PARALLELISM = 2;

    private final StepGraph graph;
    private final Settings settings;
    private final Supplier<PipelineOptions> options;
    private final RunContext context;
    private final EarlyEnd end;
    private final Consumer<String> say;
    private final StepOutcomes outcomes;
    private final ReportStore store;
    private final AtomicReference<@Nullable Engine> running = new AtomicReference<>();
    private int graphs = 1;

    /**
     * @param end ends the graph, and the waiting between two
     * @param say takes a line on what is tried again
     * @param outcomes takes how the steps end
     */
    StepTries(
            StepGraph graph,
            Settings settings,
            Supplier<PipelineOptions> options,
            RunContext context,
            EarlyEnd end,
            Consumer<String> say,
            StepOutcomes outcomes) {
        this.graph = graph;
        this.settings = settings;
        this.options = options;
        this.context = context;
        this.end = end;
        this.say = say;
        this.outcomes = outcomes;
        this.store = new ReportStore(settings.stateArea());
        end.then(this::cancel);
    }

    /**
     * Performs steps until each has ended well or has no tries left.
     *
     * @param steps in the order of the plan; what they wait for is among them or has ended
     * @return what ended the last graph early, unless that was wanted; else null
     */
    @Nullable
    String perform(List<String> steps) throws IOException, InterruptedException {
        List<String> todo = startable(steps);
        Map<String, Long> due = new HashMap<>();
        while (true) {
            String trouble = todo.isEmpty() ? null : once(todo, due);
            if (end.reason() != null || due.isEmpty()) {
                return trouble;
            }
            long wait = due.values().stream().mapToLong(Long::longValue).min().orElseThrow() - System.nanoTime();
            if (!end.pause(Duration.ofNanos(Math.max(0, wait)))) {
                return null;
            }
            todo = again(steps, due);
        }
    }

    /** Notes the steps that cannot be started, because a step of an earlier graph did not succeed; the others remain. */
    private List<String> startable(List<String> steps) {
        List<String> startable = new ArrayList<>();
        for (String step : steps) {
            Optional<String> obstacle = outcomes.obstacle(graph.dependencies(step));
            if (obstacle.isPresent()) {
                outcomes.put(Outcome.skipped(step, obstacle.get()));
            } else {
                startable.add(step);
            }
        }
        return startable;
    }

    /** One graph. What failed in it and may be tried again is then due, and so is what the failure of another has cut off. */
    private @Nullable String once(List<String> todo, Map<String, Long> due) throws IOException {
        Set<String> feeders = todo.stream()
                .flatMap(step -> graph.producers(step).stream())
                .filter(step -> !todo.contains(step))
                .collect(Collectors.toSet());
        for (String step : todo) {
            if (outcomes.of(step).isPresent()) {
                store.forgetOutcome(context.run(), context.token(), step);
            }
        }
        GraphEnd ended = runGraph(new LinkedHashSet<>(todo), feeders);
        Map<String, String> failures = new HashMap<>(ended.failures());
        for (String step : ended.failures().keySet()) {
            if (store.readOutcome(context.run(), context.token(), step).isPresent()) {
                failures.remove(step);
            }
        }
        String trouble = failures.isEmpty() ? ended.trouble() : null;
        for (StepSpec spec : graph.steps()) {
            if (todo.contains(spec.name())) {
                due.remove(spec.name());
                if (failures.isEmpty()) {
                    collect(spec, trouble, due);
                } else {
                    collectCutOff(spec, failures.get(spec.name()), due);
                }
            } else if (feeders.contains(spec.name())) {
                Optional<Outcome> recorded = store.readOutcome(context.run(), context.token(), spec.name());
                if (recorded.isPresent() && !recorded.get().succeeded()) {
                    collect(spec, trouble, due);
                }
            }
        }
        return trouble;
    }

    /** A step of a graph that foreign code of this one, or of another, has ended. */
    private void collectCutOff(StepSpec spec, @Nullable String failure, Map<String, Long> due) throws IOException {
        String step = spec.name();
        Optional<String> obstacle = outcomes.obstacle(graph.dependencies(step));
        if (failure != null) {
            store.writeOutcome(context.run(), context.token(), Outcome.failed(step, failure, Figures.NONE));
            collect(spec, null, due);
        } else if (store.readOutcome(context.run(), context.token(), step).isPresent()) {
            collect(spec, null, due);
        } else if (obstacle.isPresent()) {
            outcomes.put(Outcome.skipped(step, obstacle.get()));
        } else {
            due.put(step, System.nanoTime());
        }
    }

    private void collect(StepSpec spec, @Nullable String trouble, Map<String, Long> due) throws IOException {
        String step = spec.name();
        String why = end.reason() != null ? end.reason() : trouble;
        Optional<Outcome> recorded = store.readOutcome(context.run(), context.token(), step);
        Outcome outcome = recorded.orElseGet(() -> why == null
                ? Outcome.failed(step, "it left no outcome; --debug shows the engine's log", Figures.NONE)
                : Outcome.skipped(step, "not ended: " + why));
        boolean tried = outcome.status() != Status.SKIPPED || recorded.isEmpty() || outcomes.tries(step) > 0;
        outcomes.put(outcome);
        if (!tried) {
            return;
        }
        outcomes.countTry(step);
        boolean failed = outcome.status() == Status.FAILED || (recorded.isEmpty() && end.reason() == null);
        int tries = outcomes.tries(step);
        int most = spec.attempts().maxRetries() + 1;
        if (failed && tries < most && end.reason() == null) {
            Duration delay = spec.attempts().retryDelay();
            due.put(step, System.nanoTime() + delay.toNanos());
            say.accept(step + ": " + outcome.message() + "; try " + (tries + 1) + " of " + most + " in "
                    + Durations.words(delay));
        }
    }

    /** What is due, and what was skipped for no other reason than that it had failed. */
    private List<String> again(List<String> steps, Map<String, Long> due) {
        long now = System.nanoTime();
        Set<String> again = new HashSet<>();
        List<String> inOrder = new ArrayList<>();
        for (StepSpec spec : graph.steps()) {
            String step = spec.name();
            Long at = due.get(step);
            boolean freed = steps.contains(step)
                    && at == null
                    && outcomes.is(step, Status.SKIPPED)
                    && graph.dependencies(step).stream()
                            .allMatch(earlier -> again.contains(earlier) || outcomes.letsGoOn(earlier));
            if ((at != null && at <= now) || freed) {
                again.add(step);
                inOrder.add(step);
            }
        }
        return inOrder;
    }

    /**
     * How a graph has ended.
     *
     * @param trouble what ended it early; null where nothing did, or that was wanted
     * @param failures the steps whose own code that was, with what is to be said of it
     */
    private record GraphEnd(@Nullable String trouble, Map<String, String> failures) {
        static final GraphEnd WELL = new GraphEnd(null, Map.of());
    }

    /** Runs a graph to its end. */
    private GraphEnd runGraph(Set<String> steps, Set<String> feeders) {
        Engine engine = engine(steps);
        Map<String, Flow.Guard> guards = new LinkedHashMap<>();
        running.set(engine);
        try {
            if (end.reason() == null) {
                engine.configure(options.get());
                Pipeline beam = Pipeline.create(options.get());
                new Translator(settings, store, context, engine.parallelism())
                        .translate(beam, graph, steps, feeders, guards);
                engine.run(beam);
            }
            return GraphEnd.WELL;
        } catch (Exception e) {
            if (end.reason() != null) {
                return GraphEnd.WELL;
            }
            LOG.log(Level.FINE, "the engine ended the graph", e);
            Map<String, String> failures = new LinkedHashMap<>();
            guards.forEach((step, guard) -> guard.failure(e).ifPresent(failure -> failures.put(step, failure)));
            return new GraphEnd("the engine ended the run early: " + words(e), failures);
        } finally {
            running.set(null);
        }
    }

    private static String words(Exception trouble) {
        Throwable cause = trouble;
        while (!(cause instanceof EngineException) && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause instanceof EngineException ? String.valueOf(cause.getMessage()) : cause.toString();
    }

    private Engine engine(Set<String> steps) {
        if (settings.runner() == Settings.Runner.FLINK) {
            return flink();
        }
        Optional<String> reason = LargeRows.mayMove(settings)
                ? LargeRows.reason(graph, steps, outcomes, Runtime.getRuntime().maxMemory())
                : Optional.empty();
        reason.ifPresent(say);
        return reason.isPresent() ? flink() : new DirectEngine(graph.isChain());
    }

    private Engine flink() {
        FlinkSettings flink = settings.flink();
        String given = settings.beam().get("parallelism");
        Integer parallelism =
                flink.parallelism() == null && given != null ? Integer.valueOf(given) : flink.parallelism();
        String job = "tofro " + context.run() + " ";
        FlinkPlace place = switch (flink.place()) {
            case EMBEDDED -> new EmbeddedFlink(parallelism == null ? EMBEDDED_PARALLELISM : parallelism);
            case APPLICATION -> new SurroundingFlink(parallelism);
            case CLUSTER ->
                new RemoteFlink(
                        Objects.requireNonNull(flink.rest(), "a stand-in that was not served"),
                        flink.jar() == null ? ClusterJar.ofThisBuild() : Path.of(flink.jar()),
                        parallelism,
                        job);
        };
        return new FlinkEngine(place, flink, job + context.token() + "/" + graphs++);
    }

    private void cancel() {
        Engine engine = running.get();
        if (engine != null) {
            engine.cancel();
        }
    }
}
