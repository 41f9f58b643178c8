package org.tofro.connect.warehouse;

import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;
import org.tofro.connect.RunningSteps;
import org.tofro.connect.StepRefusal;
import org.tofro.data.RunContext;
import org.tofro.data.TableName;
import org.tofro.settings.RedshiftConnection;

/**
 * The records of a pipeline's runs beside its lease. A file-producing step is done when its record stands here: the first
 * one wins, whatever a second attempt has staged meanwhile.
 */
public final class CommitRecords {
    static final String COLUMNS = """
             (run varchar(300), step varchar(300), kind varchar(20), token bigint, payload varchar(65535),
              recorded_at timestamp)""";

    private static final String FILES = "files";
    static final String BACKEND = "backend";
    private static final String CHECK = "check";
    private static final String LOADED = "loaded";

    private final TableName table;
    private final Lease lease;
    private final RunContext run;
    private final Transactions transactions;

    /**
     * @param step the step that asks, for the label of its statements
     */
    public CommitRecords(RedshiftConnection connection, RunContext run, String step, int leaseSeconds) {
        this.table = SafetyTables.records(run.pipeline());
        this.lease = new Lease(connection, run.pipeline(), leaseSeconds);
        this.run = run;
        this.transactions = new Transactions(connection, label(run, step));
    }

    static String label(RunContext run, String step) {
        return "tofro:" + run.pipeline() + "/" + step + "/" + run.run();
    }

    /** Where the list of the step's files stands, if an attempt of this run has committed one. */
    public Optional<String> find(String step, RunningSteps.Work work) throws WarehouseException, InterruptedException {
        return reading("cannot read the commit record of step '" + step + "'", work, s -> read(s, step, FILES));
    }

    /**
     * Commits the step's files.
     *
     * @param filesUri where the list of the files stands
     * @return {@code filesUri}, or what an attempt before this one has committed
     */
    public String commit(String step, String filesUri, RunningSteps.Work work)
            throws WarehouseException, FencedException, InterruptedException {
        return commit("cannot commit the files of step '" + step + "'", step, FILES, filesUri, work);
    }

    /** How many rows the step has loaded where no transaction of the warehouse's says so, if an attempt of this run has. */
    public Optional<Long> findLoaded(String step, RunningSteps.Work work)
            throws WarehouseException, InterruptedException {
        return reading("cannot read the record of step '" + step + "'", work, s -> read(s, step, LOADED))
                .map(Long::valueOf);
    }

    /** Records that the step has loaded its rows elsewhere, so that no later attempt of this run does it again. */
    public void commitLoaded(String step, long rows, RunningSteps.Work work)
            throws WarehouseException, FencedException, InterruptedException {
        commit("cannot record the load of step '" + step + "'", step, LOADED, Long.toString(rows), work);
    }

    /** Throws unless this launch still holds the lease: to be asked right before rows are committed elsewhere. */
    public void demandLease(RunningSteps.Work work) throws WarehouseException, FencedException, InterruptedException {
        lease.demandNow(work, run.token());
    }

    private String commit(String what, String step, String kind, String payload, RunningSteps.Work work)
            throws WarehouseException, FencedException, InterruptedException {
        try {
            return transactions.run(what, work, session -> {
                lease.lock(session);
                Optional<String> first = read(session, step, kind);
                if (first.isPresent()) {
                    return first.get();
                }
                lease.demand(session, run.token());
                lease.mark(session);
                write(session, step, kind, payload);
                return payload;
            });
        } catch (StepRefusal e) {
            throw new IllegalStateException("a commit record is never refused", e);
        }
    }

    /** What a check finds before it looks at its table: whether it has let this run pass, and what the last run left. */
    CheckRecord.Before beforeCheck(String step, TableName checked, RunningSteps.Work work)
            throws WarehouseException, InterruptedException {
        return reading(
                "cannot read the record of check '" + step + "'",
                work,
                session -> new CheckRecord.Before(
                        read(session, step, CHECK)
                                .map(payload -> CheckRecord.of(run.run(), checked, payload))
                                .orElse(null),
                        earlierCheck(session, step, checked).orElse(null)));
    }

    private Optional<CheckRecord> earlierCheck(WarehouseSession session, String step, TableName checked)
            throws SQLException {
        String prefix = CheckRecord.prefix(checked);
        String uncounted = prefix + CheckRecord.NOT_COUNTED + "\n";
        return session.first(
                row -> CheckRecord.of(row.getString(1), checked, row.getString(2)),
                "SELECT run, payload FROM " + table.sql()
                        + " WHERE run <> ? AND step = ? AND kind = ? AND left(payload, "
                        + prefix.codePointCount(0, prefix.length()) + ") = ? AND left(payload, "
                        + uncounted.codePointCount(0, uncounted.length()) + ") <> ?"
                        + " ORDER BY token DESC, recorded_at DESC LIMIT 1",
                run.run(),
                step,
                CHECK,
                prefix,
                uncounted);
    }

    /**
     * Records that a check has let this run pass.
     *
     * @return the record, or that of an attempt before this one
     */
    CheckRecord commitCheck(String step, CheckRecord record, RunningSteps.Work work)
            throws WarehouseException, FencedException, InterruptedException {
        String won = commit("cannot record check '" + step + "'", step, CHECK, record.payload(), work);
        return CheckRecord.of(run.run(), record.table(), won);
    }

    private <T> T reading(String what, RunningSteps.Work work, Transactions.Body<T> body)
            throws WarehouseException, InterruptedException {
        try {
            return transactions.run(what, work, body);
        } catch (StepRefusal | FencedException e) {
            throw new IllegalStateException("reading refuses nothing", e);
        }
    }

    private Optional<String> read(WarehouseSession session, String step, String kind) throws SQLException {
        return session.first(
                row -> row.getString(1),
                "SELECT payload FROM " + table.sql()
                        + " WHERE run = ? AND step = ? AND kind = ? ORDER BY recorded_at, payload LIMIT 1",
                run.run(),
                step,
                kind);
    }

    /** As {@link #firstStaged(WarehouseSession)}, on a connection of its own. */
    public Optional<Long> firstStaged(RunningSteps.Work work) throws WarehouseException, InterruptedException {
        return reading(
                "cannot read since when run '" + run.run() + "' has its rows",
                work,
                session -> SafetyTables.exists(session, table) ? firstStaged(session) : Optional.empty());
    }

    /** The token of the launch that first committed staged files of this run; empty where none has. */
    Optional<Long> firstStaged(WarehouseSession session) throws SQLException {
        return session.first(
                row -> row.getLong(1),
                "SELECT token FROM " + table.sql() + " WHERE run = ? AND kind = ? ORDER BY token LIMIT 1",
                run.run(),
                FILES);
    }

    /**
     * Notes the server process that is about to work for the step, so that a later launch can end it should it be left
     * behind holding a lock. Runs outside of the step's transaction.
     */
    void noteBackend(WarehouseSession session, String step) throws SQLException {
        String backend = session.first(row -> row.getLong(1) + " " + row.getString(2), """
                        SELECT process, cast(starttime as varchar(40)) FROM stv_sessions
                        WHERE process = pg_backend_pid()""")
                .orElse("");
        write(session, step, BACKEND, backend);
    }

    /**
     * Ends server processes that earlier attempts of this pipeline's steps have left behind.
     *
     * @return how many were ended
     */
    int endLeftBackends(WarehouseSession session, String step) throws SQLException {
        // Two queries, because Redshift joins no table of the leader node with a user's.
        Set<String> noted = Set.copyOf(session.query(
                row -> row.getString(1),
                "SELECT payload FROM " + table.sql() + " WHERE kind = ? AND (token < ? OR run = ? AND step = ?)",
                BACKEND,
                run.token(),
                run.run(),
                step));
        return LeftBackends.end(session, noted);
    }

    private void write(WarehouseSession session, String step, String kind, String payload) throws SQLException {
        session.execute(
                "INSERT INTO " + table.sql() + " (run, step, kind, token, payload, recorded_at)"
                        + " VALUES (?, ?, ?, ?, ?, getdate())",
                run.run(),
                step,
                kind,
                run.token(),
                payload);
    }
}
