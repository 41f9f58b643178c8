package org.tofro.process;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;

/** A server of a stand-in, asked directly: RDS's, or the one behind Redshift's front. */
record Database(String url, String password) {
    private static final String OURS = "looking on";

    Connection connect() throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", "tofro");
        properties.setProperty("password", password);
        properties.setProperty("ApplicationName", OURS);
        return DriverManager.getConnection(url, properties);
    }

    void execute(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** The first column of a query, as text. */
    List<String> column(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> values = new ArrayList<>();
            while (rows.next()) {
                values.add(rows.getString(1));
            }
            return values;
        }
    }

    /** Count and checksum of what a table of the shape of {@code events} holds, in whatever order. */
    String content(String table) throws SQLException {
        return column("SELECT count(*) || ' rows ' || coalesce(sum(hashtextextended(concat_ws('|', id, learner,"
                        + " coalesce(note, '<null>'), score, happened), 0)::numeric), 0) FROM " + table)
                .get(0);
    }

    /** What programs do on this server: their name, state and statement; not the stand-ins' daemon itself. */
    List<String> sessions() throws SQLException {
        return column("SELECT application_name || ' ' || state || ' ' || left(query, 60) FROM pg_stat_activity"
                + " WHERE backend_type = 'client backend' AND application_name LIKE 'tofro:%'");
    }

    /** Holds up whatever comes to the gate of that key, which will be a statement like this. */
    Gate closeGate(int key, String like) throws SQLException {
        Connection connection = connect();
        try (Statement statement = connection.createStatement()) {
            statement.execute("SELECT pg_advisory_lock(" + key + ")");
        }
        return new Gate(this, connection, like);
    }

    /** A lock that the pipelines of these tests wait for in the middle of a step. */
    record Gate(Database database, Connection connection, String like) implements AutoCloseable {
        /** Waits until a session of the program stands before the gate; returns the server's process. */
        String awaitArrival(Program program) throws SQLException, InterruptedException {
            return awaitArrival(program, 90);
        }

        String awaitArrival(Program program, int seconds) throws SQLException, InterruptedException {
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
            while (System.nanoTime() < deadline && program.isAlive()) {
                List<String> found = database.column("SELECT pid FROM pg_stat_activity"
                        + " WHERE application_name LIKE 'tofro:%' AND wait_event = 'advisory' AND query ILIKE '" + like
                        + "'");
                if (!found.isEmpty()) {
                    return found.get(0);
                }
                Thread.sleep(50);
            }
            throw new AssertionError("no statement like '" + like + "' came to the gate:\n" + program.said());
        }

        /** Opens the gate; again does nothing. */
        @Override
        public void close() throws SQLException {
            connection.close();
        }
    }

    /** Waits until no session of a program is left, and returns those that stay longer. */
    List<String> sessionsLeftAfter(int seconds) throws SQLException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (true) {
            List<String> left = sessions();
            if (left.isEmpty() || System.nanoTime() > deadline) {
                return left;
            }
            Thread.sleep(200);
        }
    }
}
