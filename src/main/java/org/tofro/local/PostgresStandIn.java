package org.tofro.local;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/** RDS for PostgreSQL: a server for each connection, so that connections do not see each other's databases. */
final class PostgresStandIn implements StandIn {
    private final String connection;
    private final Path folder;
    private final String password;
    private final PostgresServer server;

    PostgresStandIn(String connection, StackFolder stack, String password, PostgresPrograms programs) {
        this.connection = connection;
        this.folder = stack.postgres(connection);
        this.password = password;
        this.server = new PostgresServer(connection, folder, stack.port("postgres." + connection), password, programs);
    }

    @Override
    public synchronized Wire.Address serve(Wire.Wanted wanted, Consumer<String> progress) {
        int port = server.start(progress);
        if (wanted.seed() != null) {
            new SeedLoader(server, connection, progress).load(Seed.read(Path.of(wanted.seed()), Wire.Kind.POSTGRES));
        }
        return new Wire.Address("127.0.0.1", port, PostgresServer.USER, password);
    }

    @Override
    public Optional<Wire.State> state() {
        return server.running()
                .map(process -> new Wire.State(
                        connection,
                        Wire.Kind.POSTGRES.type,
                        "127.0.0.1:" + process.port(),
                        process.process().pid(),
                        folder.toString()));
    }

    @Override
    public void close() {
        // The server is a process of its own.
    }
}
