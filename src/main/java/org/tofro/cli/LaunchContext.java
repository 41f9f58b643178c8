package org.tofro.cli;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.tofro.data.Mask;
import org.tofro.data.RunContext;
import org.tofro.data.WorkRules;
import org.tofro.pipeline.StepSpec;
import org.tofro.report.RunRequest;
import org.tofro.settings.FlinkSettings;
import org.tofro.settings.Settings;

/** What the steps of a launch are told of it, wherever they are performed. */
record LaunchContext(LaunchOrder order, Settings settings) {
    /** A teardown must come to an end, however it was written. */
    private static final Duration TEARDOWN_TIMEOUT = Duration.ofMinutes(10);

    /** @param token the fencing token of the lease */
    RunContext of(long token) {
        RunRequest request = order.request();
        return new RunContext(
                order.leased(),
                request.run(),
                token,
                request.intervalStart(),
                request.intervalEnd(),
                request.limit() == null ? RunContext.OptionalLimit.NONE : new RunContext.OptionalLimit(request.limit()),
                request.backfill(),
                order.accepted(),
                rules());
    }

    private WorkRules rules() {
        Map<String, Duration> timeouts = new HashMap<>();
        order.pipeline().rules().teardown().forEach(step -> timeouts.put(step.name(), TEARDOWN_TIMEOUT));
        for (StepSpec step : order.pipeline().allSteps()) {
            Duration timeout = step.attempts().timeout();
            if (timeout != null) {
                timeouts.put(step.name(), timeout);
            }
        }
        int places = order.pipeline().rules().parallelSteps(settings.limits().maxParallelSteps());
        return workersAreElsewhere()
                ? new WorkRules(
                        timeouts,
                        places,
                        settings.stateArea(),
                        new SecretMask(
                                settings,
                                LaunchSite.needed(settings, order.loaded().connections())))
                : new WorkRules(timeouts, places, null, Mask.NONE);
    }

    private boolean workersAreElsewhere() {
        return settings.runner() == Settings.Runner.FLINK && settings.flink().place() != FlinkSettings.Place.EMBEDDED;
    }
}
