package org.tofro.run;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.jspecify.annotations.Nullable;
import org.tofro.data.Figures;
import org.tofro.data.Outcome;
import org.tofro.data.RunContext;
import org.tofro.data.StagedFiles;
import org.tofro.data.TableDefinition;
import org.tofro.pipeline.Flow;
import org.tofro.pipeline.Landing;
import org.tofro.pipeline.StepSpec;
import org.tofro.pipeline.TableUse;
import org.tofro.pipeline.Upstream;
import org.tofro.plan.StepGraph;
import org.tofro.report.ReportStore;
import org.tofro.settings.Connection;
import org.tofro.settings.S3Connection;
import org.tofro.settings.Settings;

/** Turns a plan into a graph: one composite per step, joined along the plan's edges. Connects to nothing. */
final class Translator {
    private final Settings settings;
    private final ReportStore store;
    private final RunContext run;
    private final int parallelism;

    Translator(Settings settings, ReportStore store, RunContext run, int parallelism) {
        this.settings = settings;
        this.store = store;
        this.run = run;
        this.parallelism = parallelism;
    }

    /**
     * Translates a part of a plan.
     *
     * @param steps the steps to perform; those that they wait for and that are not among them have succeeded
     * @param feeders steps that have succeeded and whose files some of these take
     * @param guards takes those of the steps that have them
     */
    void translate(
            Pipeline pipeline,
            StepGraph graph,
            Set<String> steps,
            Set<String> feeders,
            Map<String, Flow.Guard> guards) {
        PCollection<Outcome> start = pipeline.apply(
                "Start",
                Create.of(Outcome.succeeded("start", Figures.NONE)).withCoder(SerializableCoder.of(Outcome.class)));
        Map<String, PCollectionTuple> made = new HashMap<>();
        int index = 0;
        for (StepSpec spec : graph.steps()) {
            String name = spec.name();
            if (!steps.contains(name) && !feeders.contains(name)) {
                continue;
            }
            PCollectionList<Outcome> before = PCollectionList.of(start);
            for (String earlier : graph.dependencies(name)) {
                if (made.containsKey(earlier)) {
                    before = before.and(done(made, earlier));
                }
            }
            StepComposite composite = new StepComposite(
                    name,
                    spec.step(),
                    (step, ready) -> {
                        Flow flow = step.expand(new Joined(spec, graph, ready, made));
                        guards.put(name, flow.guard());
                        return flow;
                    },
                    Placement.key(index++, parallelism),
                    store,
                    run,
                    feeders.contains(name));
            made.put(name, before.apply(name, composite));
        }
        guards.values().forEach(Flow.Guard::set);
    }

    private static PCollection<Outcome> done(Map<String, PCollectionTuple> made, String step) {
        PCollectionTuple tuple = made.get(step);
        if (tuple == null) {
            throw new IllegalStateException("the plan has '" + step + "' after a step that waits for it");
        }
        return tuple.get(StepComposite.DONE);
    }

    /** Lets pass what is called by one of the names. */
    static final class NodesFn extends DoFn<StagedFiles, StagedFiles> {
        private final List<String> nodes;

        NodesFn(List<String> nodes) {
            this.nodes = List.copyOf(nodes);
        }

        @ProcessElement
        public void process(@Element StagedFiles files, OutputReceiver<StagedFiles> out) {
            if (nodes.contains(files.step())) {
                out.output(files);
            }
        }
    }

    /** The graph as one step sees it. */
    private final class Joined implements Upstream {
        private final StepSpec spec;
        private final StepGraph graph;
        private final PCollection<String> ready;
        private final Map<String, PCollectionTuple> made;

        Joined(StepSpec spec, StepGraph graph, PCollection<String> ready, Map<String, PCollectionTuple> made) {
            this.spec = spec;
            this.graph = graph;
            this.ready = ready;
            this.made = made;
        }

        @Override
        public String step() {
            return spec.name();
        }

        @Override
        public PCollection<String> ready() {
            return ready;
        }

        @Override
        public PCollection<StagedFiles> files() {
            List<PCollection<StagedFiles>> taken = new ArrayList<>();
            for (String producer : graph.producers(step())) {
                PCollectionTuple tuple = made.get(producer);
                if (tuple == null) {
                    throw new IllegalStateException("the plan has '" + step() + "' before a step whose files it takes");
                }
                List<String> nodes = graph.inputs(step()).stream()
                        .filter(input -> input.step().equals(producer))
                        .map(StepGraph.FileInput::node)
                        .toList();
                taken.add(tuple.get(StepComposite.FILES)
                        .apply("Take the files of " + producer, ParDo.of(new NodesFn(nodes)))
                        .setCoder(SerializableCoder.of(StagedFiles.class)));
            }
            if (taken.isEmpty()) {
                throw new IllegalStateException("the plan gives '" + step() + "' no files");
            }
            return taken.size() == 1
                    ? taken.get(0)
                    : PCollectionList.of(taken).apply("Take all files", Flatten.pCollections());
        }

        @Override
        public List<Input> inputs() {
            return graph.inputs(step()).stream()
                    .map(input -> new Input(input.node(), input.folder(), combination(graph.step(input.step()))))
                    .toList();
        }

        @Override
        public String node(String output) {
            return spec.node(output);
        }

        @Override
        public Map<String, String> combination() {
            return combination(spec);
        }

        private static Map<String, String> combination(StepSpec step) {
            return step.iteration() == null ? Map.of() : step.iteration().values();
        }

        @Override
        public boolean writtenBefore(TableUse.Ref table) {
            List<StepSpec> steps = graph.steps();
            return steps.subList(0, steps.indexOf(spec)).stream()
                    .anyMatch(earlier -> earlier.step().tables().writes().contains(table));
        }

        @Override
        public Landing landing() {
            List<Landing> landings = graph.landings(step());
            if (landings.size() != 1) {
                throw new IllegalStateException("the plan lets '" + step() + "' land in one table");
            }
            return landings.get(0);
        }

        @Override
        public List<TableDefinition> loadedInto() {
            return graph.definitions(step());
        }

        @Override
        public RunContext run() {
            return run;
        }

        @Override
        public Settings settings() {
            return settings;
        }

        @Override
        public <C extends Connection> C connection(String name, Class<C> type) {
            Connection found = settings.connections().get(name);
            if (!type.isInstance(found)) {
                throw new IllegalStateException("the plan was made without a connection '" + name + "'");
            }
            return type.cast(found);
        }

        @Override
        public @Nullable S3Connection s3() {
            return settings.stagingS3();
        }
    }
}
