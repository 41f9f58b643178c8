package org.tofro.connect.warehouse;

import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tofro.data.TableName;
import org.tofro.settings.RedshiftConnection;

/** Server processes that a run's steps have noted beside the lease, and that are to work no longer. */
public final class LeftBackends {
    private LeftBackends() {}

    /**
     * Ends those of one run, whichever launch of it they belong to.
     *
     * @return how many there were
     */
    public static int endOfRun(RedshiftConnection connection, String pipeline, String run) throws WarehouseException {
        TableName records = SafetyTables.records(pipeline);
        try (WarehouseSession session = WarehouseSession.open(connection, "tofro:" + pipeline + "/cancel")) {
            if (!SafetyTables.exists(session, records)) {
                return 0;
            }
            return end(
                    session,
                    Set.copyOf(session.query(
                            row -> row.getString(1),
                            "SELECT payload FROM " + records.sql() + " WHERE kind = ? AND run = ?",
                            CommitRecords.BACKEND,
                            run)));
        } catch (SQLException e) {
            throw WarehouseException.of("cannot end the server processes of run " + run, e);
        }
    }

    /** Ends those of the noted processes that still live; returns how many. */
    static int end(WarehouseSession session, Set<String> noted) throws SQLException {
        Map<Long, String> sessions = new HashMap<>();
        session.query(
                row -> sessions.put(row.getLong(1), row.getString(2)),
                "SELECT process, cast(starttime as varchar(40)) FROM stv_sessions WHERE process <> pg_backend_pid()");
        List<Long> left = sessions.entrySet().stream()
                .filter(open -> noted.contains(open.getKey() + " " + open.getValue()))
                .map(Map.Entry::getKey)
                .toList();
        for (long process : left) {
            session.query(row -> row.getBoolean(1), "SELECT pg_terminate_backend(" + process + ")");
        }
        return left.size();
    }
}
