package org.tofro.run;

import java.util.Optional;
import java.util.function.Consumer;
import org.tofro.pipeline.Interval;
import org.tofro.pipeline.StepSpec;
import org.tofro.plan.StepGraph;
import org.tofro.report.ReportStore;
import org.tofro.report.RunIndex;
import org.tofro.settings.Settings;

/** Waits on the host that submits a run for other pipelines and files, so that no cluster is held meanwhile. */
public final class HostWait {
    private HostWait() {}

    /**
     * Waits for all that the run would wait for before its first step.
     *
     * @param settings the environment, with the addresses that waiting needs
     * @param interval of the run
     * @param end what ends the wait early
     * @param say takes a line on what is waited for, whenever that changes
     * @return what is missing still, where it is late or the wait was ended
     */
    public static Optional<String> late(
            StepGraph graph,
            ReportStore store,
            Settings settings,
            Interval interval,
            Patience patience,
            EarlyEnd end,
            Consumer<String> say)
            throws InterruptedException {
        OutsideWait wait = new OutsideWait(
                new RunIndex(store), settings, interval, patience, HostPlaces.of(settings.limits(), say), end, say);
        Optional<String> late = wait.late(graph.pipeline().rules().needs());
        for (StepSpec step : graph.leadingWaits()) {
            if (late.isEmpty()) {
                late = wait.late(step);
            }
        }
        return late;
    }
}
