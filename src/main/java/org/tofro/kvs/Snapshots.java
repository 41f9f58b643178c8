package org.tofro.kvs;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.DriverException;
import com.datastax.oss.driver.api.core.cql.Row;
import com.datastax.oss.driver.api.core.cql.SimpleStatement;
import com.datastax.oss.driver.api.core.metadata.Node;
import com.datastax.oss.driver.api.core.metadata.NodeState;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What DROP has left on the nodes' disks: with {@code auto_snapshot}, which is Cassandra's default, a table that is dropped
 * stays there as a snapshot until somebody clears it.
 *
 * @param tables of how many tables there is one
 * @param bytes that they take, on all nodes together
 */
public record Snapshots(long tables, long bytes) {
    /**
     * Asks every node that is up, for a node knows its own disks only; empty where the cluster does not list snapshots by CQL,
     * as versions before 5.0 do not.
     *
     * @param ofJob chooses tables by their names
     */
    public static Optional<Snapshots> of(CqlSession session, String keyspace, Predicate<String> ofJob) {
        java.util.Set<String> tables = new java.util.TreeSet<>();
        long bytes = 0;
        try {
            for (Node node : session.getMetadata().getNodes().values()) {
                if (node.getState() != NodeState.UP) {
                    continue;
                }
                for (Row row : session.execute(SimpleStatement.newInstance(
                                "SELECT keyspace_name, table_name, size_on_disk FROM system_views.snapshots")
                        .setNode(node))) {
                    String table = Objects.requireNonNull(row.getString("table_name"));
                    if (keyspace.equals(row.getString("keyspace_name")) && ofJob.test(table)) {
                        tables.add(table);
                        bytes += row.getLong("size_on_disk");
                    }
                }
            }
        } catch (DriverException e) {
            return Optional.empty();
        }
        return Optional.of(new Snapshots(tables.size(), bytes));
    }
}
