package org.tofro.connect.jdbc;

import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.extract.ExtractException;

/**
 * A plan, and the snapshot of the transaction that made it, for other sessions to import.
 *
 * @param read the plan
 * @param name the snapshot's name on the server; null where one reader reads alone
 * @param refused whether there is one reader because the server does not share snapshots
 */
record PostgresSnapshot(PlannedRead read, @Nullable String name, boolean refused) implements SharedSnapshot {
    /**
     * Plans in the session's transaction, and exports its snapshot where more than one reader will read. A server may
     * refuse that: not every user may do it, not every product that speaks PostgreSQL's protocol can, and hot standbys
     * can only since PostgreSQL 10. Then the plan has one reader and says why.
     *
     * @param most how many sessions the extract may have
     */
    static PostgresSnapshot plan(ExtractRequest request, PostgresSession session, int most) throws SQLException {
        PlannedRead planned = new ReadPlanner(request, session).plan();
        if (Math.min(planned.plan().readers(), most) == 1) {
            return new PostgresSnapshot(planned, null, false);
        }
        try {
            return new PostgresSnapshot(planned, export(session), false);
        } catch (SQLException e) {
            if (PostgresErrors.isTransient(e)) {
                throw e;
            }
            session.beginAgain();
            PlannedRead alone = new ReadPlanner(request.readBy(1), session).plan();
            String reason = "one reader: the server does not share a snapshot among sessions (%s)"
                    .formatted(PostgresErrors.message(e));
            return new PostgresSnapshot(because(reason, alone), null, true);
        }
    }

    @Override
    public int readers() {
        return name == null ? 1 : read.plan().readers();
    }

    /** The session that planned has it already. */
    @Override
    public void take(SourceSession first) {}

    @Override
    public boolean join(ExtractRequest request, SourceSession other) throws SQLException {
        into(Objects.requireNonNull(name, "nobody joins a reader that is alone"), request, (PostgresSession) other);
        return true;
    }

    /** The snapshot waits for nobody. */
    @Override
    public void absent() {}

    @Override
    public List<String> notes() {
        return List.of();
    }

    private static PlannedRead because(String reason, PlannedRead planned) {
        return new PlannedRead(planned.plan().because(reason), planned.columns(), planned.queries());
    }

    private static String export(PostgresSession session) throws SQLException {
        try (Statement statement = session.statement();
                var row = statement.executeQuery("SELECT pg_catalog.pg_export_snapshot()")) {
            row.next();
            return row.getString(1);
        }
    }

    /**
     * Makes a session that has read nothing yet see what the snapshot's owner sees, also when the owner has gone later:
     * it holds the snapshot by itself from then on.
     */
    static void into(String name, ExtractRequest request, PostgresSession session) throws SQLException {
        try (Statement statement = session.statement()) {
            // The name comes from the server and holds digits, letters and hyphens only; the statement takes no
            // parameter.
            statement.execute("SET TRANSACTION SNAPSHOT '" + name + "'");
        } catch (SQLException e) {
            if (List.of("42704", "22023").contains(PostgresErrors.state(e))) {
                // Undefined object since PostgreSQL 17, invalid value before.
                throw new ExtractException(
                        request.where() + ": the session that held the snapshot was lost before all readers had it",
                        true,
                        e);
            }
            throw e;
        }
    }
}
