package org.tofro.connect.transform;

import java.io.Serializable;
import java.util.List;
import java.util.Map;
import org.tofro.connect.RunningSteps;
import org.tofro.connect.extract.Cancellation;
import org.tofro.connect.extract.ExtractProgress;
import org.tofro.connect.staging.AttemptPath;
import org.tofro.connect.staging.StagingArea;
import org.tofro.data.RunContext;
import org.tofro.data.StagedFiles;

/** What is made of staged files; it travels to the worker that makes it. */
public interface Transformation extends Serializable {
    /**
     * Makes one attempt, in the memory of a row or two; blocks until the last part is stored.
     *
     * @return the files of each output, and how many rows of the inputs were read
     * @throws org.tofro.connect.extract.ExtractException where it did not succeed; nothing that was staged is left then, as
     *     far as the staging area could be reached, and nothing on this machine
     */
    Made make(Given given) throws Exception;

    /**
     * What an attempt has made.
     *
     * @param outputs the files of each output
     * @param rowsIn the rows of the inputs that it had read
     */
    record Made(List<StagedFiles> outputs, long rowsIn) {
        public Made {
            outputs = List.copyOf(outputs);
        }
    }

    /**
     * What an attempt is given.
     *
     * @param inputs in the order of the pipeline
     * @param area where the inputs are, and where the outputs go
     * @param path pipeline, run, step and attempt, of which the names of the parts are made
     * @param run the run
     * @param combination the values of the step's {@code for_each}; empty where it has none
     * @param running the step at work
     * @param progress is told of every row that was read
     * @param cancellation ends the attempt at once
     */
    record Given(
            List<InputFiles> inputs,
            StagingArea area,
            AttemptPath path,
            RunContext run,
            Map<String, String> combination,
            RunningSteps.Work running,
            ExtractProgress progress,
            Cancellation cancellation) {
        public Given {
            inputs = List.copyOf(inputs);
        }
    }
}
