package org.tofro.data;

import java.io.Serializable;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a launch lays down for its steps on whatever worker they are performed.
 *
 * @param timeouts how long a try of a step may take, by the step's name
 * @param parallelSteps how many steps may be at work at the same time on one worker
 * @param area the state area, where workers and the launcher tell each other how far they are and when to end: {@code
 *     s3://bucket/prefix/} or {@code file:/folder/}; null where they share a JVM and need no such means
 * @param mask for what workers write there in words
 */
public record WorkRules(
        Map<String, Duration> timeouts,
        int parallelSteps,
        @Nullable String area,
        Mask mask) implements Serializable {
    /** No rules at all. */
    public static final WorkRules NONE = new WorkRules(Map.of(), Integer.MAX_VALUE, null, Mask.NONE);

    public WorkRules {
        timeouts = Map.copyOf(timeouts);
    }
}
