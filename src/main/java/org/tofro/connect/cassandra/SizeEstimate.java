package org.tofro.connect.cassandra;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.DriverException;
import com.datastax.oss.driver.api.core.cql.Row;
import com.datastax.oss.driver.api.core.cql.SimpleStatement;
import com.datastax.oss.driver.api.core.metadata.Node;
import com.datastax.oss.driver.api.core.metadata.NodeState;
import java.time.Duration;

/**
 * How large a table is by {@code system.size_estimates}, which each node keeps of the ranges that it has first, and
 * refreshes every five minutes from what is on its disk.
 *
 * @param partitions how many there are, counted once
 * @param bytes of all of them
 */
record SizeEstimate(double partitions, double bytes) {
    static final SizeEstimate UNKNOWN = new SizeEstimate(0, 0);

    private static final double RING = 0x1p64;

    /** Asks every node of the data centre that is up; what they do not cover is taken to be like what they do. */
    static SizeEstimate of(CqlSession session, String datacenter, String keyspace, String table) {
        double partitions = 0;
        double bytes = 0;
        double covered = 0;
        for (Node node : session.getMetadata().getNodes().values()) {
            if (!datacenter.equals(node.getDatacenter()) || node.getState() == NodeState.FORCED_DOWN) {
                continue;
            }
            SimpleStatement ask = SimpleStatement.newInstance(
                            "SELECT range_start, range_end, mean_partition_size, partitions_count"
                                    + " FROM system.size_estimates WHERE keyspace_name = ? AND table_name = ?",
                            keyspace,
                            table)
                    .setNode(node)
                    .setTimeout(Duration.ofSeconds(10));
            try {
                for (Row row : session.execute(ask)) {
                    partitions += row.getLong("partitions_count");
                    bytes += (double) row.getLong("partitions_count") * row.getLong("mean_partition_size");
                    covered += width(row.getString("range_start"), row.getString("range_end"));
                }
            } catch (DriverException e) {
                // A node that does not answer leaves its part to what the others know.
                System.getLogger(SizeEstimate.class.getName())
                        .log(System.Logger.Level.DEBUG, "a node gave no estimates", e);
            }
        }
        return covered == 0
                ? UNKNOWN
                : new SizeEstimate(partitions / Math.min(covered, 1), bytes / Math.min(covered, 1));
    }

    /** The part of the ring between two tokens, of which the second may come before the first. */
    private static double width(String start, String end) {
        double width = Double.parseDouble(end) - Double.parseDouble(start);
        return (width <= 0 ? width + RING : width) / RING;
    }

    boolean known() {
        return bytes > 0;
    }

    /** Bytes of a partition, or 0 where there is no telling. */
    double meanPartition() {
        return partitions == 0 ? 0 : bytes / partitions;
    }

    /** As the plan prints it. */
    @Override
    public String toString() {
        return known()
                ? "about %,.0f partitions and %,.0f MB on disk by system.size_estimates"
                        .formatted(partitions, bytes / 1e6)
                : "system.size_estimates has nothing of it yet";
    }
}
