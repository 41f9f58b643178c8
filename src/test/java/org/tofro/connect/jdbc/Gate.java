package org.tofro.connect.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Where readers of a test stop: every thousandth row whose query calls {@code pass(id)}, as long as the gate is closed. The
 * function calls itself immutable, so that its query is read by ranges all the same.
 */
final class Gate implements AutoCloseable {
    private static final String READERS = """
            FROM pg_catalog.pg_stat_activity
            WHERE application_name LIKE 'tofro:%' AND query LIKE 'COPY%' AND wait_event = 'PgSleep'
            """;

    private final SourceDatabase database;
    private final Connection keeper;

    private Gate(SourceDatabase database, Connection keeper) {
        this.database = database;
        this.keeper = keeper;
    }

    /** Makes the function. */
    static void build(SourceDatabase database) throws SQLException {
        database.execute("""
                CREATE FUNCTION pass(id int) RETURNS boolean IMMUTABLE PARALLEL RESTRICTED LANGUAGE plpgsql AS $$
                BEGIN
                    IF id % 1000 <> 0 THEN
                        RETURN true;
                    END IF;
                    WHILE EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND classid = 1)
                        AND NOT EXISTS (
                            SELECT FROM pg_locks WHERE locktype = 'advisory' AND classid = 2 AND objid = pg_backend_pid())
                    LOOP
                        PERFORM pg_sleep(0.01);
                    END LOOP;
                    RETURN true;
                END $$
                """);
    }

    /** Closes the gate; closing the result opens it, and so does the end of the server. */
    static Gate close(SourceDatabase database) throws SQLException {
        Connection keeper = database.connect("postgres");
        lock(keeper, "1, 0");
        return new Gate(database, keeper);
    }

    private static void lock(Connection keeper, String key) throws SQLException {
        try (Statement statement = keeper.createStatement()) {
            statement.execute("SELECT pg_advisory_lock(" + key + ")");
        }
    }

    /** Waits until that many readers stand here; returns their server processes, that of the first session first. */
    List<String> await(int readers) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (true) {
            List<String> here = database.strings("SELECT pid " + READERS + " ORDER BY backend_start");
            if (here.size() == readers) {
                return here;
            }
            if (System.nanoTime() > deadline) {
                throw new AssertionError("at the gate: " + here + ", of all: " + database.sessions());
            }
            Thread.sleep(20);
        }
    }

    /** Lets one of the readers pass here, and wherever it comes to the gate again. */
    void letPass(String process) throws SQLException {
        lock(keeper, "2, " + process);
    }

    /** Opens the gate. */
    @Override
    public void close() throws SQLException {
        keeper.close();
    }
}
