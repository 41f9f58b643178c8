package org.tofro.plan;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.tofro.pipeline.FileInputs;
import org.tofro.pipeline.StepSpec;
import org.tofro.pipeline.StepSpec.InputNode;
import org.tofro.plan.StepGraph.FileInput;
import org.tofro.problem.Problems;

/**
 * Finds whose files a step takes: those that {@code input_node} names, else those of the one earlier step whose files
 * nobody has taken. A step with several outputs is meant by their names, one with {@code for_each} by its own, for all of
 * its combinations.
 */
final class FileEdges {
    private final List<StepSpec> steps;
    private final Map<String, Integer> places;
    private final Map<String, List<Integer>> groups;
    private final Problems problems;
    private final Map<String, List<Integer>> outputs = new HashMap<>();
    private final Set<String> consumed = new LinkedHashSet<>();
    private final Map<String, String> firstTook = new HashMap<>();

    FileEdges(List<StepSpec> steps, Map<String, Integer> places, Map<String, List<Integer>> groups, Problems problems) {
        this.steps = steps;
        this.places = places;
        this.groups = groups;
        this.problems = problems;
        for (int place = 0; place < steps.size(); place++) {
            nameOutputs(place);
        }
    }

    private void nameOutputs(int place) {
        StepSpec step = steps.get(place);
        for (String output : step.step().outputNodes()) {
            List<Integer> makers = outputs.getOrDefault(output, List.of());
            boolean others =
                    makers.stream().anyMatch(maker -> !steps.get(maker).group().equals(step.group()));
            if (others || places.containsKey(output) || groups.containsKey(output)) {
                problems.add(
                        step.span(),
                        "the output node '" + output + "' of the step '" + step.group()
                                + "' has the name of another step or output; a name is given once");
            } else {
                outputs.computeIfAbsent(output, name -> new ArrayList<>()).add(place);
            }
        }
    }

    /** What the step at that place takes; to be asked in the order of the file. */
    List<FileInput> into(int place) {
        StepSpec step = steps.get(place);
        FileInputs wanted = step.step().fileInputs();
        if (wanted.most() == 0) {
            return List.of();
        }
        List<FileInput> found = new ArrayList<>();
        if (step.inputNodes() == null) {
            String node = onlyUnconsumed(place, wanted);
            if (node != null) {
                firstTook.putIfAbsent(step.group(), node);
                found.addAll(of(node, null));
            }
        } else {
            for (InputNode input : step.inputNodes()) {
                found.addAll(named(place, input));
            }
            if (step.inputNodes().isEmpty() && wanted.least() > 0) {
                problems.add(step.span(), "the step '" + step.name() + "' needs the files of an earlier step");
            }
        }
        found.forEach(input -> consumed.add(group(input)));
        if (found.size() > wanted.most()) {
            List<String> names = found.stream().map(FileInput::node).toList();
            problems.add(
                    step.inputNodes() == null
                            ? step.span()
                            : step.inputNodes().get(0).node().span(),
                    "the step '" + step.name() + "' takes the files of one step, and '" + group(found.get(0))
                            + "' is done "
                            + found.size() + " times; name one of them, such as '" + names.get(0)
                            + "', or let a transform make one of them all");
            return List.of();
        }
        return found;
    }

    /** Which name of the file an input stands for. */
    private String group(FileInput input) {
        StepSpec producer = steps.get(places.getOrDefault(input.step(), 0));
        return input.node().equals(producer.name()) ? producer.group() : input.node();
    }

    private List<FileInput> named(int place, InputNode input) {
        String name = input.node().step();
        List<Integer> makers = outputs.get(name);
        if (makers != null && makers.get(0) < place) {
            return of(name, input.folder());
        }
        List<Integer> found =
                EarlierSteps.named(input.node(), place, steps, places, groups, outputs.keySet(), problems);
        for (int producer : found) {
            StepSpec step = steps.get(producer);
            if (!step.step().producesFiles()) {
                problems.add(
                        input.node().span(),
                        "the step '" + name + "' stages no files; "
                                + step.type().name() + " is not a step to take files from");
                return List.of();
            }
            if (!step.step().outputNodes().isEmpty()) {
                problems.add(
                        input.node().span(),
                        "the step '" + name + "' has several outputs; take them by their names: "
                                + String.join(", ", step.step().outputNodes()));
                return List.of();
            }
        }
        return found.isEmpty() ? List.of() : of(name, input.folder());
    }

    private List<FileInput> of(String name, @Nullable String folder) {
        List<Integer> makers = outputs.get(name);
        if (makers != null) {
            return makers.stream()
                    .map(maker -> new FileInput(
                            steps.get(maker).name(), steps.get(maker).node(name), folder))
                    .toList();
        }
        Integer single = places.get(name);
        return (single != null ? List.of(single) : groups.getOrDefault(name, List.of()))
                .stream()
                        .map(steps::get)
                        .map(step -> new FileInput(step.name(), step.name(), folder))
                        .toList();
    }

    /** The names by which files of steps before that place can be taken, and who stages them. */
    private Map<String, StepSpec> before(int place) {
        Map<String, StepSpec> nodes = new LinkedHashMap<>();
        for (StepSpec step : steps.subList(0, place)) {
            if (step.step().producesFiles()) {
                List<String> named = step.step().outputNodes();
                (named.isEmpty() ? List.of(step.group()) : named).forEach(node -> nodes.putIfAbsent(node, step));
            }
        }
        return nodes;
    }

    private @Nullable String onlyUnconsumed(int place, FileInputs wanted) {
        StepSpec step = steps.get(place);
        Map<String, StepSpec> nodes = before(place);
        // The other combinations of this very step are not before it.
        nodes.values().removeIf(producer -> producer.group().equals(step.group()));
        List<String> candidates = nodes.keySet().stream()
                .filter(node -> !consumed.contains(node) || takenByOwnGroup(node, place))
                .toList();
        if (candidates.size() == 1) {
            return candidates.get(0);
        }
        if (candidates.isEmpty() && wanted.least() == 0) {
            return null;
        }
        String why;
        if (nodes.isEmpty()) {
            why = "takes the files of an earlier step, and no earlier step stages any";
        } else if (candidates.isEmpty()) {
            why = "finds no files that no other step has taken; name the step with 'input_node'";
        } else {
            why = "could take the files of "
                    + candidates.stream().map(name -> "'" + name + "'").collect(joining(", "))
                    + "; say which with 'input_node'" + (wanted.least() == 0 ? ", [] for none" : "");
        }
        problems.add(step.span(), "the step '" + step.name() + "' " + why);
        return null;
    }

    /** Every combination of a step takes what its first one has taken. */
    private boolean takenByOwnGroup(String node, int place) {
        StepSpec step = steps.get(place);
        return step.iteration() != null && step.iteration().number() > 1 && node.equals(firstTook.get(step.group()));
    }
}
