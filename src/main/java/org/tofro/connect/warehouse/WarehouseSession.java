package org.tofro.connect.warehouse;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.RunningSteps;
import org.tofro.connect.tls.TlsSockets;
import org.tofro.connect.tls.TlsTrouble;
import org.tofro.settings.RedshiftConnection;
import org.tofro.settings.SecretException;

/** One connection to the warehouse by Amazon's driver. Every statement on it carries the label of its step and run. */
public final class WarehouseSession implements AutoCloseable {
    private final Connection jdbc;
    private volatile @Nullable Statement running;

    private WarehouseSession(Connection jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * Connects.
     *
     * @param label {@code tofro:<pipeline>/<step>/<run>}; seen as application name and query group
     */
    public static WarehouseSession open(RedshiftConnection connection, String label) throws WarehouseException {
        Properties properties = new Properties();
        properties.putAll(connection.properties());
        if (connection.iam()) {
            // The driver asks AWS for temporary credentials of this database user; cluster and region stand in the
            // host.
            properties.setProperty("DbUser", connection.user());
        } else {
            properties.setProperty("user", connection.user());
            properties.setProperty("password", password(connection));
        }
        properties.setProperty("ApplicationName", label);
        properties.setProperty("loginTimeout", "30");
        properties.setProperty("tcpKeepAlive", "true");
        if (connection.standIn()) {
            properties.setProperty("ssl", "false");
        }
        TlsSockets.tellRedshift(properties, connection.tls());
        String url = "jdbc:redshift:" + (connection.iam() ? "iam:" : "") + "//" + connection.host() + ":"
                + connection.port() + "/" + connection.database();
        try {
            Connection jdbc = DriverManager.getConnection(url, properties);
            WarehouseSession session = new WarehouseSession(jdbc);
            session.execute("SET query_group TO " + Literals.quote(label));
            return session;
        } catch (SQLException e) {
            String what = "cannot connect to '" + connection.name() + "' at " + connection.host() + ":"
                    + connection.port() + "/" + connection.database() + " as user '" + connection.user() + "'";
            String trouble = TlsTrouble.of(e, connection.host() + ":" + connection.port());
            throw trouble == null
                    ? WarehouseException.of(what, e)
                    : new WarehouseException(what + ": " + trouble, false, e);
        }
    }

    private static String password(RedshiftConnection connection) throws WarehouseException {
        try {
            return connection.password().reveal();
        } catch (SecretException e) {
            throw new WarehouseException(
                    "connection '" + connection.name() + "': " + e.getMessage(), e.transientTrouble(), e);
        }
    }

    /** Registers this session's connection, so that cancelling the step closes it. */
    WarehouseSession closedBy(RunningSteps.Work work) {
        work.onCancel(this::abort);
        return this;
    }

    /** Starts a transaction; it ends with {@link #commit} or {@link #rollback}. */
    void begin() throws SQLException {
        jdbc.setAutoCommit(false);
    }

    void commit() throws SQLException {
        jdbc.commit();
        jdbc.setAutoCommit(true);
    }

    /** Ends the transaction without effect; a connection that is lost has done so already. */
    void rollback() {
        try {
            if (!jdbc.getAutoCommit()) {
                jdbc.rollback();
                jdbc.setAutoCommit(true);
            }
        } catch (SQLException lost) {
            abort();
        }
    }

    /** Runs a statement; values bind as parameters. Returns the number of rows it changed, 0 where it has none. */
    long execute(String sql, @Nullable Object... values) throws SQLException {
        if (values.length == 0) {
            try (Statement statement = jdbc.createStatement()) {
                running = statement;
                statement.execute(sql);
                return Math.max(0, statement.getLargeUpdateCount());
            } finally {
                running = null;
            }
        }
        try (PreparedStatement statement = prepare(sql, values)) {
            running = statement;
            return statement.executeLargeUpdate();
        } finally {
            running = null;
        }
    }

    /**
     * Runs a statement that somebody else wrote, as it stands. Of what it selects, a few rows are fetched and let go.
     * Returns the number of rows it changed, 0 where it has none.
     */
    long executeAsWritten(String sql) throws SQLException {
        try (Statement statement = jdbc.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.setMaxRows(100);
            running = statement;
            statement.execute(sql);
            return Math.max(0, statement.getLargeUpdateCount());
        } finally {
            running = null;
        }
    }

    /** The rows of a small query, each mapped while the cursor stands on it. */
    <T> List<T> query(RowMapper<T> mapper, String sql, @Nullable Object... values) throws SQLException {
        try (PreparedStatement statement = prepare(sql, values)) {
            running = statement;
            try (ResultSet rows = statement.executeQuery()) {
                List<T> result = new ArrayList<>();
                while (rows.next()) {
                    result.add(mapper.map(rows));
                }
                return result;
            }
        } finally {
            running = null;
        }
    }

    <T> Optional<T> first(RowMapper<T> mapper, String sql, @Nullable Object... values) throws SQLException {
        return query(mapper, sql, values).stream().findFirst();
    }

    /** The single number that a query gives. */
    long number(String sql, @Nullable Object... values) throws SQLException {
        return query(row -> row.getLong(1), sql, values).get(0);
    }

    private PreparedStatement prepare(String sql, @Nullable Object[] values) throws SQLException {
        PreparedStatement statement = jdbc.prepareStatement(sql);
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
        return statement;
    }

    /** The driver's connection, for what reads metadata or prints results. */
    public Connection jdbc() {
        return jdbc;
    }

    /**
     * Ends the session from any thread. The running statement is cancelled first: while one runs, Amazon's driver does not
     * close its socket when it is told to abort.
     */
    void abort() {
        Statement statement = running;
        try {
            if (statement != null) {
                statement.cancel();
            }
        } catch (SQLException tooLate) {
            // The statement has ended, or the server is gone.
        }
        try {
            jdbc.abort(Runnable::run);
        } catch (SQLException alreadyGone) {
            // The connection is closed either way.
        }
    }

    @Override
    public void close() {
        try {
            if (!jdbc.isClosed()) {
                jdbc.close();
            }
        } catch (SQLException e) {
            abort();
        }
    }

    /** Makes a value of the row that the cursor stands on. */
    @FunctionalInterface
    interface RowMapper<T> {
        T map(ResultSet row) throws SQLException;
    }
}
