package org.tofro.pipeline;

import java.util.Set;
import org.tofro.data.TableName;

/**
 * What a step touches in databases.
 *
 * @param reads tables that it reads
 * @param writes tables that it writes
 * @param complete whether it touches no other tables; false makes the step a barrier in the plan
 * @param connections names of the connections that it needs
 * @param queried databases of which it may read any table
 */
public record TableUse(
        Set<Ref> reads, Set<Ref> writes, boolean complete, Set<String> connections, Set<Database> queried) {
    public TableUse {
        queried = Set.copyOf(queried);
        reads = Set.copyOf(reads);
        writes = Set.copyOf(writes);
        connections = Set.copyOf(connections);
    }

    /** Of a step whose tables are all known. */
    public TableUse(Set<Ref> reads, Set<Ref> writes, boolean complete, Set<String> connections) {
        this(reads, writes, complete, connections, Set.of());
    }

    /** A database of a connection's server. */
    public record Database(String connection, String database) {}

    /** A table of a connection's database; {@code database} is empty where the connection itself names it. */
    public record Ref(String connection, String database, TableName table) {}
}
