package org.tofro.connect.warehouse;

import java.sql.SQLException;
import java.util.List;
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
    void prepare(Transactions transactions, org.tofro.connect.RunningSteps.Work work)
            throws WarehouseException, StepRefusal, FencedException, InterruptedException {
        TableName ledger = SafetyTables.ledger(target);
        try (WarehouseSession session = transactions.open().closedBy(work)) {
            if (SafetyTables.exists(session, table) && SafetyTables.exists(session, ledger)) {
                return;
            }
        } catch (SQLException e) {
            throw WarehouseException.of("cannot look for the fence of " + target, e);
        }
        transactions.run("cannot make the fence of " + target, work, session -> {
            session.execute("CREATE SCHEMA IF NOT EXISTS " + TableName.quote(SafetyTables.SCHEMA));
            session.execute("CREATE TABLE IF NOT EXISTS " + table.sql()
                    + " (target varchar(300), token bigint, made_by_tofro boolean)");
            session.execute("CREATE TABLE IF NOT EXISTS " + ledger.sql() + Ledger.COLUMNS);
            session.execute("LOCK TABLE " + table.sql());
            session.execute(
                    "INSERT INTO " + table.sql() + " SELECT " + Literals.quote(target.toString())
                            + ", 0, false WHERE NOT EXISTS (SELECT 1 FROM " + table.sql() + ")");
            return true;
        });
    }

    /** Takes the lock, until the transaction ends. */
    void lock(WarehouseSession session) throws SQLException {
        session.execute("LOCK TABLE " + table.sql());
    }

    /** Leaves this launch's token in the fence. */
    void mark(WarehouseSession session, RunContext run) throws SQLException {
        session.execute("UPDATE " + table.sql() + " SET token = ?", run.token());
    }

    /** Whether Tofro made the target itself, from a schema; then it may also drop and make it anew. */
    boolean madeByTofro(WarehouseSession session) throws SQLException {
        List<Boolean> rows = session.query(
                row -> row.getBoolean(1), "SELECT made_by_tofro FROM " + table.sql() + " WHERE made_by_tofro");
        return !rows.isEmpty();
    }

    void setMadeByTofro(WarehouseSession session, boolean made) throws SQLException {
        session.execute("UPDATE " + table.sql() + " SET made_by_tofro = ?", made);
    }
}
