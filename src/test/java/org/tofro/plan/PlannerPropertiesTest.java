package org.tofro.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.tofro.data.TableName;
import org.tofro.pipeline.Attempts;
import org.tofro.pipeline.Flow;
import org.tofro.pipeline.PipelineSpec;
import org.tofro.pipeline.RunRules;
import org.tofro.pipeline.Step;
import org.tofro.pipeline.StepSpec;
import org.tofro.pipeline.StepType;
import org.tofro.pipeline.TableUse;
import org.tofro.pipeline.Upstream;
import org.tofro.problem.Problems;
import org.tofro.problem.Span;
import org.tofro.settings.ClusterConfig;

/** What holds of every plan, whatever the steps. */
class PlannerPropertiesTest {
    /** A step that touches tables and files, and does nothing. */
    private record Touching(
            Set<TableUse.Ref> reads,
            Set<TableUse.Ref> writes,
            boolean complete,
            boolean produces,
            boolean consumes,
            boolean gate)
            implements Step {
        @Override
        public TableUse tables() {
            return new TableUse(reads, writes, complete, Set.of());
        }

        @Override
        public boolean producesFiles() {
            return produces;
        }

        @Override
        public boolean consumesFiles() {
            return consumes;
        }

        @Override
        public boolean gate() {
            return gate;
        }

        @Override
        public Flow expand(Upstream upstream) {
            throw new AssertionError("a plan joins no graph");
        }
    }

    /** A step's shape; references are places, which may lie ahead, behind or nowhere. */
    private record Shape(Touching step, List<Integer> dependsOn, int inputNode) {}

    @Provide
    Arbitrary<List<Shape>> shapes() {
        Arbitrary<Set<TableUse.Ref>> tables = Arbitraries.of("a", "b", "public.a", "c")
                .map(name ->
                        new TableUse.Ref("redshift", "", TableName.parse(name).orElseThrow()))
                .set()
                .ofMaxSize(2);
        Arbitrary<Touching> steps = Combinators.combine(
                        tables,
                        tables,
                        Arbitraries.frequencyOf(
                                net.jqwik.api.Tuple.of(5, Arbitraries.just(true)),
                                net.jqwik.api.Tuple.of(1, Arbitraries.just(false))),
                        Arbitraries.of(true, false),
                        Arbitraries.of(true, false),
                        Arbitraries.of(true, false))
                .as(Touching::new);
        return Combinators.combine(
                        steps,
                        Arbitraries.integers().between(0, 8).list().ofMaxSize(2),
                        Arbitraries.integers().between(-3, 8))
                .as(Shape::new)
                .list()
                .ofMaxSize(8);
    }

    private static PipelineSpec pipeline(List<Shape> shapes) {
        List<StepSpec> steps = new ArrayList<>();
        for (int i = 0; i < shapes.size(); i++) {
            Shape shape = shapes.get(i);
            Span span = new Span("a.yaml", i + 1, 1, 1);
            List<StepSpec.Reference> dependsOn = shape.dependsOn.isEmpty()
                    ? null
                    : shape.dependsOn.stream()
                            .map(place -> new StepSpec.Reference("s" + place, span))
                            .toList();
            List<StepSpec.InputNode> input = shape.inputNode < 0
                    ? null
                    : List.of(new StepSpec.InputNode(new StepSpec.Reference("s" + shape.inputNode, span), null));
            StepType type = new StepType("touch", List.of(), "Touches.", fields -> shape.step);
            steps.add(new StepSpec(
                    "s" + i, type, shape.step, dependsOn, input, List.of(), Attempts.ONE, false, null, span));
        }
        return new PipelineSpec(
                "p",
                null,
                null,
                null,
                steps,
                RunRules.NONE,
                Path.of("a.yaml"),
                "",
                Span.startOf("a.yaml"),
                ClusterConfig.NONE,
                List.of());
    }

    @Property(tries = 2000)
    void theFilesOrderIsAlwaysValid(@ForAll("shapes") List<Shape> shapes) {
        StepGraph graph = Planner.plan(pipeline(shapes), new Problems());
        Map<String, Integer> places = new HashMap<>();
        graph.steps().forEach(step -> places.put(step.name(), places.size()));

        assertThat(graph.steps()).hasSize(shapes.size());
        assertThat(graph.edges()).allMatch(edge -> places.get(edge.from()) < places.get(edge.to()));
        assertThat(graph.edges()).allMatch(edge -> !edge.reasons().isEmpty());
        assertThat(graph.edges())
                .extracting(edge -> edge.from() + ">" + edge.to())
                .doesNotHaveDuplicates();
    }

    @Property(tries = 2000)
    void stepsThatConflictOverATableAreOrdered(@ForAll("shapes") List<Shape> shapes) {
        StepGraph graph = Planner.plan(pipeline(shapes), new Problems());
        List<StepSpec> steps = graph.steps();
        for (int later = 0; later < steps.size(); later++) {
            Set<String> before = ancestors(graph, steps.get(later).name());
            for (int earlier = 0; earlier < later; earlier++) {
                if (conflict(steps.get(earlier), steps.get(later))) {
                    assertThat(before).contains(steps.get(earlier).name());
                }
            }
        }
    }

    @Property(tries = 2000)
    void whatReadsACheckedTableWaitsForTheCheck(@ForAll("shapes") List<Shape> shapes) {
        StepGraph graph = Planner.plan(pipeline(shapes), new Problems());
        List<StepSpec> steps = graph.steps();
        for (int later = 0; later < steps.size(); later++) {
            Set<String> before = ancestors(graph, steps.get(later).name());
            Set<TableKey> reads = TableKey.all(steps.get(later).step().tables().reads());
            for (int earlier = 0; earlier < later; earlier++) {
                Step check = steps.get(earlier).step();
                boolean checked = TableKey.all(check.tables().reads()).stream().anyMatch(reads::contains);
                if (check.gate() && checked) {
                    assertThat(before).contains(steps.get(earlier).name());
                }
            }
        }
    }

    @Property(tries = 2000)
    void aBarrierStandsBetweenWhatIsBeforeAndBehindIt(@ForAll("shapes") List<Shape> shapes) {
        StepGraph graph = Planner.plan(pipeline(shapes), new Problems());
        List<StepSpec> steps = graph.steps();
        for (int barrier = 0; barrier < steps.size(); barrier++) {
            StepSpec step = steps.get(barrier);
            if (step.step().tables().complete() || step.dependsOn() != null) {
                continue;
            }
            Set<String> before = ancestors(graph, step.name());
            for (int earlier = 0; earlier < barrier; earlier++) {
                assertThat(before).contains(steps.get(earlier).name());
            }
            for (int later = barrier + 1; later < steps.size(); later++) {
                assertThat(ancestors(graph, steps.get(later).name())).contains(step.name());
            }
        }
    }

    @Property(tries = 2000)
    void aConsumerHasOneProducerOrAProblem(@ForAll("shapes") List<Shape> shapes) {
        Problems problems = new Problems();
        StepGraph graph = Planner.plan(pipeline(shapes), problems);
        for (StepSpec step : graph.steps()) {
            if (!step.step().consumesFiles()) {
                assertThat(graph.inputs(step.name())).isEmpty();
            } else if (graph.inputs(step.name()).isEmpty()) {
                assertThat(problems.all()).anyMatch(problem -> problem.span().equals(step.span()));
            } else {
                String producer = graph.producers(step.name()).get(0);
                assertThat(graph.dependencies(step.name())).contains(producer);
            }
        }
    }

    private static boolean conflict(StepSpec one, StepSpec other) {
        Set<TableKey> reads = TableKey.all(one.step().tables().reads());
        Set<TableKey> writes = TableKey.all(one.step().tables().writes());
        Set<TableKey> touched = TableKey.all(other.step().tables().writes());
        boolean writesTouch = writes.stream().anyMatch(touched::contains);
        boolean readsTouch = reads.stream().anyMatch(touched::contains);
        boolean read = TableKey.all(other.step().tables().reads()).stream().anyMatch(writes::contains);
        return writesTouch || readsTouch || read;
    }

    private static Set<String> ancestors(StepGraph graph, String step) {
        Set<String> found = new HashSet<>();
        List<String> open = new ArrayList<>(graph.dependencies(step));
        while (!open.isEmpty()) {
            String next = open.remove(open.size() - 1);
            if (found.add(next)) {
                open.addAll(graph.dependencies(next));
            }
        }
        return found;
    }
}
