package org.tofro.run;

import java.util.List;
import java.util.function.Supplier;
import org.tofro.data.Progress;

/**
 * The steps that are at work.
 *
 * @param progress how far each has come, as of now
 * @param cancel ends them: closes their connections and statements
 */
public record LiveSteps(Supplier<List<Progress>> progress, Runnable cancel) {}
