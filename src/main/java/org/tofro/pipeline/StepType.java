package org.tofro.pipeline;

import java.util.List;
import java.util.function.Function;

/**
 * A kind of step: an entry of the catalogue.
 *
 * @param name the canonical name, verb and preposition
 * @param aliases other names that are accepted, the ancestor's among them
 * @param summary one sentence for the step reference
 * @param read reads the fields; asking for a field declares it
 */
public record StepType(String name, List<String> aliases, String summary, Function<Fields, Step> read) {
    public StepType {
        aliases = List.copyOf(aliases);
    }
}
