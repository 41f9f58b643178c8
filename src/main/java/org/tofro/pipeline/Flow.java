package org.tofro.pipeline;

import java.util.Optional;
import org.apache.beam.sdk.values.PCollection;
import org.jspecify.annotations.Nullable;
import org.tofro.data.Outcome;
import org.tofro.data.StagedFiles;

/**
 * What a step leaves behind in the graph.
 *
 * @param done one outcome for each element of {@link Upstream#ready()}
 * @param files one element for each of the step's outputs where it succeeded; null for a step that produces none
 * @param guard what keeps foreign code in the step from ending the graph of all
 */
public record Flow(PCollection<Outcome> done, @Nullable PCollection<StagedFiles> files, Guard guard) {
    /** Keeps what foreign code throws a failure of its step. */
    public interface Guard {
        /** Of a step without foreign code. */
        Guard NONE = new Guard() {
            @Override
            public void set() {}

            @Override
            public Optional<String> failure(Throwable thrown) {
                return Optional.empty();
            }
        };

        /** Changes the graph below the step; all steps stand in it. */
        void set();

        /** Why the step has failed, where what ended the graph nevertheless was thrown by its code; else empty. */
        Optional<String> failure(Throwable thrown);
    }

    /** Of a step without foreign code. */
    public Flow(PCollection<Outcome> done, @Nullable PCollection<StagedFiles> files) {
        this(done, files, Guard.NONE);
    }
}
