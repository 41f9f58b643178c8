package org.tofro.connect.rds;

import java.io.IOException;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.tofro.connect.RunningSteps;
import org.tofro.connect.StepAction;
import org.tofro.connect.StepRefusal;
import org.tofro.connect.extract.CommittedAttempt;
import org.tofro.connect.staging.AttemptPath;
import org.tofro.connect.staging.StagingArea;
import org.tofro.connect.staging.StagingException;
import org.tofro.connect.tls.TlsTrouble;
import org.tofro.connect.warehouse.AddedBefore;
import org.tofro.connect.warehouse.CommitRecords;
import org.tofro.connect.warehouse.FencedException;
import org.tofro.connect.warehouse.Guards;
import org.tofro.connect.warehouse.WarehouseException;
import org.tofro.data.Figures;
import org.tofro.data.LeftOut;
import org.tofro.data.RunContext;
import org.tofro.data.StagedFiles;
import org.tofro.settings.MysqlConnection;
import org.tofro.settings.PostgresConnection;

/**
 * Loads staged rows into a table of RDS in one transaction, once for each step of each run: lock the table's row of the
 * {@link LoadLedger}, look there for this run, change the rows, compare the counts, write the ledger's row, look at the
 * lease, commit. A commit whose answer is lost is not a special case: the next try finds the ledger's row or does not.
 *
 * @param to where and how
 * @param place where the rows are, and since when the run has them
 * @param lockWaitSeconds how long a table that another session holds is waited for
 */
public record LoadRds(Destination to, CommittedAttempt.Place place, int lockWaitSeconds) implements StepAction {
    private static final int TRIES = 6;
    private static final long FIRST_PAUSE_MILLIS = 200;

    @Override
    public Figures perform(RunningSteps.Work work, List<StagedFiles> given) throws Exception {
        RunContext run = place.run();
        StagedFiles files = given.get(0);
        demandPlaces(files);
        if (run.backfill() && to.replaces()) {
            throw new StepRefusal("a backfill cannot replace all rows of " + to.shown()
                    + ", as the last interval would be all that is left. Nothing was changed; use `mode: append` or an"
                    + " `insert_query` that says what becomes of rows that are there");
        }
        RdsDialect dialect = to.connection() instanceof MysqlConnection ? new MysqlDialect() : new PostgresDialect();
        CommitRecords records = new CommitRecords(
                place.records(), run, place.step(), place.limits().leaseSeconds());
        long since = to.replaces() ? records.firstStaged(work).orElse(run.token()) : run.token();
        try (StagingArea area = StagingArea.open(place.stagingArea(), place.s3())) {
            for (int attempt = 1; ; attempt++) {
                RdsLoadException trouble;
                try {
                    return once(dialect, records, area, files, since, work);
                } catch (RdsLoadException e) {
                    trouble = e;
                }
                if (work.isCancelled() || !trouble.isTransient()) {
                    throw trouble;
                }
                if (attempt == TRIES) {
                    throw new RdsLoadException(trouble.getMessage() + " (tried " + TRIES + " times)", false, trouble);
                }
                work.info(trouble.getMessage() + "; trying again (try " + (attempt + 1) + " of " + TRIES + ")");
                work.phase("waiting to try again");
                work.pause(ThreadLocalRandom.current().nextLong(FIRST_PAUSE_MILLIS / 2, FIRST_PAUSE_MILLIS << attempt));
            }
        }
    }

    private void demandPlaces(StagedFiles files) throws StepRefusal {
        InsertQuery insert = to.insert();
        List<String> names = files.schema().names();
        if (insert != null && insert.places() != names.size()) {
            throw new StepRefusal("the insert_query has " + insert.places() + " places (?), and step '" + files.step()
                    + "' staged " + names.size() + " columns: " + String.join(", ", names)
                    + ". Nothing was changed; give it one for each of them, in this order");
        }
    }

    /** @param since the token of the launch of which the staged rows are */
    private Figures once(
            RdsDialect dialect,
            CommitRecords records,
            StagingArea area,
            StagedFiles files,
            long since,
            RunningSteps.Work work)
            throws RdsLoadException, StepRefusal, WarehouseException, FencedException, InterruptedException {
        RunContext run = place.run();
        String step = place.step();
        work.phase("connecting");
        work.rows.reset();
        AttemptPath path = new AttemptPath(run.pipeline(), run.run(), step, "load");
        try (Connection session = dialect.open(to, path, lockWaitSeconds)) {
            work.onCancel(() -> abort(session));
            TargetTable table = TargetTable.read(session, to.table(), dialect)
                    .orElseThrow(() -> new StepRefusal("there is no table " + to.shown() + " that user '" + user()
                            + "' may see. Nothing was changed; make it, or name its schema: table: schema.name"));
            dialect.demandTransactional(session, table);
            if (to.insert() == null) {
                table.demandFits(files.schema(), to.shown());
            }
            LoadLedger ledger = new LoadLedger(dialect, run, step, table.name().toString());
            ledger.prepare(session, user(), to);
            if (to.insert() == null && ledger.find(session).isEmpty()) {
                new StagedTexts(files, table).demandFits(area, to.shown(), work);
            }
            session.setAutoCommit(false);
            work.phase("waiting for the table");
            ledger.lock(session);
            Optional<LoadLedger.Entry> earlier = ledger.find(session);
            if (earlier.isPresent()) {
                session.rollback();
                return figures(earlier.get(), files, work, true);
            }
            ledger.demandNewest(session, to.replaces(), since);
            List<String> notes = new ArrayList<>();
            if (!trial() && files.rows() > 0 && addsWhateverIsThere(table, files)) {
                Optional<AddedBefore> same = ledger.ofSameInterval(session);
                if (same.isPresent()) {
                    same.get().refuse(run, to.shown(), dialect.onConflict(), notes);
                }
            }
            LoadLedger.Entry entry = load(dialect, session, area, files, table, notes, work);
            if (trial()) {
                session.rollback();
            } else {
                ledger.write(session, entry);
                work.phase("committing");
                records.demandLease(work);
                session.commit();
            }
            return figures(entry, files, work, false);
        } catch (SQLException e) {
            throw translate(dialect, e);
        } catch (IOException | StagingException e) {
            throw new RdsLoadException(
                    "cannot read what step '" + files.step() + "' staged: " + e.getMessage(), true, e);
        }
    }

    private boolean trial() {
        return place.run().limit().isPresent();
    }

    /** Whether rows that come a second time would stand there twice. */
    private boolean addsWhateverIsThere(TargetTable table, StagedFiles files) {
        InsertQuery insert = to.insert();
        boolean known = insert == null ? table.knowsRows(files.schema()) : insert.settles();
        return !to.replaces() && !known;
    }

    private LoadLedger.Entry load(
            RdsDialect dialect,
            Connection session,
            StagingArea area,
            StagedFiles files,
            TargetTable table,
            List<String> notes,
            RunningSteps.Work work)
            throws SQLException, IOException, RdsLoadException, StepRefusal {
        RunContext run = place.run();
        Guards guards = to.guards();
        boolean replace = guards != null && !trial();
        if (guards != null && replace) {
            long before = dialect.lockAndCount(session, table);
            guards.checkCounts(run, to.shown(), before, files.rows(), notes);
            work.phase("removing rows");
            delete(dialect, session, table);
            notes.add("replaced " + before + " rows");
        }
        work.phase("loading");
        RdsDialect.Moved moved = files.files().isEmpty()
                ? new RdsDialect.Moved(0, 0)
                : dialect.insert(session, area, files, table, to.insert(), work);
        boolean plain = to.insert() == null || to.insert().plain();
        if (moved.given() != files.rows() || (plain && moved.changed() != files.rows())) {
            throw uneven(files, moved.given() + " were read back, and the server has inserted " + moved.changed());
        }
        if (replace && plain) {
            long after = dialect.lockAndCount(session, table);
            if (after != files.rows()) {
                throw uneven(files, to.table() + " then held " + after + " (a trigger may have changed them)");
            }
        }
        if (!plain) {
            notes.add("the insert_query changed " + moved.changed() + " rows for " + moved.given());
        }
        if (trial()) {
            notes.add("a trial run: the rows were loaded, counted and rolled back");
        }
        return new LoadLedger.Entry(files.rows(), plain ? moved.changed() : moved.given(), notes);
    }

    private RdsLoadException uneven(StagedFiles files, String counted) {
        return new RdsLoadException(
                "step '" + files.step() + "' staged " + files.rows() + " rows, " + counted
                        + "; the load was rolled back. Run `resume`; if it happens twice, report it",
                false,
                null);
    }

    /** Not TRUNCATE, which in MySQL commits and in PostgreSQL takes the table away from readers. */
    private static void delete(RdsDialect dialect, Connection session, TargetTable table) throws SQLException {
        try (Statement statement = session.createStatement()) {
            statement.executeUpdate(
                    "DELETE FROM " + dialect.quote(String.valueOf(table.name().schema())) + "."
                            + dialect.quote(table.name().name()));
        }
    }

    private RdsLoadException translate(RdsDialect dialect, SQLException e) {
        if (dialect.isLockTimeout(e)) {
            return new RdsLoadException(
                    "another session has held " + to.shown() + " for more than " + lockWaitSeconds
                            + " s; end it, or raise limits: lock_wait_seconds",
                    false,
                    e);
        }
        String trouble = TlsTrouble.of(e, to.address());
        if (trouble != null) {
            return new RdsLoadException(
                    "cannot load " + to.shown() + ": " + trouble + ". Nothing was changed", false, e);
        }
        SQLException next = e instanceof BatchUpdateException ? e.getNextException() : null;
        SQLException first = next == null ? e : next;
        return new RdsLoadException(
                "cannot load " + to.shown() + ": " + dialect.complaint(first) + ". Nothing was changed",
                dialect.isTransient(first),
                e);
    }

    private String user() {
        return to.connection() instanceof MysqlConnection mysql
                ? mysql.user()
                : ((PostgresConnection) to.connection()).user();
    }

    private static Figures figures(LoadLedger.Entry entry, StagedFiles files, RunningSteps.Work work, boolean resumed) {
        long now = System.currentTimeMillis();
        return new Figures(
                entry.rowsIn(),
                entry.rowsOut(),
                LeftOut.NONE,
                files.bytes(),
                work.startedAt(),
                now,
                0,
                resumed ? 0 : now - work.startedAt(),
                resumed,
                entry.notes());
    }

    private static void abort(Connection session) {
        try {
            session.abort(Runnable::run);
        } catch (SQLException e) {
            // Closed already.
        }
    }
}
