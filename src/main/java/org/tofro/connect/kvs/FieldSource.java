package org.tofro.connect.kvs;

import java.io.Serializable;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Where the values of fields come from, and how a key's rows are put together.
 *
 * @param query the query that the warehouse is asked; null where {@code files} is given
 * @param files the name of staged files; null where {@code query} is given
 * @param origin where it stands, for messages
 * @param spelled how the query spells its columns' names, by what the warehouse makes of them
 * @param collect how a key's rows are put together
 * @param name the field's name; null where fields are called as their columns
 * @param values the columns that are served; empty for all but the key's
 * @param orderBy the order of a key's rows; empty for that of the values
 * @param maxElements the most elements that are taken; 0 for all
 * @param onDuplicate what happens where a key has too many rows
 */
public record FieldSource(
        @Nullable String query,
        @Nullable String files,
        String origin,
        Map<String, String> spelled,
        Collect collect,
        @Nullable String name,
        List<String> values,
        List<OrderBy> orderBy,
        int maxElements,
        OnDuplicate onDuplicate)
        implements Serializable {
    public FieldSource {
        // In the same order in every JVM, as it is compared as text.
        spelled = Collections.unmodifiableMap(new TreeMap<>(spelled));
        values = List.copyOf(values);
        orderBy = List.copyOf(orderBy);
    }
}
