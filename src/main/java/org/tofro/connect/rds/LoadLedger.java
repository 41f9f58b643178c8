package org.tofro.connect.rds;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.warehouse.AddedBefore;
import org.tofro.data.RunContext;

/**
 * Which runs have loaded which tables, kept in the database that they are loaded into: a row for each step of each run,
 * written in the load's own transaction. A row for each table is the lock that loads of it take.
 */
final class LoadLedger {
    private final RdsDialect dialect;
    private final RunContext run;
    private final String step;
    private final String target;

    LoadLedger(RdsDialect dialect, RunContext run, String step, String target) {
        this.dialect = dialect;
        this.run = run;
        this.step = step;
        this.target = target;
    }

    /** What a load did. */
    record Entry(long rowsIn, long rowsOut, List<String> notes) {}

    /** Makes its tables where they are missing; each statement commits by itself. */
    void prepare(Connection session, String user, Destination to) throws SQLException, RdsLoadException {
        try (Statement statement = session.createStatement()) {
            try {
                statement
                        .executeQuery("SELECT 1 FROM " + dialect.loads() + " WHERE 1 = 0")
                        .close();
                statement
                        .executeQuery("SELECT 1 FROM " + dialect.targets() + " WHERE 1 = 0")
                        .close();
            } catch (SQLException e) {
                if (!dialect.isMissing(e)) {
                    throw e;
                }
                make(statement, user, to);
            }
        }
    }

    private void make(Statement statement, String user, Destination to) throws SQLException, RdsLoadException {
        for (String sql : dialect.ledgerDefinitions()) {
            try {
                make(statement, sql);
            } catch (SQLException e) {
                // Insufficient privilege, in PostgreSQL and in MySQL.
                if (!"42501".equals(e.getSQLState()) && e.getErrorCode() != 1142 && e.getErrorCode() != 1044) {
                    throw e;
                }
                throw new RdsLoadException(
                        "user '" + user + "' may not make the tables in which Tofro keeps what it has loaded into"
                                + " database '" + to.database() + "' at '"
                                + to.connection().name()
                                + "'; have somebody who may run there, once: "
                                + String.join("; ", dialect.ledgerDefinitions()),
                        false,
                        e);
            }
        }
    }

    private static void make(Statement statement, String sql) throws SQLException {
        try {
            statement.execute(sql);
        } catch (SQLException e) {
            if (!isMadeByAnother(e)) {
                throw e;
            }
            // The other has committed by now, so that IF NOT EXISTS sees what it has made.
            statement.execute(sql);
        }
    }

    /**
     * PostgreSQL's answers where two sessions make one object at once, IF NOT EXISTS or not: the schema or the table is there
     * (42P06, 42P07), the type that goes with the table's rows (42710), or the entry of a system index (23505).
     */
    private static boolean isMadeByAnother(SQLException e) {
        return List.of("42P06", "42P07", "42710", "23505").contains(String.valueOf(e.getSQLState()));
    }

    /** Takes the table's lock, which waits for an older load of it that may still be committing. */
    void lock(Connection session) throws SQLException {
        try (PreparedStatement claim = session.prepareStatement(dialect.claim())) {
            claim.setString(1, target);
            claim.executeUpdate();
        }
        first(session, "SELECT target FROM " + dialect.targets() + " WHERE target = ? FOR UPDATE", target);
    }

    /** What this step of this run has done already. */
    Optional<Entry> find(Connection session) throws SQLException {
        try (PreparedStatement query = session.prepareStatement(
                "SELECT rows_in, rows_out, notes FROM " + dialect.loads() + " WHERE run = ? AND step = ?")) {
            query.setString(1, run.run());
            query.setString(2, step);
            try (ResultSet row = query.executeQuery()) {
                return row.next()
                        ? Optional.of(new Entry(
                                row.getLong(1),
                                row.getLong(2),
                                row.getString(3).lines().toList()))
                        : Optional.empty();
            }
        }
    }

    /**
     * Refuses to work where a later launch of the pipeline has loaded the table; to replace it also where a run of a later
     * interval has, or another run since this one staged its rows: a resumed run has a new token, and old rows.
     *
     * @param staged the token of the launch of which the staged rows are
     */
    void demandNewest(Connection session, boolean replaces, long staged) throws SQLException, RdsLoadException {
        String later = first(
                session,
                "SELECT run FROM " + dialect.loads() + " WHERE pipeline = ? AND target = ? AND token > ?"
                        + " ORDER BY token LIMIT 1",
                run.pipeline(),
                target,
                run.token());
        if (later == null && replaces) {
            later = first(
                    session,
                    "SELECT run FROM " + dialect.loads() + " WHERE pipeline = ? AND target = ? AND interval_start > ?"
                            + " ORDER BY interval_start LIMIT 1",
                    run.pipeline(),
                    target,
                    utc(run.intervalStart()));
        }
        String since = later != null || !replaces
                ? null
                : first(
                        session,
                        "SELECT run FROM " + dialect.loads() + " WHERE pipeline = ? AND target = ? AND run <> ?"
                                + " AND token > ? ORDER BY token LIMIT 1",
                        run.pipeline(),
                        target,
                        run.run(),
                        staged);
        if (since != null) {
            throw new RdsLoadException(
                    "run " + since + " has loaded " + target
                            + " since this one staged its rows, which are older; nothing was changed. Start a new run"
                            + " instead of resuming this one",
                    false,
                    null);
        }
        if (later != null) {
            throw new RdsLoadException(
                    "run " + later + ", which is a later one, has loaded " + target
                            + " already; this older one changes nothing. Start a new run",
                    false,
                    null);
        }
    }

    /**
     * The last other run that has loaded rows by this step of this run's interval, or of one that begins within it. Ledgers
     * have no ends of intervals, and adding them takes privileges that a loading user need not have.
     */
    Optional<AddedBefore> ofSameInterval(Connection session) throws SQLException {
        try (PreparedStatement query = session.prepareStatement("SELECT run, rows_out FROM " + dialect.loads()
                + " WHERE pipeline = ? AND step = ? AND target = ? AND run <> ? AND rows_out > 0"
                + " AND interval_start >= ? AND interval_start < ? ORDER BY token DESC LIMIT 1")) {
            query.setString(1, run.pipeline());
            query.setString(2, step);
            query.setString(3, target);
            query.setString(4, run.run());
            query.setObject(5, utc(run.intervalStart()));
            query.setObject(6, utc(run.intervalEnd()));
            try (ResultSet row = query.executeQuery()) {
                return row.next() ? Optional.of(new AddedBefore(row.getString(1), row.getLong(2))) : Optional.empty();
            }
        }
    }

    void write(Connection session, Entry entry) throws SQLException {
        try (PreparedStatement insert = session.prepareStatement("INSERT INTO " + dialect.loads()
                + " (run, step, pipeline, target, token, interval_start, rows_in, rows_out, notes, finished_at)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
            insert.setString(1, run.run());
            insert.setString(2, step);
            insert.setString(3, run.pipeline());
            insert.setString(4, target);
            insert.setLong(5, run.token());
            insert.setObject(6, utc(run.intervalStart()));
            insert.setLong(7, entry.rowsIn());
            insert.setLong(8, entry.rowsOut());
            insert.setString(9, String.join("\n", entry.notes()));
            insert.setObject(10, utc(Instant.ofEpochMilli(System.currentTimeMillis())));
            insert.executeUpdate();
        }
    }

    private static LocalDateTime utc(Instant instant) {
        return LocalDateTime.ofInstant(instant, ZoneOffset.UTC);
    }

    private static @Nullable String first(Connection session, String sql, Object... values) throws SQLException {
        try (PreparedStatement query = session.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                query.setObject(i + 1, values[i]);
            }
            try (ResultSet row = query.executeQuery()) {
                return row.next() ? row.getString(1) : null;
            }
        }
    }
}
