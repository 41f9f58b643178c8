package org.tofro.run;

import java.io.IOException;
import org.apache.beam.runners.direct.DirectOptions;
import org.apache.beam.runners.direct.DirectRunner;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.options.PipelineOptions;
import org.jspecify.annotations.Nullable;

/** Beam's direct runner, in this JVM. */
final class DirectEngine implements Engine {
    private final boolean oneAtATime;
    private volatile @Nullable PipelineResult result;
    private volatile boolean cancelled;

    /** @param oneAtATime whether never two steps of the graph are at work at the same time */
    DirectEngine(boolean oneAtATime) {
        this.oneAtATime = oneAtATime;
    }

    @Override
    public void configure(PipelineOptions options) {
        options.setRunner(DirectRunner.class);
        DirectOptions direct = options.as(DirectOptions.class);
        direct.setBlockOnRun(false);
        // They copy and compare every element: a help for who writes transforms, a cost for who runs pipelines.
        direct.setEnforceImmutability(false);
        direct.setEnforceEncodability(false);
        if (oneAtATime) {
            // A worker that has nothing to do looks for work without a pause, and takes a core from the step that has.
            direct.setTargetParallelism(1);
        }
    }

    @Override
    public int parallelism() {
        return 1;
    }

    @Override
    public void run(Pipeline pipeline) throws IOException {
        PipelineResult running = pipeline.run();
        result = running;
        if (cancelled) {
            running.cancel();
        }
        running.waitUntilFinish();
    }

    @Override
    public void cancel() {
        cancelled = true;
        PipelineResult running = result;
        if (running != null) {
            try {
                running.cancel();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }
}
