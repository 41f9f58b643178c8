package org.tofro.local;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/** Cassandra: a server of one node for each connection. */
final class CassandraStandIn implements StandIn {
    private final String connection;
    private final Path folder;
    private final String password;
    private final CassandraServer server;

    CassandraStandIn(String connection, StackFolder stack, String password) {
        this.connection = connection;
        this.folder = stack.cassandra(connection);
        this.password = password;
        this.server = new CassandraServer(connection, folder, stack.port("cassandra." + connection), password);
    }

    @Override
    public synchronized Wire.Address serve(Wire.Wanted wanted, Consumer<String> progress) {
        int port = server.start(progress);
        if (wanted.seed() != null) {
            new CassandraSeedLoader(server, folder, connection, progress)
                    .load(CassandraSeed.read(Path.of(wanted.seed())));
        }
        return new Wire.Address("127.0.0.1", port, CassandraServer.USER, password);
    }

    @Override
    public Optional<Wire.State> state() {
        return server.running()
                .map(process -> new Wire.State(
                        connection,
                        Wire.Kind.CASSANDRA.type,
                        "127.0.0.1:" + process.port(),
                        process.process().pid(),
                        folder.toString()));
    }

    @Override
    public void close() {
        // The server is a process of its own.
    }
}
