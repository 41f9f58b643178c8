package org.tofro.report;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was asked for in a run: enough to resume it. Secrets stand in it as references, never as values.
 *
 * @param run the run's id
 * @param pipeline the pipeline's name
 * @param file the pipeline's file, as it was given
 * @param text the file's text
 * @param planHash the hash of the plan: of the text and of all that it refers to
 * @param runner the environment, as it was given
 * @param intervalStart start of the interval, inclusive
 * @param intervalEnd end of it, exclusive
 * @param date the logical date as it was given; null where none was
 * @param variables the values of {@code --var}
 * @param backfill whether it is an interval of a backfill, which leaves how far other runs have come as it is
 * @param limit rows per extract of a trial run; null for a real one
 * @param requestedAt when
 */
public record RunRequest(
        String run,
        String pipeline,
        String file,
        String text,
        String planHash,
        String runner,
        Instant intervalStart,
        Instant intervalEnd,
        @Nullable String date,
        Map<String, String> variables,
        boolean backfill,
        @Nullable Long limit,
        Instant requestedAt) {
    public RunRequest {
        variables = Map.copyOf(variables);
    }

    /** Whether a run may have that id, which is a folder's name in the state area. */
    public static boolean isId(String run) {
        return run.matches("[A-Za-z0-9_.-]+");
    }

    /** The same of a file that goes by another name. */
    public RunRequest withFile(String name) {
        return submitted(name, runner);
    }

    /** The same with the names that the file and the environment have on a cluster. */
    public RunRequest submitted(String name, String environment) {
        return new RunRequest(
                run,
                pipeline,
                name,
                text,
                planHash,
                environment,
                intervalStart,
                intervalEnd,
                date,
                variables,
                backfill,
                limit,
                requestedAt);
    }
}
