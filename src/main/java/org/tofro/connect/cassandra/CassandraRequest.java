package org.tofro.connect.cassandra;

import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tofro.data.RunContext.OptionalLimit;
import org.tofro.settings.CassandraConnection;
import org.tofro.settings.CassandraConnection.Consistency;

/**
 * An extract as a step asks for it.
 *
 * @param connection the cluster
 * @param keyspace the keyspace in it
 * @param source a table with conditions, or a SELECT
 * @param columns which columns, under which names and types; empty for all as they are
 * @param consistency how many replicas must answer
 * @param readers most readers at work at a time
 * @param rowsPerSecond most rows that they read in a second together; null for no limit
 * @param limit most rows to read, for a trial run
 */
public record CassandraRequest(
        CassandraConnection connection,
        String keyspace,
        Source source,
        List<CassandraColumn> columns,
        Consistency consistency,
        int readers,
        @Nullable Integer rowsPerSecond,
        OptionalLimit limit)
        implements Serializable {
    public static final int DEFAULT_READERS = 4;

    public CassandraRequest {
        columns = List.copyOf(columns);
    }

    /** What is read. */
    public sealed interface Source extends Serializable {
        String table();

        @Nullable
        String where();

        boolean filtering();
    }

    /** A table or a materialized view, or the rows of it for which conditions hold. */
    public record OfTable(String table, @Nullable String where, boolean filtering) implements Source {}

    /**
     * A SELECT.
     *
     * @param origin the file and line it was read from, for messages
     */
    public record OfSelect(SelectShape select, String origin) implements Source {
        @Override
        public String table() {
            return select.table();
        }

        @Override
        public @Nullable String where() {
            return select.where();
        }

        @Override
        public boolean filtering() {
            return select.filtering();
        }
    }

    /** The source as messages name it. */
    String where() {
        return "connection '%s', keyspace '%s'".formatted(connection.name(), keyspace);
    }
}
