package org.tofro.kvs;

import java.io.Serializable;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a version's table holds.
 *
 * @param key the columns whose values together name an entry; they are the partition key, in this order
 * @param fields the others
 */
public record KvsSchema(List<KvsColumn> key, List<KvsColumn> fields) implements Serializable {
    public KvsSchema {
        key = List.copyOf(key);
        fields = List.copyOf(fields);
    }

    /** The columns in the order of the table's cells: the key, then the fields. */
    public List<KvsColumn> columns() {
        return Stream.concat(key.stream(), fields.stream()).toList();
    }
}
