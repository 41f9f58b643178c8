package org.tofro.plan;

import java.util.List;
import org.tofro.pipeline.PipelineSpec;
import org.tofro.pipeline.StepSpec;
import org.tofro.problem.Problem;
import org.tofro.problem.Problems;

/** Checks that an environment has the key by which a pipeline masks values. */
public final class MaskCheck {
    private MaskCheck() {}

    /**
     * Reports what is missing, once.
     *
     * @param environment the environment's name
     * @param named whether its file names a key
     * @param missing what this machine lacks of it
     */
    public static void check(
            PipelineSpec pipeline, String environment, boolean named, List<Problem> missing, Problems problems) {
        for (StepSpec step : pipeline.allSteps()) {
            if (step.step().needsMaskKey()) {
                if (named) {
                    missing.forEach(problems::add);
                } else {
                    problems.add(
                            step.span(),
                            "the step '" + step.name() + "' masks by hmac, and the environment '" + environment
                                    + "' has no key for it; add 'masks: {key: \"${env:NAME}\"}' to its file");
                }
                return;
            }
        }
    }
}
