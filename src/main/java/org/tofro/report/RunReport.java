package org.tofro.report;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.tofro.data.Outcome;

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
 * @param teardown the steps of the teardown; empty where none was due
 * @param notifications who was told of the end, and who could not be
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
        List<StepReport> steps,
        List<StepReport> teardown,
        List<String> notifications) {
    @SuppressWarnings("NullAway") // Reports of older versions have neither teardown nor notifications.
    public RunReport {
        accepted = Map.copyOf(accepted);
        steps = List.copyOf(steps);
        teardown = teardown == null ? List.of() : List.copyOf(teardown);
        notifications = notifications == null ? List.of() : List.copyOf(notifications);
    }

    /** Whether every step of the teardown has succeeded. */
    public boolean tornDown() {
        return teardown.stream().allMatch(step -> step.outcome() == Outcome.Status.SUCCEEDED);
    }

    /** The same, and who was told of it. */
    public RunReport withNotifications(List<String> told) {
        return new RunReport(
                pipeline,
                description,
                owner,
                run,
                runner,
                intervalStart,
                intervalEnd,
                revision,
                startedAt,
                endedAt,
                result,
                problem,
                limit,
                accepted,
                steps,
                teardown,
                told);
    }

    /** How a run ended. */
    public enum Result {
        /** All steps have; the teardown may have failed nonetheless, which changes no table. */
        SUCCEEDED,
        FAILED,
        /** All steps have that were not left out by request; it does not count as a run of its interval. */
        PARTIAL,
        /** What it waits for is late, so that it did not go on; no step has failed. */
        NOT_READY
    }
}
