package org.tofro.connect.warehouse;

import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.tofro.connect.RunningSteps;
import org.tofro.connect.StepRefusal;
import org.tofro.data.TableName;
import org.tofro.settings.RedshiftConnection;

/**
 * The lease of a pipeline: who runs it, and until when by the warehouse's clock. It saves double work; what makes a lost
 * lease harmless is its fencing token, which every transaction of the run is checked against.
 */
public final class Lease {
    /** Every statement on a lease is a matter of milliseconds; one that waits must not outwait the lease itself. */
    private static final int STATEMENT_SECONDS = 20;

    /** How long the lease's lock is waited for before the session that holds it is ended. */
    private static final int PATIENCE_SECONDS = 10;

    private final String pipeline;
    private final TableName table;
    private final TableName records;
    private final Transactions transactions;
    private final int seconds;
    private final int patienceSeconds;

    /**
     * @param pipeline the pipeline's name
     * @param seconds the lease's length; a launcher renews it every third of that
     */
    public Lease(RedshiftConnection connection, String pipeline, int seconds) {
        this(connection, pipeline, seconds, PATIENCE_SECONDS);
    }

    Lease(RedshiftConnection connection, String pipeline, int seconds, int patienceSeconds) {
        this.patienceSeconds = patienceSeconds;
        this.pipeline = pipeline;
        this.table = SafetyTables.lease(pipeline);
        this.records = SafetyTables.records(pipeline);
        this.transactions = new Transactions(connection, "tofro:" + pipeline + "/lease", STATEMENT_SECONDS);
        this.seconds = seconds;
    }

    /**
     * A lease as it stands.
     *
     * @param holder whoever took it last, as {@link #acquire} was told
     * @param run the run it was taken for
     * @param token the fencing token
     * @param live whether it has not run out
     * @param secondsLeft how long it still runs
     */
    public record Held(String holder, String run, long token, boolean live, long secondsLeft) {}

    /** The lease was not to be had. */
    public static final class TakenException extends Exception {
        private final Held held;

        TakenException(Held held) {
            super("held by " + held.holder());
            this.held = held;
        }

        public Held held() {
            return held;
        }
    }

    /**
     * Takes the lease for a run.
     *
     * @param holder who takes it; unique to this launch
     * @param dead whether a holder is known to have ended without giving its lease back
     * @return the fencing token: higher than every one before
     */
    public long acquire(String holder, String run, Predicate<String> dead)
            throws TakenException, WarehouseException, InterruptedException {
        try (RunningSteps.Work work = RunningSteps.apart().start("lease")) {
            prepare(work);
            Object answer = transactions.run("cannot take the lease of pipeline '" + pipeline + "'", work, session -> {
                lock(session);
                Optional<Held> held = read(session);
                if (held.isPresent()
                        && held.get().holder().equals(holder)
                        && held.get().live()) {
                    return held.get().token();
                }
                if (held.isPresent()
                        && held.get().live()
                        && !dead.test(held.get().holder())) {
                    return held.get();
                }
                // The clock makes tokens of renamed pipelines comparable; the maximum makes them grow if it jumps back.
                session.execute(
                        "UPDATE " + table.sql() + " SET holder = ?, run = ?, expires_at = " + expiry()
                                + ", token = greatest(token + 1, cast(extract(epoch from getdate()) as bigint) * 1000000)",
                        holder,
                        run);
                return session.number("SELECT max(token) FROM " + table.sql());
            });
            if (answer instanceof Held held) {
                throw new TakenException(held);
            }
            return (Long) answer;
        } catch (StepRefusal | FencedException e) {
            throw new IllegalStateException("taking a lease refuses nothing", e);
        }
    }

    private void prepare(RunningSteps.Work work)
            throws WarehouseException, InterruptedException, StepRefusal, FencedException {
        try (WarehouseSession session = transactions.open()) {
            if (SafetyTables.exists(session, table) && SafetyTables.exists(session, records)) {
                return;
            }
        } catch (SQLException e) {
            throw WarehouseException.of("cannot look for the lease of pipeline '" + pipeline + "'", e);
        }
        transactions.run("cannot make the lease of pipeline '" + pipeline + "'", work, session -> {
            session.execute("CREATE SCHEMA IF NOT EXISTS " + TableName.quote(SafetyTables.SCHEMA));
            session.execute("CREATE TABLE IF NOT EXISTS " + table.sql()
                    + " (holder varchar(1000), run varchar(300), token bigint, expires_at timestamp, commits bigint)");
            session.execute("CREATE TABLE IF NOT EXISTS " + records.sql() + CommitRecords.COLUMNS);
            session.execute("LOCK TABLE " + table.sql());
            session.execute("INSERT INTO " + table.sql()
                    + " SELECT '', '', 0, getdate(), 0 WHERE NOT EXISTS (SELECT 1 FROM " + table.sql() + ")");
            return true;
        });
    }

    /** Looks at the lease without taking it; empty where the pipeline has never had one. */
    public Optional<Held> look() throws WarehouseException {
        try (WarehouseSession session = transactions.open()) {
            return SafetyTables.exists(session, table) ? read(session) : Optional.empty();
        } catch (SQLException e) {
            throw WarehouseException.of("cannot look at the lease of pipeline '" + pipeline + "'", e);
        }
    }

    /**
     * Ends the lease whoever holds it. The token goes up, so that a holder that still lives is fenced: it can renew nothing
     * and publish nothing more.
     *
     * @param token the token of the holder that is meant; another one keeps the lease
     * @return whether that token held it
     */
    public boolean revoke(long token) throws WarehouseException, InterruptedException {
        try (RunningSteps.Work work = RunningSteps.apart().start("lease")) {
            return transactions.run("cannot end the lease of pipeline '" + pipeline + "'", work, session -> {
                lock(session);
                return session.execute(
                                "UPDATE " + table.sql()
                                        + " SET expires_at = getdate(), token = token + 1 WHERE token = ?",
                                token)
                        > 0;
            });
        } catch (StepRefusal | FencedException e) {
            throw new IllegalStateException("ending a lease refuses nothing", e);
        }
    }

    /** Makes the lease last its full length again. Returns false where it has run out or another launch holds it. */
    public boolean renew(RunningSteps.Work work, long token) throws WarehouseException, InterruptedException {
        return renewing(work, "", token);
    }

    /** The same for another run of the launcher that holds it, which from now on stands in it. */
    public boolean renewFor(RunningSteps.Work work, long token, String run)
            throws WarehouseException, InterruptedException {
        return renewing(work, "run = ?, ", run, token);
    }

    private boolean renewing(RunningSteps.Work work, String also, Object... values)
            throws WarehouseException, InterruptedException {
        try {
            return transactions.run(
                    "cannot renew the lease of pipeline '" + pipeline + "'",
                    work,
                    session -> session.execute(
                                    "UPDATE " + table.sql() + " SET " + also + "expires_at = " + expiry()
                                            + " WHERE token = ? AND expires_at > getdate()",
                                    values)
                            > 0);
        } catch (StepRefusal | FencedException e) {
            throw new IllegalStateException("renewing a lease refuses nothing", e);
        }
    }

    /** Gives the lease back, if this token still holds it. */
    public void release(RunningSteps.Work work, long token) throws WarehouseException, InterruptedException {
        try {
            transactions.run(
                    "cannot give back the lease of pipeline '" + pipeline + "'",
                    work,
                    session -> session.execute(
                            "UPDATE " + table.sql() + " SET expires_at = getdate() WHERE token = ?", token));
        } catch (StepRefusal | FencedException e) {
            throw new IllegalStateException("giving back a lease refuses nothing", e);
        }
    }

    /**
     * Throws unless this token holds the lease and it has not run out.
     *
     * <p>Never inside a transaction that lasts: a table that was read stays locked against LOCK until the transaction ends,
     * so no other step could commit its files, and the transaction's own last look would queue behind that for ever.
     */
    void demand(WarehouseSession session, long token) throws SQLException, FencedException {
        Optional<Held> held = read(session);
        if (held.isEmpty() || held.get().token() != token) {
            throw new FencedException("pipeline '" + pipeline + "' was taken over by another launch"
                    + held.map(lease -> " (run " + lease.run() + " of " + lease.holder() + ")")
                            .orElse(""));
        }
        if (!held.get().live()) {
            throw new FencedException("the lease of pipeline '" + pipeline
                    + "' has run out: this process was stopped, or cut off from the warehouse, for too long");
        }
    }

    /** {@link #demand(WarehouseSession, long)} on a connection of its own, beside a transaction that is under way. */
    void demandNow(long token) throws WarehouseException, FencedException {
        try (WarehouseSession session = transactions.open()) {
            demand(session, token);
        } catch (SQLException e) {
            throw WarehouseException.of("cannot look at the lease of pipeline '" + pipeline + "'", e);
        }
    }

    /** The same for who holds much that is not yet committed elsewhere: trouble that passes is waited for. */
    void demandNow(RunningSteps.Work work, long token)
            throws WarehouseException, FencedException, InterruptedException {
        try {
            transactions.run("cannot look at the lease of pipeline '" + pipeline + "'", work, session -> {
                demand(session, token);
                return true;
            });
        } catch (StepRefusal e) {
            throw new IllegalStateException("looking at a lease refuses nothing", e);
        }
    }

    /**
     * Locks the lease in a transaction that others of this pipeline must not overlap. Such transactions, and renewals, take
     * milliseconds: who keeps them waiting for longer is a process that was stopped in the midst of one. Its session is
     * ended, and the transaction may be tried again.
     */
    void lock(WarehouseSession session) throws SQLException, WarehouseException {
        try {
            session.execute("SET statement_timeout TO " + patienceSeconds * 1000L);
            session.execute("LOCK TABLE " + table.sql());
        } catch (SQLException e) {
            if (!WarehouseException.isTimeout(e)) {
                throw e;
            }
            session.rollback();
            int ended = endHolders(session);
            throw new WarehouseException(
                    "the lease of pipeline '" + pipeline + "' was locked for more than " + patienceSeconds + " s"
                            + (ended == 0 ? "" : "; the session that held the lock was ended"),
                    true,
                    e);
        }
    }

    private int endHolders(WarehouseSession session) throws SQLException {
        List<Long> holders = session.query(row -> row.getLong(1), """
                SELECT DISTINCT pid FROM svv_transactions
                WHERE relation = ? AND lock_mode <> 'AccessShareLock' AND granted AND pid <> pg_backend_pid()""", SafetyTables.oid(session, table));
        for (long process : holders) {
            session.query(row -> row.getBoolean(1), "SELECT pg_terminate_backend(" + process + ")");
        }
        return holders.size();
    }

    /** Changes the lease's row, for the reason that {@link Fence} gives. */
    void mark(WarehouseSession session) throws SQLException {
        session.execute("UPDATE " + table.sql() + " SET commits = commits + 1");
    }

    private Optional<Held> read(WarehouseSession session) throws SQLException {
        return session.first(
                row -> new Held(row.getString(1), row.getString(2), row.getLong(3), row.getBoolean(4), row.getLong(5)),
                "SELECT holder, run, token, expires_at > getdate(),"
                        + " cast(extract(epoch from expires_at) - extract(epoch from getdate()) as bigint) FROM "
                        + table.sql() + " ORDER BY token DESC LIMIT 1");
    }

    private String expiry() {
        return "dateadd(second, " + seconds + ", getdate())";
    }
}
