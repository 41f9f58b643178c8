package org.tofro.connect.extract;

import java.io.Serializable;
import org.tofro.connect.RunningSteps;
import org.tofro.connect.staging.AttemptPath;
import org.tofro.connect.staging.StagingArea;
import org.tofro.data.StagedFiles;

/** A source, as an extract asks it for its rows; it travels to the worker that reads. */
public interface Extraction extends Serializable {
    /**
     * Reads everything and stages it; blocks until the last part is stored.
     *
     * @param area where the parts go
     * @param path pipeline, run, step and attempt, of which the names of the parts are made
     * @param running the step at work, for what must be asked of other servers before
     * @param progress is told of every row that was read
     * @param cancellation ends the reading at once
     * @return the parts, with a count of the rows that were read from a counter apart from theirs
     * @throws ExtractException where the source refuses, is lost for good, or holds what cannot be carried; nothing that
     *     was staged is left then, as far as the staging area could be reached
     */
    StagedFiles stage(
            StagingArea area,
            AttemptPath path,
            RunningSteps.Work running,
            ExtractProgress progress,
            Cancellation cancellation)
            throws Exception;
}
