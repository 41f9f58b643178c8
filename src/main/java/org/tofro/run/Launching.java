package org.tofro.run;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.tofro.report.RunRequest;

/**
 * A launch of a run that is asked for.
 *
 * @param request the run; it is kept in the state area before anything else is done
 * @param askedAt since when somebody wants it, from which its deadline counts
 * @param revision the git revision of the pipeline, for the report
 * @param dueAt when its interval was seen to be due, if it is launched for that: a run of it since then is enough; null
 *     where somebody wants it whatever has been run
 * @param patience how long to wait for what others do
 * @param selection the steps that are left out
 */
public record Launching(
        RunRequest request,
        Instant askedAt,
        @Nullable String revision,
        @Nullable Instant dueAt,
        Patience patience,
        Selection selection) {}
