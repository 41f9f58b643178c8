package org.tofro.connect.jdbc;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGProperty;
import org.tofro.connect.extract.ExtractException;
import org.tofro.connect.extract.ExtractProgress;
import org.tofro.connect.staging.CsvEncoder;
import org.tofro.connect.tls.TlsSockets;
import org.tofro.connect.types.TypedColumn;
import org.tofro.settings.PostgresConnection;

/**
 * One connection to PostgreSQL inside a read-only REPEATABLE READ transaction, with every setting pinned that changes
 * how values look as text.
 */
final class PostgresSession implements SourceSession {
    private static final int CANCEL_SECONDS = 2;

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
    private final @Nullable PostgresReplica replica;

    private PostgresSession(
            Connection connection, int version, ServerEncoding encoding, @Nullable PostgresReplica replica) {
        this.connection = connection;
        this.version = version;
        this.encoding = encoding;
        this.replica = replica;
    }

    /** @param login how long the server may take to let the session in, where the connection does not say it itself */
    static PostgresSession open(PostgresConnection server, ExtractRequest request, Duration login) throws SQLException {
        Properties properties = properties(server, request.database(), SessionName.of(request.path()));
        PGProperty.BINARY_TRANSFER.set(properties, false);
        PGProperty.SOCKET_FACTORY.set(properties, KeepAliveSockets.class.getName());
        setDefault(properties, PGProperty.CONNECT_TIMEOUT, "10");
        setDefault(properties, PGProperty.LOGIN_TIMEOUT, Long.toString(login.toSeconds()));
        PGProperty.CANCEL_SIGNAL_TIMEOUT.set(properties, CANCEL_SECONDS);
        Connection connection = DriverManager.getConnection("jdbc:postgresql:///", properties);
        try (Statement statement = connection.createStatement()) {
            int version = connection.getMetaData().getDatabaseMajorVersion();
            statement.execute(SETTINGS);
            if (version >= 14) {
                // A query that is computing notices a client that has gone only by this.
                statement.execute("SET client_connection_check_interval = '10s'");
            }
            if (version >= 17) {
                statement.execute("SET transaction_timeout = 0");
            }
            PostgresReplica replica = PostgresReplica.of(statement);
            connection.setAutoCommit(false);
            connection.setReadOnly(true);
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            String encoding = connection.unwrap(PGConnection.class).getParameterStatus("server_encoding");
            return new PostgresSession(connection, version, ServerEncoding.of(String.valueOf(encoding)), replica);
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /** How to reach a database, and what the server sees as the client's name. */
    static Properties properties(PostgresConnection server, String database, String applicationName) {
        Properties properties = new Properties();
        properties.putAll(server.properties());
        PGProperty.USER.set(properties, server.user());
        PGProperty.PASSWORD.set(properties, server.password().reveal());
        PGProperty.PG_HOST.set(properties, server.host());
        PGProperty.PG_PORT.set(properties, server.port());
        PGProperty.PG_DBNAME.set(properties, database);
        PGProperty.APPLICATION_NAME.set(properties, applicationName);
        TlsSockets.tellPostgres(properties, server.tls());
        return properties;
    }

    private static void setDefault(Properties properties, PGProperty property, String value) {
        properties.putIfAbsent(property.getName(), value);
    }

    @Override
    public SharedSnapshot plan(ExtractRequest request, int most) throws SQLException {
        return PostgresSnapshot.plan(request, this, most);
    }

    @Override
    public QueryReader reader(
            Reading.Way way,
            List<TypedColumn> columns,
            String nullMarker,
            CsvEncoder encoder,
            ExtractProgress progress,
            Fault fault) {
        return way == Reading.Way.COPY
                ? new CopyReader(this, columns, nullMarker, encoder, progress, fault)
                : new ResultSetReader(this, columns, encoder, progress, fault);
    }

    @Override
    public ExtractException failure(ExtractRequest request, SQLException e) {
        return replica != null ? PostgresErrors.ofReplica(request, e) : PostgresErrors.translate(request, e);
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

    /** What the server was when the session began, as a hot standby; null where it was none. */
    @Nullable
    PostgresReplica replica() {
        return replica;
    }

    /** Gives the transaction up, with its snapshot; the next statement begins another one. */
    void beginAgain() throws SQLException {
        connection.rollback();
    }

    @Override
    public boolean cancel() {
        long start = System.nanoTime();
        try {
            connection.unwrap(PGConnection.class).cancelQuery();
        } catch (SQLException e) {
            // Closed already, by one side or the other.
        }
        // The driver keeps silent about an answer that did not come.
        return System.nanoTime() - start < TimeUnit.SECONDS.toNanos(CANCEL_SECONDS);
    }

    @Override
    public void abort() {
        try {
            connection.setNetworkTimeout(Runnable::run, 0);
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
