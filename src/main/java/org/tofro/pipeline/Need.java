package org.tofro.pipeline;

import java.time.Duration;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;
import org.tofro.data.Durations;
import org.tofro.problem.Span;

/**
 * Another pipeline whose runs have to have ended before something goes on.
 *
 * @param pipeline its name
 * @param okToFail whether it is enough that they ended, however they did
 * @param timeout how long it is waited for
 * @param refreshRate how long between two looks
 * @param day the day that its runs have to cover; null for the interval of the run that waits
 * @param span where it is named
 */
public record Need(
        String pipeline,
        boolean okToFail,
        Duration timeout,
        Duration refreshRate,
        @Nullable LocalDate day,
        Span span) {
    public static final Duration DEFAULT_TIMEOUT = Duration.ofHours(6);
    public static final int DEFAULT_REFRESH_SECONDS = 300;

    /** The same with another patience. */
    public Need within(Duration other) {
        return new Need(pipeline, okToFail, other, refreshRate, day, span);
    }

    /** The same at another place of the file. */
    public Need at(Span place) {
        return new Need(pipeline, okToFail, timeout, refreshRate, day, place);
    }

    /** As the plan says it, after "waits for". */
    public String words() {
        return "pipeline " + pipeline + (okToFail ? ", however it ended," : "") + " to cover "
                + (day == null ? "the interval of the run" : day.toString()) + "; at most " + Durations.words(timeout)
                + ", looking every " + Durations.words(refreshRate);
    }
}
