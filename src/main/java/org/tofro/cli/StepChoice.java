package org.tofro.cli;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.tofro.data.Figures;
import org.tofro.data.LeftOut;
import org.tofro.data.Outcome;
import org.tofro.pipeline.StepSpec;
import org.tofro.plan.StepGraph;
import org.tofro.problem.Spelling;
import org.tofro.report.RunReport;
import org.tofro.report.StepReport;
import org.tofro.run.Selection;
import picocli.CommandLine.Option;

/** The options by which a launch does only some of the steps. */
final class StepChoice {
    /** Commas between names, not those in the brackets of a combination. */
    private static final String COMMA = ",(?![^\\[]*\\])";

    @Option(
            names = "--only",
            paramLabel = "STEP",
            split = COMMA,
            description = "Do these steps and leave the others out; such a run does not count as one of its interval.")
    private List<String> only = new ArrayList<>();

    @Option(
            names = "--until",
            paramLabel = "STEP",
            description = "Do the steps up to this one, in the order of the plan, and leave those behind it out.")
    private @Nullable String until;

    @Option(names = "--skip", paramLabel = "STEP", split = COMMA, description = "Leave these steps out.")
    private List<String> skip = new ArrayList<>();

    /** Whether any step is to be left out. */
    boolean isMade() {
        return !only.isEmpty() || until != null || !skip.isEmpty();
    }

    /** The options as they were given. */
    List<String> arguments() {
        List<String> arguments = new ArrayList<>();
        only.forEach(step -> arguments.add("--only=" + step));
        if (until != null) {
            arguments.add("--until=" + until);
        }
        skip.forEach(step -> arguments.add("--skip=" + step));
        return arguments;
    }

    /**
     * The steps that are left out.
     *
     * @param before the report of the run's last launch
     * @param run the run that is gone on with; null for a new one
     * @throws InvalidInputException where there is no such step, or one that remains takes files that are not there
     */
    Selection of(StepGraph graph, Optional<RunReport> before, @Nullable String run) {
        Map<String, String> leftOut = new LinkedHashMap<>();
        Set<String> wanted = named(graph, "--only", only);
        Set<String> unwanted = named(graph, "--skip", skip);
        Set<String> behind = behind(graph);
        for (StepSpec step : graph.steps()) {
            if (!only.isEmpty() && !wanted.contains(step.name())) {
                leftOut.put(step.name(), "left out by --only");
            } else if (unwanted.contains(step.name())) {
                leftOut.put(step.name(), "left out by --skip");
            } else if (behind.contains(step.name())) {
                leftOut.put(step.name(), "left out by --until");
            }
        }
        if (leftOut.size() == graph.steps().size()) {
            throw new InvalidInputException("--only, --until and --skip leave no step to do");
        }
        Map<String, Outcome> done = new HashMap<>();
        before.ifPresent(report -> report.steps().stream()
                .filter(step -> leftOut.containsKey(step.name()) && step.outcome() == Outcome.Status.SUCCEEDED)
                .forEach(step -> done.put(step.name(), outcome(step))));
        demandFiles(graph, leftOut, done, run);
        return new Selection(leftOut, done);
    }

    private static Set<String> named(StepGraph graph, String option, List<String> names) {
        Set<String> found = new HashSet<>();
        for (String name : names) {
            List<String> steps = graph.steps().stream()
                    .filter(step ->
                            step.name().equals(name.strip()) || step.group().equals(name.strip()))
                    .map(StepSpec::name)
                    .toList();
            if (steps.isEmpty()) {
                Set<String> known = new TreeSet<>();
                graph.steps().forEach(step -> known.add(step.group()));
                throw new InvalidInputException(option + ": the pipeline has no step '" + name.strip() + "'"
                        + Spelling.hint(name.strip(), known));
            }
            found.addAll(steps);
        }
        return found;
    }

    private Set<String> behind(StepGraph graph) {
        Set<String> behind = new HashSet<>();
        if (until != null) {
            Set<String> last = named(graph, "--until", List.of(until));
            int left = last.size();
            for (StepSpec step : graph.steps()) {
                if (left == 0) {
                    behind.add(step.name());
                } else if (last.contains(step.name())) {
                    left--;
                }
            }
        }
        return behind;
    }

    /** What an earlier launch has staged is in its commit records; nothing else can take the place of the files. */
    private static void demandFiles(
            StepGraph graph, Map<String, String> leftOut, Map<String, Outcome> done, @Nullable String run) {
        for (StepSpec step : graph.steps()) {
            for (String producer : graph.producers(step.name())) {
                String why = leftOut.get(producer);
                if (leftOut.containsKey(step.name()) || why == null || done.containsKey(producer)) {
                    continue;
                }
                throw new InvalidInputException("step '" + step.name() + "' takes the files of step '" + producer
                        + "', which is " + why
                        + (run == null
                                ? "; do both, or go on with a run that has staged them, as in: tofro resume RUN --only "
                                        + step.name()
                                : ", and the report of run " + run + " does not say that it has staged them; do both"));
            }
        }
    }

    private static Outcome outcome(StepReport step) {
        List<String> notes = new ArrayList<>(step.notes());
        String note = "done by an earlier launch, and left out of this one by request";
        if (!notes.contains(note)) {
            notes.add(note);
        }
        return Outcome.succeeded(
                step.name(),
                new Figures(
                        step.rowsIn(),
                        step.rowsOut(),
                        new LeftOut(step.rejected(), step.duplicates()),
                        step.bytes(),
                        0,
                        step.millis(),
                        step.readingMillis(),
                        step.writingMillis(),
                        true,
                        notes));
    }
}
