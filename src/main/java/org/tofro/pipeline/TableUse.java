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
 */
public record TableUse(Set<Ref> reads, Set<Ref> writes, boolean complete, Set<String> connections) {
    public TableUse {
        reads = Set.copyOf(reads);
        writes = Set.copyOf(writes);
        connections = Set.copyOf(connections);
    }

    /** A table of a connection's database; {@code database} is empty where the connection itself names it. */
    public record Ref(String connection, String database, TableName table) {}
}
