package org.tofro.plan;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.tofro.pipeline.PipelineSpec;
import org.tofro.pipeline.StepSpec;
import org.tofro.pipeline.StepSpec.ConnectionUse;
import org.tofro.problem.Problems;
import org.tofro.problem.Spelling;

/** Checks that the connections which a pipeline names exist in an environment and are of the right type. */
public final class ConnectionCheck {
    private ConnectionCheck() {}

    /**
     * Reports every connection that is missing or of another type.
     *
     * @param environment the environment's name
     * @param types the type of each of its connections, by name
     */
    public static void check(PipelineSpec pipeline, String environment, Map<String, String> types, Problems problems) {
        for (StepSpec step : pipeline.allSteps()) {
            for (ConnectionUse use : step.connections()) {
                String type = types.get(use.connection());
                if (type == null) {
                    problems.add(
                            use.span(),
                            "the environment '" + environment + "' has no connection '" + use.connection() + "'"
                                    + Spelling.hint(use.connection(), ofType(use.types(), types)));
                } else if (!use.types().contains(type)) {
                    problems.add(
                            use.span(),
                            "the connection '" + use.connection() + "' is of the type " + type + ", and "
                                    + step.type().name() + " needs one of the type "
                                    + String.join(" or ", use.types()));
                }
            }
        }
    }

    private static Set<String> ofType(List<String> wanted, Map<String, String> types) {
        Set<String> names = new TreeSet<>(types.keySet());
        names.removeIf(name -> !wanted.contains(types.get(name)));
        return names;
    }

    /** The names of the connections that a pipeline uses. */
    public static Set<String> used(PipelineSpec pipeline) {
        Set<String> used = new TreeSet<>();
        for (StepSpec step : pipeline.allSteps()) {
            used.addAll(step.step().tables().connections());
        }
        return used;
    }
}
