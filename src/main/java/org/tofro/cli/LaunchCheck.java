package org.tofro.cli;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.tofro.plan.BackfillCheck;
import org.tofro.plan.StepGraph;
import org.tofro.problem.Problems;

/** What is refused before anything is started, whether here or on a cluster. */
final class LaunchCheck {
    private LaunchCheck() {}

    /** Throws where options have no meaning, or do not go together. */
    static void options(
            RunOptions options,
            ReadingOptions reading,
            BackfillOptions backfill,
            @Nullable Long limit,
            boolean scheduled) {
        options.check();
        if (limit != null && limit < 1) {
            throw new InvalidInputException("--limit " + limit + ": a trial run takes at least 1 row");
        }
        if (backfill.isAsked()) {
            backfill.check(reading, limit, scheduled);
        }
        if (scheduled && (reading.date() != null || limit != null)) {
            throw new InvalidInputException("--scheduled takes its date from the schedule, and is no trial run; leave "
                    + (limit == null ? "--date" : "--limit") + " out");
        }
        if (scheduled && options.steps.isMade()) {
            throw new InvalidInputException("--scheduled does all that is due; leave --only, --until and --skip out");
        }
    }

    /** Throws where a new run cannot do these steps alone. */
    static void steps(StepGraph graph, StepChoice steps) {
        if (steps.isMade()) {
            steps.of(graph, Optional.empty(), null);
        }
    }

    /** Throws where a pipeline cannot do intervals of the past. */
    static void backfill(StepGraph graph) {
        Problems problems = new Problems();
        BackfillCheck.check(graph, problems);
        if (!problems.isEmpty()) {
            throw Loaded.invalid(problems);
        }
    }
}
