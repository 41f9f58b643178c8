package org.tofro.connect.transform;

import java.io.Serializable;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Something that a transform takes.
 *
 * @param node what its staged files are called
 * @param number of the staging folder that it is in, from 1
 * @param folder the folder in that one which holds it; null where it has the staging folder for itself
 * @param combination the values of the producer's {@code for_each}; empty where it has none
 */
public record TransformInput(
        String node, int number, @Nullable String folder, Map<String, String> combination) implements Serializable {
    public TransformInput {
        combination = Collections.unmodifiableMap(new LinkedHashMap<>(combination));
    }
}
