package org.tofro.steps;

import java.util.Optional;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.tofro.connect.transform.RowsTransform;
import org.tofro.pipeline.Flow;

/**
 * Keeps exceptions of a user's class a failure of its step.
 *
 * @param made what the transform has made in the graph
 */
record ClassGuard(RowsTransform rows, PCollectionTuple made) implements Flow.Guard {
    @Override
    public void set() {
        rows.guard(made.getPipeline());
    }

    @Override
    public Optional<String> failure(Throwable thrown) {
        return rows.failure(thrown);
    }
}
