package org.tofro.kvs;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What was read of one version.
 *
 * @param version the version that all of it belongs to
 * @param keys the keys that were asked for, each with its values of the columns' own types
 * @param entries by the keys as they were asked for, in that order; what is missing has no entry
 */
public record KvsAnswer(JobVersion version, Map<KvsKey, KvsKey> keys, Map<KvsKey, KvsEntry> entries) {
    public KvsAnswer {
        keys = Collections.unmodifiableMap(new LinkedHashMap<>(keys));
        entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
    }

    /** A key's entry; empty where the version has none. */
    public Optional<KvsEntry> entry(KvsKey key) {
        return Optional.ofNullable(entries.get(key));
    }
}
