package org.tofro.plan;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.tofro.pipeline.PipelineSpec;
import org.tofro.pipeline.StepSpec;
import org.tofro.problem.Problems;

/** Checks what only several pipelines together can get wrong. */
public final class PipelineSetCheck {
    private PipelineSetCheck() {}

    /** Reports two pipelines of one name, and two that write one table. */
    public static void check(List<PipelineSpec> pipelines, Problems problems) {
        Map<String, PipelineSpec> names = new HashMap<>();
        Map<TableKey, Writer> writers = new HashMap<>();
        for (PipelineSpec pipeline : pipelines) {
            PipelineSpec namesake = names.putIfAbsent(pipeline.name(), pipeline);
            if (namesake != null) {
                problems.add(
                        pipeline.span(),
                        "there is a pipeline '" + pipeline.name() + "' already, in " + namesake.file()
                                + "; a name is given once, as a run, its lease and its reports go by it");
            }
            for (StepSpec step : pipeline.steps()) {
                for (TableKey table : TableKey.all(step.step().tables().writes())) {
                    Writer first = writers.putIfAbsent(table, new Writer(pipeline, step));
                    if (first != null && !Objects.equals(first.pipeline.file(), pipeline.file())) {
                        problems.add(
                                step.span(),
                                "the step '" + step.name() + "' writes " + table.shown() + " at " + table.connection()
                                        + ", and so does '" + first.step.name() + "' in " + first.step.span()
                                        + "; a table has one pipeline that writes it");
                    }
                }
            }
        }
    }

    private record Writer(PipelineSpec pipeline, StepSpec step) {}
}
