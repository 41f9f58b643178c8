package org.tofro.pipeline;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tofro.settings.Notification;

/**
 * What the launcher does around the steps of a pipeline.
 *
 * @param timeout how long a launch may take from the moment at which it has the lease; null for any time
 * @param deadline when a launch has to have ended, its waiting included; null for never
 * @param maxParallelSteps steps at work at the same time, where that is fewer than the environment allows; null where it says
 * @param needs pipelines that are waited for before anything is started
 * @param bootstrap commands that are run before the first step of each launch
 * @param teardown steps that run after all others, whatever became of those
 * @param notifications whom to tell how a run ended; null where the pipeline leaves that to the environment
 */
public record RunRules(
        @Nullable Duration timeout,
        @Nullable RunDeadline deadline,
        @Nullable Integer maxParallelSteps,
        List<Need> needs,
        List<Bootstrap> bootstrap,
        List<StepSpec> teardown,
        @Nullable List<Notification> notifications) {
    /** Nothing around the steps. */
    public static final RunRules NONE = new RunRules(null, null, null, List.of(), List.of(), List.of(), null);

    public RunRules {
        needs = List.copyOf(needs);
        bootstrap = List.copyOf(bootstrap);
        teardown = List.copyOf(teardown);
        notifications = notifications == null ? null : List.copyOf(notifications);
    }

    /** Who is told of what, as the plan says it; empty where the pipeline leaves that to the environment. */
    public List<String> told() {
        return notifications == null
                ? List.of()
                : notifications.stream().map(Notification::words).toList();
    }

    /** How many steps may be at work at the same time, where the environment allows so many. */
    public int parallelSteps(int environments) {
        return maxParallelSteps == null ? environments : Math.min(maxParallelSteps, environments);
    }
}
