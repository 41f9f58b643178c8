package org.tofro.connect.cassandra.sstable;

import com.datastax.oss.driver.api.core.CqlIdentifier;
import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.DriverException;
import com.datastax.oss.driver.api.core.Version;
import com.datastax.oss.driver.api.core.cql.Row;
import com.datastax.oss.driver.api.core.metadata.Node;
import com.datastax.oss.driver.api.core.metadata.TokenMap;
import com.datastax.oss.driver.api.core.metadata.schema.Describable;
import com.datastax.oss.driver.api.core.metadata.schema.KeyspaceMetadata;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.tofro.connect.cassandra.session.CassandraException;
import org.tofro.connect.cassandra.session.DriverErrors;
import org.tofro.connect.cassandra.write.TargetTable;

/**
 * What the cluster says of itself and of a table, which SSTables must agree with.
 *
 * @param keepers the nodes that keep parts of the table
 * @param types statements that make the keyspace's types
 * @param ddl the statement that makes the table
 */
record ClusterFacts(List<Keeper> keepers, List<String> types, String ddl) {
    private static final int STORAGE_PORT = 7000;
    private static final int CONNECT_MILLIS = 5_000;
    private static final String INSTEAD = "'method: cql' works without it";

    /**
     * A node.
     *
     * @param address where clients connect to it
     * @param storagePort where other nodes do
     * @param version of Cassandra, that it runs
     */
    record Keeper(InetSocketAddress address, int storagePort, String version) {}

    static ClusterFacts read(CqlSession session, TargetTable table) {
        CqlIdentifier keyspace = CqlIdentifier.fromInternal(table.keyspace());
        try {
            if (session.getMetadata().getKeyspace(keyspace).isEmpty()) {
                // Another's session has just made it.
                session.refreshSchema();
            }
            TokenMap ring = session.getMetadata()
                    .getTokenMap()
                    .orElseThrow(() -> CassandraException.permanent("the driver knows no ring of the cluster"));
            if (!ring.getPartitionerName().endsWith("Murmur3Partitioner")) {
                throw CassandraException.permanent("the cluster spreads its keys by " + ring.getPartitionerName()
                        + "; SSTables are written for Murmur3Partitioner only; use 'method: cql'");
            }
            List<Keeper> keepers = new ArrayList<>();
            for (Node node : session.getMetadata().getNodes().values()) {
                if (!ring.getTokenRanges(keyspace, node).isEmpty()) {
                    keepers.add(keeper(node));
                }
            }
            if (keepers.isEmpty()) {
                throw CassandraException.permanent(
                        "no node keeps keyspace '" + table.keyspace() + "'; look at its replication");
            }
            List<String> types = session.getMetadata()
                    .getKeyspace(keyspace)
                    .map(KeyspaceMetadata::getUserDefinedTypes)
                    .map(all -> all.values().stream()
                            .map(Describable.class::cast)
                            .map(type -> type.describe(false))
                            .toList())
                    .orElse(List.of());
            return new ClusterFacts(keepers, types, ddl(session, table));
        } catch (DriverException e) {
            throw new CassandraException(
                    "table " + table.keyspace() + "." + table.name() + " cannot be looked at: " + e.getMessage(),
                    DriverErrors.isTransient(e),
                    e);
        }
    }

    private static Keeper keeper(Node node) {
        InetSocketAddress address = (InetSocketAddress) node.getEndPoint().resolve();
        int port = node.getBroadcastAddress().map(InetSocketAddress::getPort).orElse(0);
        return new Keeper(
                address,
                port == 0 ? STORAGE_PORT : port,
                Optional.ofNullable(node.getCassandraVersion())
                        .map(Version::toString)
                        .orElse("unknown"));
    }

    /** The server's own words for it: those of the driver lag behind new options. */
    private static String ddl(CqlSession session, TargetTable table) {
        for (Row row : session.execute("DESCRIBE TABLE " + table.cql())) {
            if ("table".equals(row.getString("type"))) {
                return String.valueOf(row.getString("create_statement"));
            }
        }
        throw CassandraException.permanent(
                "table " + table.keyspace() + "." + table.name() + " is none that SSTables can be written for");
    }

    /** Fails where a node is of another version than the jars, or does not take streams from here. */
    void demandFit(CassandraJars jars, String place) {
        Set<String> others = new TreeSet<>();
        for (Keeper keeper : keepers) {
            if (!CassandraJars.series(keeper.version()).equals(CassandraJars.series(jars.version()))) {
                others.add(keeper.version());
            }
        }
        if (!others.isEmpty()) {
            throw CassandraException.permanent("'" + place + "' holds Cassandra " + jars.version()
                    + ", and the cluster has nodes of version " + String.join(", ", others)
                    + ": SSTables must be written by the version that reads them. Give the jars of that version, or use"
                    + " 'method: cql'");
        }
        for (Keeper keeper : keepers) {
            demandOpen(keeper);
        }
    }

    private static void demandOpen(Keeper keeper) {
        String host = keeper.address().getAddress().getHostAddress();
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(keeper.address().getAddress(), keeper.storagePort()), CONNECT_MILLIS);
        } catch (IOException e) {
            throw new CassandraException(
                    "node " + host + " cannot be reached at port " + keeper.storagePort()
                            + ", its storage port, to which SSTables are streamed (" + e.getMessage()
                            + "). Open it for this machine, or start the node; " + INSTEAD,
                    true,
                    e);
        }
    }
}
