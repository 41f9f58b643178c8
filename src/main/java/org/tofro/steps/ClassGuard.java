package org.tofro.steps;

import java.util.Optional;
import org.apache.beam.sdk.Pipeline;
import org.tofro.connect.transform.RowsTransform;
import org.tofro.pipeline.Flow;

/** Keeps exceptions of a user's class a failure of its step. */
record ClassGuard(RowsTransform rows, Pipeline pipeline) implements Flow.Guard {
    @Override
    public void set() {
        rows.guard(pipeline);
    }

    @Override
    public Optional<String> failure(Throwable thrown) {
        return rows.failure(thrown);
    }
}
