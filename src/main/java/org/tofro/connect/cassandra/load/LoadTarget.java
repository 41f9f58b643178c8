package org.tofro.connect.cassandra.load;

import java.io.Serializable;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.tofro.settings.CassandraConnection;
import org.tofro.settings.CassandraConnection.Consistency;

/**
 * Where rows are loaded, and how.
 *
 * @param connection the cluster
 * @param keyspace the keyspace, as the cluster spells it
 * @param table the table, likewise
 * @param columns which staged column each of the table's columns takes; empty where they go by their names
 * @param timestamp the staged column with each row's write timestamp; null for the run's
 * @param deletes the staged column that is true for rows to delete; null where none says so
 * @param deleteAll whether all rows are deleted, by their keys
 * @param ttlSeconds how long rows live; null for as long as the table says
 * @param consistency how many replicas must acknowledge a row
 * @param writesPerSecond most rows in a second, of all writers together; null for as many as the cluster takes
 * @param writers how many writers share the files
 */
public record LoadTarget(
        CassandraConnection connection,
        String keyspace,
        String table,
        Map<String, String> columns,
        @Nullable String timestamp,
        @Nullable String deletes,
        boolean deleteAll,
        @Nullable Integer ttlSeconds,
        Consistency consistency,
        @Nullable Integer writesPerSecond,
        int writers)
        implements Serializable {
    public LoadTarget {
        // A copy that keeps the order.
        columns = Collections.unmodifiableMap(new LinkedHashMap<>(columns));
    }

    /** The table as messages name it. */
    String shown() {
        return "table " + keyspace + "." + table + " at '" + connection.name() + "'";
    }
}
