package org.tofro.connect.cassandra;

import org.tofro.connect.RunningSteps;
import org.tofro.connect.extract.Cancellation;
import org.tofro.connect.extract.ExtractProgress;
import org.tofro.connect.extract.Extraction;
import org.tofro.connect.staging.AttemptPath;
import org.tofro.connect.staging.StagingArea;
import org.tofro.data.StagedFiles;

/** A table or a SELECT of a Cassandra cluster. */
public record CassandraExtraction(CassandraRequest request) implements Extraction {
    @Override
    public StagedFiles stage(
            StagingArea area,
            AttemptPath path,
            RunningSteps.Work running,
            ExtractProgress progress,
            Cancellation cancellation) {
        return new CassandraExtract(area).run(request, path, progress, cancellation);
    }
}
