package org.tofro.pipeline;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tofro.settings.Notification;

/**
 * What the launcher does around the steps of a pipeline.
 *
 * @param timeout how long a launch may take from the moment at which it has the lease; null for any time
 * @param needs pipelines that are waited for before anything is started
 * @param teardown steps that run after all others, whatever became of those
 * @param notifications whom to tell how a run ended; null where the pipeline leaves that to the environment
 */
public record RunRules(
        @Nullable Duration timeout,
        List<Need> needs,
        List<StepSpec> teardown,
        @Nullable List<Notification> notifications) {
    /** Nothing around the steps. */
    public static final RunRules NONE = new RunRules(null, List.of(), List.of(), null);

    public RunRules {
        needs = List.copyOf(needs);
        teardown = List.copyOf(teardown);
        notifications = notifications == null ? null : List.copyOf(notifications);
    }

    /** Who is told of what, as the plan says it; empty where the pipeline leaves that to the environment. */
    public List<String> told() {
        return notifications == null
                ? List.of()
                : notifications.stream().map(Notification::words).toList();
    }
}
