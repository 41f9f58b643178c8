package org.tofro.plan;

import org.tofro.pipeline.Publishing;
import org.tofro.pipeline.StepSpec;
import org.tofro.problem.Problems;

/** Checks that a pipeline can do intervals of the past: that each of its runs has to do with its own interval only. */
public final class BackfillCheck {
    private BackfillCheck() {}

    /** Reports every step that works on what is there now. */
    public static void check(StepGraph graph, Problems problems) {
        for (StepSpec step : graph.steps()) {
            boolean dated = step.dated() || step.step().incremental().isPresent();
            if (step.step().producesFiles() && graph.inputs(step.name()).isEmpty() && !dated) {
                problems.add(
                        step.span(),
                        "the step '" + step.name() + "' reads what is there now, whatever interval is asked for, so it"
                                + " cannot be done for intervals of the past; read the interval's rows by"
                                + " ${interval.start} and ${interval.end} in its 'sql', or by 'incremental'");
            }
            step.step()
                    .publishing()
                    .filter(publishing -> publishing.mode() == Publishing.Mode.REPLACE)
                    .ifPresent(publishing -> problems.add(
                            step.span(),
                            "the step '" + step.name() + "' replaces all rows of "
                                    + publishing.destination().table()
                                    + ", so that the last interval would be all that is left; publish by"
                                    + " 'replace-interval' or 'upsert'"));
        }
    }
}
