package org.tofro.connect.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/**
 * A hot standby.
 *
 * @param replayed the moment, on its primary's clock, up to which it had replayed what was committed there when it was asked;
 *     null where it does not tell
 */
record PostgresReplica(@Nullable String replayed) {
    /**
     * Asks a session that has no transaction yet: a snapshot that is taken later has whatever was replayed now. Null where
     * the server is no replica.
     */
    static @Nullable PostgresReplica of(Statement statement) throws SQLException {
        if (!"t".equals(one(statement, "SELECT pg_catalog.pg_is_in_recovery()"))) {
            return null;
        }
        try {
            // A reader of Aurora replays nothing: it shares its primary's storage, and its caches lag.
            if (one(statement, "SELECT pg_catalog.to_regproc('aurora_version')") != null) {
                return new PostgresReplica(null);
            }
            String replayed = one(statement, "SELECT pg_catalog.pg_last_xact_replay_timestamp()");
            if (replayed == null) {
                // None since it began, but it began with what a checkpoint had.
                replayed = one(statement, "SELECT checkpoint_time FROM pg_catalog.pg_control_checkpoint()");
            }
            return new PostgresReplica(replayed);
        } catch (SQLException e) {
            if (PostgresErrors.isTransient(e)) {
                throw e;
            }
            return new PostgresReplica(null);
        }
    }

    private static @Nullable String one(Statement statement, String sql) throws SQLException {
        try (ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }
}
