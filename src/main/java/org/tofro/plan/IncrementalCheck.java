package org.tofro.plan;

import static java.util.stream.Collectors.joining;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.tofro.pipeline.Incremental;
import org.tofro.pipeline.Landing;
import org.tofro.pipeline.Publishing;
import org.tofro.pipeline.StepSpec;
import org.tofro.problem.Problems;

/** Checks that what an incremental extract reads lands in one table, beside what earlier runs have put there. */
public final class IncrementalCheck {
    private static final String WAYS = "publish it by 'upsert', 'append' or 'replace-interval'";

    private static final String KEYED =
            "give that step a 'primary_key' and 'on_existing: skip', or publish by 'upsert' or" + " 'replace-interval'";

    private IncrementalCheck() {}

    /** Reports every incremental extract of the plan that does not. */
    public static void check(StepGraph graph, Problems problems) {
        for (StepSpec step : graph.steps()) {
            step.step().repeats().ifPresent(field -> checkRepeats(step, field, graph.landings(step.name()), problems));
            Optional<Incremental> incremental = step.step().incremental();
            if (incremental.isPresent()) {
                String wrong = wrong(incremental.get(), graph.landings(step.name()));
                if (wrong != null) {
                    problems.add(step.span(), "the step '" + step.name() + "' reads only what is new, and " + wrong);
                }
            }
        }
    }

    /** What earlier runs have read comes again: it must take the place of what they have left. */
    private static void checkRepeats(StepSpec step, String field, List<Landing> landings, Problems problems) {
        for (Landing landing : landings) {
            if (landing.publishing().mode() == Publishing.Mode.APPEND
                    && !landing.publishing().repeatable()) {
                problems.add(
                        step.span(),
                        "the step '" + step.name() + "' reads what earlier runs have read again by its '" + field
                                + "', which the step '" + landing.step() + "' would append a second time; " + KEYED);
            }
        }
    }

    private static @Nullable String wrong(Incremental incremental, List<Landing> landings) {
        if (landings.isEmpty()) {
            return "no step carries it from a staging table into a table that keeps it; " + WAYS;
        }
        for (Landing landing : landings) {
            if (landing.publishing().mode() == Publishing.Mode.REPLACE) {
                return "the step '" + landing.step() + "' would replace all rows of "
                        + landing.publishing().destination().table()
                        + " by it, which deletes what earlier runs have read; "
                        + WAYS;
            }
        }
        if (landings.size() > 1) {
            return "the steps "
                    + landings.stream().map(l -> "'" + l.step() + "'").collect(joining(" and "))
                    + " publish it; only one table can say how far it was read, so let one step publish it";
        }
        Landing landing = landings.get(0);
        boolean nulls = incremental.nulls() == Incremental.Nulls.READ;
        if ((incremental.lag() != null || nulls) && !landing.publishing().repeatable()) {
            return "its '" + (nulls ? "null_cursor: read" : "lag") + "' has rows read again, which the step '"
                    + landing.step()
                    + "' would append a second time; give that step a 'primary_key' and 'on_existing: skip', or publish by"
                    + " 'upsert'";
        }
        if (nulls && landing.publishing().mode() == Publishing.Mode.REPLACE_INTERVAL) {
            return "its 'null_cursor: read' has rows read that belong to no interval, which the step '" + landing.step()
                    + "' needs";
        }
        return null;
    }
}
