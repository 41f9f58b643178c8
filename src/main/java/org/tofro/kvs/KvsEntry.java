package org.tofro.kvs;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a version holds for a key: the fields that were asked for, in the schema's order, each as the driver types it. */
public final class KvsEntry {
    private final JobVersion version;
    private final KvsKey key;
    private final List<KvsColumn> columns;
    private final Map<String, @Nullable Object> fields;

    KvsEntry(JobVersion version, KvsKey key, List<KvsColumn> columns, Map<String, @Nullable Object> fields) {
        this.version = version;
        this.key = key;
        this.columns = columns;
        this.fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }

    /** The version that it belongs to. */
    public JobVersion version() {
        return version;
    }

    /** Its key, each value of its column's own type. */
    public KvsKey key() {
        return key;
    }

    /**
     * The fields' values: text as {@code String}, integers as {@code Long}, {@code Integer}, ..., decimals as
     * {@code BigDecimal}, timestamps as {@code Instant}, collections as {@code Set}, {@code List} and {@code Map}; null where
     * the key has no value.
     */
    public Map<String, @Nullable Object> fields() {
        return fields;
    }

    /**
     * A field's value; null where the key has none.
     *
     * @throws IllegalArgumentException where the field was not asked for
     * @throws ClassCastException where it is of another type
     */
    public <T> @Nullable T get(String field, Class<T> type) {
        if (!fields.containsKey(field)) {
            throw new IllegalArgumentException(
                    "field '" + field + "' was not asked for; the entry has: " + String.join(", ", fields.keySet()));
        }
        return type.cast(fields.get(field));
    }

    /** The columns of {@link #fields}, in their order. */
    List<KvsColumn> columns() {
        return columns;
    }

    /**
     * The fields as a JSON object: numbers as numbers, decimals with all their digits, timestamps in ISO 8601 and UTC, sets
     * and lists as arrays, maps as objects, JSON as itself; NaN and infinities, which JSON lacks, as text.
     */
    public String json() {
        return EntryJson.text(this);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof KvsEntry entry
                && entry.version.job().equals(version.job())
                && entry.version.number() == version.number()
                && entry.key.equals(key)
                && entry.fields.equals(fields);
    }

    @Override
    public int hashCode() {
        return 31 * key.hashCode() + fields.hashCode();
    }

    /** Without values, so that none comes into a log by accident. */
    @Override
    public String toString() {
        return "an entry of version " + version.number() + " of job '" + version.job() + "' with "
                + String.join(", ", fields.keySet());
    }
}
