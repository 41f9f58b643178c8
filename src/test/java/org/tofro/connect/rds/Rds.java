package org.tofro.connect.rds;

import java.io.IOException;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.tofro.connect.jdbc.SourceDatabase;
import org.tofro.local.LocalMysql;
import org.tofro.settings.Connection;
import org.tofro.settings.MysqlConnection;
import org.tofro.settings.PostgresConnection;
import org.tofro.settings.Secret;

/** A database of a test's own on a real server of either kind. */
record Rds(Connection connection, String database, String url, String user, String password) {
    private static SourceDatabase postgres;
    private static int databases;

    static synchronized Rds postgres() throws IOException, SQLException {
        if (postgres == null) {
            SourceDatabase started = SourceDatabase.start();
            postgres = started;
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                try {
                    started.close();
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            }));
        }
        String name = "rds_" + ++databases;
        postgres.execute("CREATE DATABASE " + name);
        PostgresConnection server = new PostgresConnection(
                "learners", false, null, "127.0.0.1", postgres.port(), "postgres", Secret.of("x"), 8, Map.of());
        return new Rds(server, name, "jdbc:postgresql://127.0.0.1:" + postgres.port() + "/" + name, "postgres", "x");
    }

    static Rds mysql() throws SQLException {
        LocalMysql server = LocalMysql.shared();
        String name = server.database();
        MysqlConnection at = server.connection();
        MysqlConnection named = new MysqlConnection(
                "learners", false, null, at.host(), at.port(), at.user(), at.password(), 8, Map.of());
        return new Rds(
                named,
                name,
                "jdbc:mysql://127.0.0.1:" + at.port() + "/" + name,
                at.user(),
                at.password().reveal());
    }

    boolean isMysql() {
        return connection instanceof MysqlConnection;
    }

    java.sql.Connection connect() throws SQLException {
        return DriverManager.getConnection(url, user, password);
    }

    void execute(String... statements) throws SQLException {
        try (java.sql.Connection session = connect();
                Statement statement = session.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** Rows, fields parted by a bar, NULL as {@code ~}. */
    List<String> rows(String sql) throws SQLException {
        try (java.sql.Connection session = connect();
                Statement statement = session.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> found = new ArrayList<>();
            while (rows.next()) {
                List<String> row = new ArrayList<>();
                for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                    row.add(rows.getString(i) == null ? "~" : rows.getString(i));
                }
                found.add(String.join("|", row));
            }
            return found;
        }
    }

    /** The ledger's rows: step and rows. */
    List<String> ledger() throws SQLException {
        return rows("SELECT run, step, rows_in, rows_out FROM " + (isMysql() ? "tofro_rds_load" : "tofro_rds.load")
                + " ORDER BY run, step");
    }

    @Override
    public String toString() {
        return isMysql() ? "MySQL" : "PostgreSQL";
    }
}
