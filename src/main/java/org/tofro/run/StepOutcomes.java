package org.tofro.run;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.tofro.data.Outcome;
import org.tofro.pipeline.StepSpec;
import org.tofro.report.StepReport;

/** How the steps of a launch have ended so far, and in how many tries. */
final class StepOutcomes {
    private final Map<String, Outcome> outcomes = new HashMap<>();
    private final Map<String, Integer> tries = new HashMap<>();
    private final Set<String> leftOut = new HashSet<>();

    /** Notes how a step has ended, in place of what was noted before. */
    void put(Outcome outcome) {
        outcomes.put(outcome.step(), outcome);
    }

    /** Notes that a step is left out because somebody wants it so, which holds nothing up. */
    void leaveOut(Outcome outcome) {
        put(outcome);
        leftOut.add(outcome.step());
    }

    boolean isLeftOut(String step) {
        return leftOut.contains(step);
    }

    /** Whether what waits for the step can go on. */
    boolean letsGoOn(String step) {
        return isLeftOut(step) || is(step, Outcome.Status.SUCCEEDED);
    }

    void countTry(String step) {
        tries.merge(step, 1, Integer::sum);
    }

    int tries(String step) {
        return tries.getOrDefault(step, 0);
    }

    Optional<Outcome> of(String step) {
        return Optional.ofNullable(outcomes.get(step));
    }

    boolean is(String step, Outcome.Status status) {
        return of(step).filter(outcome -> outcome.status() == status).isPresent();
    }

    boolean allSucceeded(List<String> steps) {
        return steps.stream().allMatch(step -> is(step, Outcome.Status.SUCCEEDED));
    }

    /** Why a step is not started after these, in the words of a graph's gate; empty where all have succeeded. */
    Optional<String> obstacle(List<String> steps) {
        List<String> reasons = steps.stream()
                .filter(step -> !letsGoOn(step))
                .flatMap(step -> of(step).stream())
                .map(StepComposite::obstacle)
                .sorted()
                .toList();
        return reasons.isEmpty() ? Optional.empty() : Optional.of("not started: " + String.join(", ", reasons));
    }

    /** The reports of these steps; where one has left no outcome, {@code missing} is why. */
    List<StepReport> reports(List<StepSpec> steps, String missing) {
        return steps.stream()
                .map(step -> StepReport.of(
                        of(step.name()).orElseGet(() -> Outcome.skipped(step.name(), missing)),
                        step.type().name(),
                        tries(step.name())))
                .toList();
    }
}
