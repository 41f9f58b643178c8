package org.tofro.pipeline;

import java.util.Set;

/**
 * Where the rows of an extract are published in the end.
 *
 * @param publishing how
 * @param step the step that does it
 * @param steps the names of all steps of the pipeline
 */
public record Landing(Publishing publishing, String step, Set<String> steps) {
    public Landing {
        steps = Set.copyOf(steps);
    }
}
