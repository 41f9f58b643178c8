package org.tofro.local;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** RDS for MySQL: a MariaDB server for each connection. */
final class MysqlStandIn implements StandIn {
    private final String connection;
    private final Path folder;
    private final String password;
    private final MariadbServer server;

    MysqlStandIn(String connection, StackFolder stack, String password, MariadbPrograms programs) {
        this.connection = connection;
        this.folder = stack.mysql(connection);
        this.password = password;
        this.server =
                new MariadbServer(connection, folder, stack.port("mysql." + connection), password, programs, List.of());
    }

    @Override
    public synchronized Wire.Address serve(Wire.Wanted wanted, Consumer<String> progress) {
        int port = server.start(progress);
        if (wanted.seed() != null) {
            new MysqlSeedLoader(server, connection, progress).load(Seed.read(Path.of(wanted.seed()), Wire.Kind.MYSQL));
        }
        return new Wire.Address("127.0.0.1", port, MariadbServer.USER, password);
    }

    @Override
    public Optional<Wire.State> state() {
        return server.running()
                .map(process -> new Wire.State(
                        connection,
                        Wire.Kind.MYSQL.type,
                        "127.0.0.1:" + process.port(),
                        process.process().pid(),
                        folder.toString()));
    }

    @Override
    public void close() {
        // The server is a process of its own.
    }
}
