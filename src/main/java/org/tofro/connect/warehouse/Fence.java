package org.tofro.connect.warehouse;

import java.sql.SQLException;
import java.util.List;
import org.tofro.connect.RunningSteps;
import org.tofro.connect.StepRefusal;
import org.tofro.data.RunContext;
import org.tofro.data.TableName;

/**
 * The fence of a target table: a one-row table whose lock every transaction of Tofro on the target takes first.
 *
 * <p>The lock waits for an older attempt that may still be committing. Every transaction also updates the row: should a
 * warehouse take a transaction's snapshot when LOCK starts to wait rather than when it ends, the update meets the older
 * attempt's and the whole transaction is tried again, instead of working on an old picture.
 */
final class Fence {
    private final TableName target;
    private final TableName table;

    Fence(TableName target) {
        this.target = target;
        this.table = SafetyTables.fence(target);
    }

    TableName target() {
        return target;
    }

    /** Makes the fence and the target's ledger where they are missing; safe to run by many at once. */
    void prepare(Transactions transactions, RunningSteps.Work work)
            throws WarehouseException, StepRefusal, FencedException, InterruptedException {
        TableName ledger = SafetyTables.ledger(target);
        try (WarehouseSession session = transactions.open().closedBy(work)) {
            if (SafetyTables.exists(session, table) && missing(session, ledger).isEmpty()) {
                return;
            }
        } catch (SQLException e) {
            throw WarehouseException.of("cannot look for the fence of " + target, e);
        }
        transactions.run("cannot make the fence of " + target, work, session -> {
            session.execute("CREATE SCHEMA IF NOT EXISTS " + TableName.quote(SafetyTables.SCHEMA));
            session.execute("CREATE TABLE IF NOT EXISTS " + table.sql()
                    + " (target varchar(300), token bigint, made_oid bigint)");
            session.execute("CREATE TABLE IF NOT EXISTS " + ledger.sql() + Ledger.COLUMNS);
            session.execute("LOCK TABLE " + table.sql());
            session.execute("INSERT INTO " + table.sql() + " SELECT " + Literals.quote(target.toString())
                    + ", 0, 0 WHERE NOT EXISTS (SELECT 1 FROM " + table.sql() + ")");
            for (String column : missing(session, ledger)) {
                session.execute("ALTER TABLE " + ledger.sql() + " ADD COLUMN " + column + " timestamp");
            }
            return true;
        });
    }

    /** The columns that a ledger which was made before there were any does not have; all where there is no ledger. */
    private static List<String> missing(WarehouseSession session, TableName ledger) throws SQLException {
        List<String> there = SafetyTables.columns(session, ledger);
        return Ledger.addedColumns().stream()
                .filter(column -> !there.contains(column))
                .toList();
    }

    /** Takes the lock, until the transaction ends. */
    void lock(WarehouseSession session) throws SQLException {
        session.execute("LOCK TABLE " + table.sql());
    }

    /** Leaves this launch's token in the fence. */
    void mark(WarehouseSession session, RunContext run) throws SQLException {
        session.execute("UPDATE " + table.sql() + " SET token = ?", run.token());
    }

    /**
     * Whether the target is the very table that Tofro made itself, from a schema; then it may also drop and make it anew. A
     * table that a user has put in its place is another one, though its name is the same.
     */
    boolean madeByTofro(WarehouseSession session) throws SQLException {
        long made = session.number("SELECT coalesce(max(made_oid), 0) FROM " + table.sql());
        return made != 0 && made == SafetyTables.oid(session, target);
    }

    /** Notes whether Tofro has just made the target itself. */
    void setMadeByTofro(WarehouseSession session, boolean made) throws SQLException {
        session.execute("UPDATE " + table.sql() + " SET made_oid = ?", made ? SafetyTables.oid(session, target) : 0L);
    }
}
