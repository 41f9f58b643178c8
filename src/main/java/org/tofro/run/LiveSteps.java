package org.tofro.run;

import java.util.List;
import java.util.function.Supplier;
import org.tofro.data.Progress;
import org.tofro.data.StepLine;

/**
 * The steps that are at work.
 *
 * @param progress how far each has come, as of now
 * @param said what they have said since that was asked for last
 * @param cancel ends them: closes their connections and statements
 */
public record LiveSteps(Supplier<List<Progress>> progress, Supplier<List<StepLine>> said, Runnable cancel) {}
