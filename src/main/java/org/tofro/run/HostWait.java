package org.tofro.run;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.tofro.pipeline.Interval;
import org.tofro.pipeline.Need;
import org.tofro.pipeline.StepSpec;
import org.tofro.plan.StepGraph;
import org.tofro.report.ReportStore;
import org.tofro.report.RunIndex;

/** Waits on the host that submits a run for other pipelines, so that no cluster is held meanwhile. */
public final class HostWait {
    private HostWait() {}

    /**
     * Waits for all that the run would wait for before its first step.
     *
     * @param interval of the run
     * @param end what ends the wait early
     * @param say takes a line on what is waited for, whenever that changes
     * @return what is missing still, where it is late or the wait was ended
     */
    public static Optional<String> late(
            StepGraph graph,
            ReportStore store,
            Interval interval,
            Patience patience,
            EarlyEnd end,
            Consumer<String> say)
            throws InterruptedException {
        List<Need> needs = Stream.concat(
                        graph.pipeline().rules().needs().stream(),
                        graph.leadingWaits().stream().map(StepSpec::needs).flatMap(List::stream))
                .toList();
        return needs.isEmpty()
                ? Optional.empty()
                : new PipelineWait(new RunIndex(store), interval, patience, end, say).late(needs);
    }
}
