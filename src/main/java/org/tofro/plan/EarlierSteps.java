package org.tofro.plan;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.tofro.pipeline.StepSpec;
import org.tofro.pipeline.StepSpec.Reference;
import org.tofro.problem.Problems;
import org.tofro.problem.Spelling;

/** Finds the earlier steps that a name means: one, or all combinations of one. */
final class EarlierSteps {
    private EarlierSteps() {}

    /**
     * Their places; empty, with a problem, where the name is not that of an earlier step.
     *
     * @param others names that could have been meant as well
     */
    static List<Integer> named(
            Reference reference,
            int place,
            List<StepSpec> steps,
            Map<String, Integer> places,
            Map<String, List<Integer>> groups,
            Set<String> others,
            Problems problems) {
        String name = reference.step();
        Integer single = places.get(name);
        List<Integer> found = single != null ? List.of(single) : groups.getOrDefault(name, List.of());
        if (found.isEmpty()) {
            Set<String> before = new TreeSet<>(places.keySet());
            before.addAll(groups.keySet());
            before.addAll(others);
            before.remove(steps.get(place).name());
            before.remove(steps.get(place).group());
            problems.add(reference.span(), "there is no step '" + name + "'" + Spelling.hint(name, before));
            return List.of();
        }
        if (found.contains(place)) {
            problems.add(reference.span(), "the step '" + name + "' cannot wait for itself");
            return List.of();
        }
        if (found.get(0) > place) {
            problems.add(
                    reference.span(),
                    "the step '" + name + "' stands further down, in line "
                            + steps.get(found.get(0)).span().line() + "; a step waits for earlier ones only");
            return List.of();
        }
        return found;
    }
}
