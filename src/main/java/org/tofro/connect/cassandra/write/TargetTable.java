package org.tofro.connect.cassandra.write;

import java.io.Serializable;
import java.util.List;

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

    /** How many columns make up the primary key. */
    public int key() {
        return partitionKey + clustering;
    }
}
