package org.tofro.kvs;

import java.io.Serializable;
import java.util.Map;

/**
 * What was counted when a version was loaded; the next one is compared with it.
 *
 * @param keys the keys that it has
 * @param bytes the values' bytes, before compression and replication
 * @param values for each field, the keys that have a value for it
 */
public record VersionFigures(long keys, long bytes, Map<String, Long> values) implements Serializable {
    public static final VersionFigures NONE = new VersionFigures(0, 0, Map.of());

    public VersionFigures {
        values = Map.copyOf(values);
    }
}
