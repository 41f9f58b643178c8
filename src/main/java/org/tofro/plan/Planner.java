package org.tofro.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.tofro.pipeline.Need;
import org.tofro.pipeline.PipelineSpec;
import org.tofro.pipeline.StepSpec;
import org.tofro.pipeline.StepSpec.Reference;
import org.tofro.pipeline.TableUse.Database;
import org.tofro.problem.Problems;

/**
 * Finds which step waits for which. Every edge leads from an earlier step of the file to a later one, so the file's
 * order is always a valid one and a cycle cannot come about.
 */
public final class Planner {
    private final Problems problems;
    private final List<StepSpec> steps;
    private final Map<String, Integer> places = new LinkedHashMap<>();
    private final List<Map<Integer, List<String>>> reasons = new ArrayList<>();
    private final Map<String, List<Integer>> groups = new HashMap<>();
    private final Map<String, List<StepGraph.FileInput>> inputs = new HashMap<>();

    private Planner(List<StepSpec> steps, Problems problems) {
        this.steps = steps;
        this.problems = problems;
    }

    /** The plan of a pipeline; where it adds problems, the plan is incomplete. */
    public static StepGraph plan(PipelineSpec pipeline, Problems problems) {
        Planner planner = new Planner(pipeline.steps(), problems);
        int before = problems.all().size();
        planner.nameSteps();
        planner.demandNewNames(pipeline.rules().teardown());
        planner.demandOthers(pipeline);
        planner.addDeclared();
        planner.addFiles();
        planner.addBarriers();
        planner.addTables();
        planner.addWaits();
        planner.addGates();
        StepGraph graph = new StepGraph(pipeline, pipeline.steps(), planner.edges(), planner.inputs);
        if (problems.all().size() == before) {
            IncrementalCheck.check(graph, problems);
            FileColumnsCheck.check(graph, problems);
        }
        return graph;
    }

    /** The plan of a pipeline's teardown, which knows nothing of its steps. */
    public static StepGraph planTeardown(PipelineSpec pipeline, Problems problems) {
        List<StepSpec> steps = pipeline.rules().teardown();
        Planner planner = new Planner(steps, problems);
        planner.nameSteps();
        planner.addDeclared();
        planner.addBarriers();
        planner.addTables();
        return new StepGraph(pipeline, steps, planner.edges(), Map.of());
    }

    private void nameSteps() {
        for (int place = 0; place < steps.size(); place++) {
            StepSpec step = steps.get(place);
            reasons.add(new TreeMap<>());
            Integer first = places.putIfAbsent(step.name(), place);
            if (first != null) {
                if (step.iteration() == null || step.iteration().number() == 1) {
                    problems.add(
                            step.span(),
                            "there is a step '" + step.group() + "' already, in line "
                                    + steps.get(first).span().line() + "; a name is given once");
                }
            } else if (step.iteration() != null) {
                groups.computeIfAbsent(step.group(), name -> new ArrayList<>()).add(place);
            }
        }
    }

    private void demandNewNames(List<StepSpec> teardown) {
        for (StepSpec step : teardown) {
            Integer first = places.get(step.name());
            if (first != null) {
                problems.add(
                        step.span(),
                        "there is a step '" + step.name() + "' already, in line "
                                + steps.get(first).span().line() + "; a name is given once, in the teardown too");
            }
        }
    }

    private void demandOthers(PipelineSpec pipeline) {
        for (Need need : pipeline.allNeeds()) {
            if (need.pipeline().equals(pipeline.name())) {
                problems.add(need.span(), "the pipeline '" + pipeline.name() + "' cannot wait for itself");
            }
        }
    }

    /** Rule 1: {@code depends_on}. */
    private void addDeclared() {
        for (int place = 0; place < steps.size(); place++) {
            for (Reference reference : declared(steps.get(place))) {
                for (int earlier : EarlierSteps.named(reference, place, steps, places, groups, Set.of(), problems)) {
                    add(earlier, place, "depends_on names it");
                }
            }
        }
    }

    private static List<Reference> declared(StepSpec step) {
        return step.dependsOn() == null ? List.of() : step.dependsOn();
    }

    /** Rule 2: files. */
    private void addFiles() {
        FileEdges found = new FileEdges(steps, places, groups, problems);
        for (int place = 0; place < steps.size(); place++) {
            List<StepGraph.FileInput> taken = found.into(place);
            if (!taken.isEmpty()) {
                inputs.put(steps.get(place).name(), taken);
            }
            for (StepGraph.FileInput input : taken) {
                add(places.getOrDefault(input.step(), place), place, "it stages the files that are taken here");
            }
        }
    }

    /** Rule 3: a step that may touch any table stands between what is before it and what is behind it. */
    private void addBarriers() {
        List<Integer> last = List.of();
        for (int place = 0; place < steps.size(); place++) {
            StepSpec step = steps.get(place);
            boolean barrier = !step.step().tables().complete() && step.dependsOn() == null;
            // The combinations of one step are one barrier, side by side.
            boolean same = barrier && !last.isEmpty() && together(last.get(0), place);
            if (!same) {
                for (int before : last) {
                    add(before, place, "it may touch any table");
                }
            }
            if (!barrier) {
                continue;
            }
            int first = same ? last.get(0) : place;
            for (int earlier = 0; earlier < first; earlier++) {
                add(earlier, place, "this step may touch any table");
            }
            last = same ? Stream.concat(last.stream(), Stream.of(place)).toList() : List.of(place);
        }
    }

    private boolean together(int one, int other) {
        return steps.get(one).iteration() != null
                && steps.get(one).group().equals(steps.get(other).group());
    }

    /** Rule 4: tables. */
    private void addTables() {
        Map<TableKey, Integer> writers = new HashMap<>();
        Map<TableKey, Set<Integer>> readers = new HashMap<>();
        Map<Database, Set<Integer>> queries = new HashMap<>();
        for (int place = 0; place < steps.size(); place++) {
            Set<TableKey> reads = TableKey.all(steps.get(place).step().tables().reads());
            Set<TableKey> writes = TableKey.all(steps.get(place).step().tables().writes());
            for (TableKey table : reads) {
                Integer writer = writers.get(table);
                if (writer != null) {
                    add(writer, place, "it writes " + table.shown() + ", which is read here");
                }
            }
            Set<Database> queried = steps.get(place).step().tables().queried();
            for (Map.Entry<TableKey, Integer> written : new TreeMap<>(writers).entrySet()) {
                if (queried.contains(written.getKey().in())) {
                    add(
                            written.getValue(),
                            place,
                            "it writes " + written.getKey().shown() + ", which a query here may read");
                }
            }
            for (TableKey table : writes) {
                for (int query : queries.getOrDefault(table.in(), Set.of())) {
                    add(query, place, "its query may read " + table.shown() + ", which is written here");
                }
                Integer writer = writers.get(table);
                if (writer != null) {
                    add(writer, place, "it writes " + table.shown() + ", which is written here too");
                }
                for (int reader : readers.getOrDefault(table, Set.of())) {
                    add(reader, place, "it reads " + table.shown() + ", which is written here");
                }
            }
            for (TableKey table : reads) {
                readers.computeIfAbsent(table, key -> new TreeSet<>()).add(place);
            }
            for (Database database : queried) {
                queries.computeIfAbsent(database, key -> new TreeSet<>()).add(place);
            }
            for (TableKey table : writes) {
                writers.put(table, place);
                readers.remove(table);
            }
        }
    }

    /**
     * Rule 5: a check stops what reads the tables that it has checked. Once a later step writes such a table, that step, which
     * waits for the check by rule 4, stands between.
     */
    private void addGates() {
        Map<TableKey, Set<Integer>> gates = new HashMap<>();
        for (int place = 0; place < steps.size(); place++) {
            Set<TableKey> reads = TableKey.all(steps.get(place).step().tables().reads());
            for (TableKey table : reads) {
                for (int gate : gates.getOrDefault(table, Set.of())) {
                    add(gate, place, "it checks " + table.shown() + ", which is read here");
                }
                if (steps.get(place).step().gate()) {
                    gates.computeIfAbsent(table, key -> new TreeSet<>()).add(place);
                }
            }
            TableKey.all(steps.get(place).step().tables().writes()).forEach(gates::remove);
        }
    }

    /** Rule 5: what follows a step that waits for other pipelines or for files waits with it, unless it says for whom it waits. */
    private void addWaits() {
        int last = -1;
        for (int place = 0; place < steps.size(); place++) {
            StepSpec step = steps.get(place);
            if (last >= 0 && step.dependsOn() == null) {
                boolean files = steps.get(last).step().awaitedFiles().isPresent();
                add(
                        last,
                        place,
                        "it waits for " + (files ? "files" : "other pipelines") + ", and no depends_on is given here");
            }
            if (step.isWait()) {
                last = place;
            }
        }
    }

    private void add(int from, int to, String reason) {
        List<String> known = reasons.get(to).computeIfAbsent(from, key -> new ArrayList<>());
        if (!known.contains(reason)) {
            known.add(reason);
        }
    }

    private List<StepGraph.Edge> edges() {
        List<StepGraph.Edge> edges = new ArrayList<>();
        for (int to = 0; to < steps.size(); to++) {
            String name = steps.get(to).name();
            reasons.get(to)
                    .forEach((from, why) ->
                            edges.add(new StepGraph.Edge(steps.get(from).name(), name, why)));
        }
        return edges;
    }
}
