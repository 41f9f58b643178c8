package org.tofro.connect.jdbc;

import java.sql.SQLException;
import java.time.Duration;
import org.tofro.connect.extract.ExtractException;
import org.tofro.settings.PostgresConnection;

/**
 * A PostgreSQL server.
 *
 * @param connection its address and the user
 */
public record PostgresServer(PostgresConnection connection) implements SourceServer {
    @Override
    public String name() {
        return connection.name();
    }

    @Override
    public String address() {
        return connection.host() + ":" + connection.port();
    }

    @Override
    public String user() {
        return connection.user();
    }

    @Override
    public int maxConnections() {
        return connection.maxConnections();
    }

    @Override
    public SourceSession open(ExtractRequest request, Duration login) throws SQLException {
        return PostgresSession.open(connection, request, login);
    }

    @Override
    public boolean isFull(SQLException e) {
        return PostgresErrors.isFull(e);
    }

    @Override
    public ExtractException translate(ExtractRequest request, SQLException e) {
        return PostgresErrors.translate(request, e);
    }
}
