package org.tofro.connect;

import java.io.Serializable;
import java.util.List;
import org.tofro.data.Figures;
import org.tofro.data.StagedFiles;

/** The work of a step that ends in an outcome: plain data that travels to a worker, and what it does there. */
@FunctionalInterface
public interface StepAction extends Serializable {
    /**
     * Does the work, once. Trouble of the step's own subject is thrown; a {@link StepRefusal} becomes "refused", every
     * other exception "failed", with its message as the reason.
     *
     * @param work the step at work, for live figures and cancelling
     * @param files the staged files that it was given; empty for a step that consumes none
     */
    Figures perform(RunningSteps.Work work, List<StagedFiles> files) throws Exception;
}
