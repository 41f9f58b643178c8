package org.tofro.connect.cassandra.write;

import com.datastax.oss.driver.api.core.CqlIdentifier;
import java.io.Serializable;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A table that rows are written to.
 *
 * @param keyspace its keyspace, as the server knows it, without quotes
 * @param name its name, as the server knows it, without quotes
 * @param columns the columns that are written, in the order in which a row has its cells; those of the key come first
 * @param partitionKey how many of the first columns are the partition key
 * @param clustering how many of those behind it are clustering columns
 */
public record TargetTable(String keyspace, String name, List<TargetColumn> columns, int partitionKey, int clustering)
        implements Serializable {
    public TargetTable {
        columns = List.copyOf(columns);
    }

    /** The table as CQL writes it. */
    public String cql() {
        return quote(keyspace) + "." + quote(name);
    }

    /** The statement that writes a row, a place for each of its columns, as far as what may follow behind USING. */
    public String insert() {
        return "INSERT INTO " + cql() + " ("
                + columns.stream().map(column -> quote(column.name())).collect(Collectors.joining(", ")) + ") VALUES ("
                + columns.stream().map(column -> "?").collect(Collectors.joining(", ")) + ")";
    }

    /** A name as CQL writes it, in double quotes. */
    static String quote(String name) {
        return CqlIdentifier.fromInternal(name).asCql(false);
    }

    /** How many columns make up the primary key. */
    public int key() {
        return partitionKey + clustering;
    }
}
