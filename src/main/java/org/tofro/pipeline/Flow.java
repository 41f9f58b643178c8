package org.tofro.pipeline;

import org.apache.beam.sdk.values.PCollection;
import org.jspecify.annotations.Nullable;
import org.tofro.data.Outcome;
import org.tofro.data.StagedFiles;

/**
 * What a step leaves behind in the graph.
 *
 * @param done one outcome for each element of {@link Upstream#ready()}
 * @param files one element for each of the step's outputs where it succeeded; null for a step that produces none
 * @param last what is to be done with the graph when all steps stand in it
 */
public record Flow(PCollection<Outcome> done, @Nullable PCollection<StagedFiles> files, Runnable last) {
    /** Of a step that has done all when it stands in the graph. */
    public Flow(PCollection<Outcome> done, @Nullable PCollection<StagedFiles> files) {
        this(done, files, () -> {});
    }
}
