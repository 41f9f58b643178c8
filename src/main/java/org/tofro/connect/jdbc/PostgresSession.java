package org.tofro.connect.jdbc;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.postgresql.PGConnection;
import org.postgresql.PGProperty;
import org.tofro.connect.staging.AttemptPath;
import org.tofro.settings.PostgresConnection;

/**
 * One connection to PostgreSQL inside a read-only REPEATABLE READ transaction, with every setting pinned that changes
 * how values look as text.
 */
final class PostgresSession implements AutoCloseable {
    private static final int NAME_BYTES = 63;

    // The keepalives let the server notice within a minute that this process or its host is gone.
    private static final String SETTINGS = """
            SET TimeZone = 'UTC';
            SET DateStyle = 'ISO, YMD';
            SET IntervalStyle = 'iso_8601';
            SET extra_float_digits = 3;
            SET bytea_output = 'hex';
            SET xmloption = 'content';
            SET standard_conforming_strings = on;
            SET lock_timeout = '60s';
            SET statement_timeout = 0;
            SET idle_in_transaction_session_timeout = '10min';
            SET tcp_keepalives_idle = 20;
            SET tcp_keepalives_interval = 10;
            SET tcp_keepalives_count = 3
            """;

    private final Connection connection;
    private final int version;
    private final ServerEncoding encoding;

    private PostgresSession(Connection connection, int version, ServerEncoding encoding) {
        this.connection = connection;
        this.version = version;
        this.encoding = encoding;
    }

    static PostgresSession open(ExtractRequest request) throws SQLException {
        PostgresConnection server = request.connection();
        Properties properties = new Properties();
        properties.putAll(server.properties());
        PGProperty.USER.set(properties, server.user());
        PGProperty.PASSWORD.set(properties, server.password().reveal());
        PGProperty.PG_HOST.set(properties, server.host());
        PGProperty.PG_PORT.set(properties, server.port());
        PGProperty.PG_DBNAME.set(properties, request.database());
        PGProperty.APPLICATION_NAME.set(properties, applicationName(request.path()));
        PGProperty.BINARY_TRANSFER.set(properties, false);
        PGProperty.SOCKET_FACTORY.set(properties, KeepAliveSockets.class.getName());
        setDefault(properties, PGProperty.CONNECT_TIMEOUT, "10");
        setDefault(properties, PGProperty.LOGIN_TIMEOUT, "15");
        PGProperty.CANCEL_SIGNAL_TIMEOUT.set(properties, 2);
        Connection connection = DriverManager.getConnection("jdbc:postgresql:///", properties);
        try (Statement statement = connection.createStatement()) {
            int version = connection.getMetaData().getDatabaseMajorVersion();
            statement.execute(SETTINGS);
            if (version >= 14) {
                // A query that is computing notices a client that has gone only by this.
                statement.execute("SET client_connection_check_interval = '10s'");
            }
            connection.setAutoCommit(false);
            connection.setReadOnly(true);
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            String encoding = connection.unwrap(PGConnection.class).getParameterStatus("server_encoding");
            return new PostgresSession(connection, version, ServerEncoding.of(String.valueOf(encoding)));
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    private static void setDefault(Properties properties, PGProperty property, String value) {
        properties.putIfAbsent(property.getName(), value);
    }

    /** {@code tofro:<pipeline>/<step>/<run>} in the 63 bytes that PostgreSQL keeps; the run is cut last. */
    static String applicationName(AttemptPath path) {
        String run = cut(path.run(), 32);
        int left = NAME_BYTES - "tofro:".length() - 2 - run.getBytes(StandardCharsets.UTF_8).length;
        String step =
                cut(path.step(), Math.max(left / 2, left - path.pipeline().getBytes(StandardCharsets.UTF_8).length));
        String pipeline = cut(path.pipeline(), left - step.getBytes(StandardCharsets.UTF_8).length);
        return "tofro:" + pipeline + "/" + step + "/" + run;
    }

    private static String cut(String text, int bytes) {
        String shorter = text;
        while (shorter.getBytes(StandardCharsets.UTF_8).length > bytes) {
            shorter = shorter.substring(0, shorter.offsetByCodePoints(shorter.length(), -1));
        }
        return shorter;
    }

    Connection connection() {
        return connection;
    }

    /** The server's major version. */
    int version() {
        return version;
    }

    /** The encoding of the database's text. */
    ServerEncoding encoding() {
        return encoding;
    }

    /** A statement that takes its SQL as it stands: no placeholders, no JDBC escapes. */
    Statement statement() throws SQLException {
        Statement statement = connection.createStatement();
        statement.setEscapeProcessing(false);
        return statement;
    }

    /** Ends whatever the session is doing, from another thread. */
    void kill() {
        try {
            connection.unwrap(PGConnection.class).cancelQuery();
        } catch (SQLException e) {
            // The server may be gone already; closing the socket below is what counts.
        }
        try {
            connection.abort(Runnable::run);
        } catch (SQLException e) {
            // Closed already.
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            // A broken connection cannot be closed in order; its socket is gone.
        }
    }
}
