package org.tofro.report;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a run did: {@code report.json} in the state area, and what is printed at its end.
 *
 * @param pipeline the pipeline's name
 * @param description as the pipeline has it
 * @param owner as the pipeline has it
 * @param run the run's id
 * @param runner the environment's name
 * @param intervalStart start of the interval that the run covers, inclusive
 * @param intervalEnd end of it, exclusive
 * @param revision the git revision of the pipeline's folder, if there is one
 * @param startedAt when this launch started
 * @param endedAt when it ended
 * @param result how it ended
 * @param problem what went wrong with the run as a whole, in one sentence
 * @param limit rows per extract of a trial run
 * @param accepted guards that were relaxed for this run, with the reasons given
 * @param steps in the order of the plan
 */
public record RunReport(
        String pipeline,
        @Nullable String description,
        @Nullable String owner,
        String run,
        String runner,
        Instant intervalStart,
        Instant intervalEnd,
        @Nullable String revision,
        Instant startedAt,
        Instant endedAt,
        Result result,
        @Nullable String problem,
        @Nullable Long limit,
        Map<String, String> accepted,
        List<StepReport> steps) {
    public RunReport {
        accepted = Map.copyOf(accepted);
        steps = List.copyOf(steps);
    }

    /** How a run ended. */
    public enum Result {
        SUCCEEDED,
        FAILED
    }
}
