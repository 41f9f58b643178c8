package org.tofro.plan;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.tofro.pipeline.Need;
import org.tofro.pipeline.PipelineSpec;
import org.tofro.pipeline.StepSpec;
import org.tofro.problem.Problems;
import org.tofro.problem.Spelling;

/** Checks what only several pipelines together can get wrong. */
public final class PipelineSetCheck {
    private PipelineSetCheck() {}

    /**
     * Reports two pipelines of one name, two that write one table, pipelines that wait for each other, and one that is
     * waited for by a name which is probably misspelled.
     *
     * @param known names of all pipelines that were found, read or not
     */
    public static void check(List<PipelineSpec> pipelines, Collection<String> known, Problems problems) {
        checkNamesAndTables(pipelines, problems);
        for (PipelineSpec pipeline : pipelines) {
            for (Need need : pipeline.allNeeds()) {
                if (!known.contains(need.pipeline())) {
                    // A pipeline of another checkout has no file here; only what looks like a slip is one.
                    Spelling.nearest(need.pipeline(), known)
                            .ifPresent(meant -> problems.add(
                                    need.span(),
                                    "there is no pipeline '" + need.pipeline() + "' here; did you mean '" + meant
                                            + "'?"));
                }
            }
        }
        checkCircles(pipelines, problems);
    }

    /** A circle is found when its last pipeline is come to, which names the one that it leads back to. */
    private static void checkCircles(List<PipelineSpec> pipelines, Problems problems) {
        Map<String, PipelineSpec> byName = new LinkedHashMap<>();
        pipelines.forEach(pipeline -> byName.putIfAbsent(pipeline.name(), pipeline));
        Set<String> done = new HashSet<>();
        for (PipelineSpec pipeline : byName.values()) {
            follow(pipeline, byName, new ArrayList<>(), done, problems);
        }
    }

    private static void follow(
            PipelineSpec pipeline,
            Map<String, PipelineSpec> byName,
            List<String> way,
            Set<String> done,
            Problems problems) {
        if (!done.add(pipeline.name())) {
            return;
        }
        way.add(pipeline.name());
        for (Need need : pipeline.allNeeds()) {
            int first = way.indexOf(need.pipeline());
            PipelineSpec next = byName.get(need.pipeline());
            if (first >= 0 && first < way.size() - 1) {
                problems.add(
                        need.span(),
                        "these pipelines wait for each other, and none would ever start: "
                                + String.join(" -> ", way.subList(first, way.size())) + " -> " + need.pipeline());
            } else if (first < 0 && next != null) {
                follow(next, byName, way, done, problems);
            }
        }
        way.remove(way.size() - 1);
    }

    private static void checkNamesAndTables(List<PipelineSpec> pipelines, Problems problems) {
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
            for (StepSpec step : pipeline.allSteps()) {
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
