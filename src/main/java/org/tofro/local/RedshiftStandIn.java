package org.tofro.local;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.function.Consumer;

/** Redshift: a PostgreSQL server of its own. */
final class RedshiftStandIn implements StandIn {
    /** What Redshift calls the database that it makes by default. */
    static final String DEFAULT_DATABASE = "dev";

    private final String connection;
    private final Path folder;
    private final String password;
    private final PostgresServer server;

    RedshiftStandIn(String connection, StackFolder stack, String password, PostgresPrograms programs) {
        this.connection = connection;
        this.folder = stack.redshift(connection);
        this.password = password;
        this.server = new PostgresServer(connection, folder, stack.port("redshift." + connection), password, programs);
    }

    @Override
    public synchronized Wire.Address serve(Wire.Wanted wanted, Consumer<String> progress) {
        int port = server.start(progress);
        try (Connection admin = server.connect("postgres")) {
            createDatabase(admin, wanted.database() == null ? DEFAULT_DATABASE : wanted.database());
        } catch (SQLException e) {
            throw new StackException("Cannot prepare the stand-in of '" + connection + "': " + e.getMessage(), e);
        }
        return new Wire.Address("127.0.0.1", port, PostgresServer.USER, password);
    }

    private static void createDatabase(Connection admin, String name) throws SQLException {
        try (Statement statement = admin.createStatement();
                ResultSet found = statement.executeQuery(
                        "SELECT 1 FROM pg_database WHERE datname = " + statement.enquoteLiteral(name))) {
            if (!found.next()) {
                statement.execute("CREATE DATABASE " + statement.enquoteIdentifier(name, true));
            }
        }
    }

    @Override
    public Optional<Wire.State> state() {
        return server.running()
                .map(process -> new Wire.State(
                        connection,
                        Wire.Kind.REDSHIFT.type,
                        "127.0.0.1:" + process.port(),
                        process.process().pid(),
                        folder.toString()));
    }

    @Override
    public void close() {
        // The server is a process of its own.
    }
}
