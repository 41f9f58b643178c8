package org.tofro.connect.jdbc;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Properties;
import org.postgresql.PGProperty;
import org.tofro.connect.extract.ExtractException;
import org.tofro.connect.staging.AttemptPath;
import org.tofro.connect.tls.TlsTrouble;
import org.tofro.settings.PostgresConnection;

/** The sessions that a run has on a PostgreSQL server, found by the label that each of them carries. */
public final class SourceSessions {
    private static final String LOGIN_SECONDS = "5";

    private SourceSessions() {}

    /** How to open a session of somebody at a terminal. */
    public static Properties properties(PostgresConnection server, String database) {
        return PostgresSession.properties(server, database, "tofro:sql");
    }

    /** How to open a session that carries the label of that attempt, and notices a server that has gone. */
    public static Properties properties(PostgresConnection server, String database, AttemptPath path) {
        Properties properties = PostgresSession.properties(server, database, SessionName.of(path));
        PGProperty.SOCKET_FACTORY.set(properties, KeepAliveSockets.class.getName());
        properties.putIfAbsent(PGProperty.CONNECT_TIMEOUT.getName(), "10");
        properties.putIfAbsent(PGProperty.LOGIN_TIMEOUT.getName(), "15");
        return properties;
    }

    /**
     * Ends them.
     *
     * @return how many there were
     * @throws ExtractException where the server cannot be asked
     */
    public static int endOfRun(PostgresConnection server, String run) {
        // Every server of RDS has this database, and sessions are seen from any.
        Properties properties = PostgresSession.properties(server, "postgres", "tofro:cancel");
        PGProperty.CONNECT_TIMEOUT.set(properties, LOGIN_SECONDS);
        PGProperty.LOGIN_TIMEOUT.set(properties, LOGIN_SECONDS);
        PGProperty.SOCKET_TIMEOUT.set(properties, LOGIN_SECONDS);
        try (Connection connection = DriverManager.getConnection("jdbc:postgresql:///", properties);
                PreparedStatement end = connection.prepareStatement("""
                        SELECT count(pg_catalog.pg_terminate_backend(pid)) FROM pg_catalog.pg_stat_activity
                        WHERE application_name LIKE 'tofro:%' AND right(application_name, ?) = ?
                            AND usename = current_user""")) {
            String ending = "/" + SessionName.runOf(run);
            end.setInt(1, ending.length());
            end.setString(2, ending);
            try (ResultSet row = end.executeQuery()) {
                row.next();
                return row.getInt(1);
            }
        } catch (SQLException e) {
            String trouble = TlsTrouble.of(e, "the server");
            throw new ExtractException(
                    "connection '" + server.name() + "' at " + server.host() + ":" + server.port()
                            + ": cannot look for sessions of run " + run + ": "
                            + (trouble == null ? e.getMessage() : trouble),
                    false,
                    e);
        }
    }
}
