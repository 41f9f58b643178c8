package org.tofro.connect.warehouse;

import java.io.Serializable;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.RunningSteps;
import org.tofro.connect.StepAction;
import org.tofro.connect.StepRefusal;
import org.tofro.data.Figures;
import org.tofro.data.RunContext;
import org.tofro.data.ScriptStatement;
import org.tofro.data.StagedFiles;
import org.tofro.data.TableName;
import org.tofro.settings.RedshiftConnection;
import org.tofro.settings.Settings;

/**
 * Runs a script in the warehouse, exactly once: all of it in one transaction with the rows of the ledgers. A script that
 * commits by itself runs beside that transaction, and is done at least once.
 *
 * @param connection the warehouse
 * @param limits the environment's limits
 * @param run the run
 * @param step the step's name
 * @param statements the script
 * @param transactional whether it runs in one transaction
 * @param target the table that the step is for; null where it is for none
 * @param changes the tables that the script changes, as far as they are known
 * @param reads those that it reads and an earlier step of this pipeline writes
 * @param notes what the report says besides
 */
public record RunScript(
        RedshiftConnection connection,
        Settings.Limits limits,
        RunContext run,
        String step,
        List<ScriptStatement> statements,
        boolean transactional,
        @Nullable Target target,
        List<TableName> changes,
        List<TableName> reads,
        List<String> notes)
        implements StepAction {

    /**
     * The table that a script is for.
     *
     * @param definition the DDL that makes it where it is missing
     * @param primaryKey columns of which no two rows may have the same values; empty to take the table's own key
     * @param guards what is refused
     * @param analyze whether its statistics are renewed after the commit
     */
    public record Target(TableName table, String definition, List<String> primaryKey, Guards guards, boolean analyze)
            implements Serializable {}

    @Override
    public Figures perform(RunningSteps.Work work, List<StagedFiles> none) throws Exception {
        if (run.limit().isPresent()) {
            return withNotes(
                    new Figures(0, 0, 0, work.startedAt(), System.currentTimeMillis(), 0, 0, false, List.of()),
                    "not run: the script names tables that a trial run may not change");
        }
        TableName first = target == null ? SafetyTables.ofStep(run.pipeline(), step) : target.table();
        List<TableName> targets =
                Stream.concat(Stream.of(first), changes.stream().sorted()).toList();
        PublishProtocol protocol = new PublishProtocol(connection, limits, run, step, targets, reads);
        Figures figures = protocol.runAll(
                work,
                session -> transactional
                        ? change(session, protocol.targets(), work)
                        : changeApart(protocol.targets(), work));
        String[] more = Stream.concat(notes.stream(), analyze(work).stream()).toArray(String[]::new);
        return withNotes(figures, more);
    }

    private List<Ledger.Entry> change(WarehouseSession session, List<TableName> targets, RunningSteps.Work work)
            throws SQLException, WarehouseException, StepRefusal {
        long before = target == null ? 0 : makeTarget(session, target);
        ScriptRun script = new ScriptRun(statements, true, "nothing was changed");
        script.run(session, work);
        List<String> said = new ArrayList<>(List.of(script.note()));
        if (target != null) {
            work.phase("checking");
            TableShape changed = TableShape.read(session, target.table())
                    .orElseThrow(() -> new WarehouseException(
                            "the script has dropped " + target.table() + "; nothing was changed", false, null));
            List<String> key = target.primaryKey().isEmpty() ? changed.primaryKey() : target.primaryKey();
            target.guards().checkChange(session, run, changed, key, before, rows(session, target.table()), said);
        }
        return entries(session, targets, script, said);
    }

    /**
     * Each statement in a transaction of its own, on a session of its own: the locks of the fences are held meanwhile, and
     * the ledgers are written when all is done.
     */
    private List<Ledger.Entry> changeApart(List<TableName> targets, RunningSteps.Work work) throws WarehouseException {
        Transactions transactions = new Transactions(connection, CommitRecords.label(run, step));
        try (WarehouseSession session = transactions.open().closedBy(work)) {
            new CommitRecords(connection, run, step, limits.leaseSeconds()).noteBackend(session, step);
            if (target != null) {
                makeTarget(session, target);
            }
            ScriptRun script = new ScriptRun(
                    statements,
                    false,
                    "what the statements before it did stays done, and `resume` does all of them again");
            script.run(session, work);
            return entries(
                    session,
                    targets,
                    script,
                    List.of(
                            script.note(),
                            "at least once: each statement was committed by itself, and no guard was on"));
        } catch (SQLException e) {
            throw new WarehouseException(
                    "cannot run the script of step '" + step + "': " + WarehouseException.reason(e), false, e);
        }
    }

    /** Makes the target where it is missing; returns how many rows it has. */
    private long makeTarget(WarehouseSession session, Target made) throws SQLException, WarehouseException {
        if (TableShape.read(session, made.table()).isEmpty()) {
            TableShape.make(session, connection, made.table(), made.definition());
            if (TableShape.read(session, made.table()).isEmpty()) {
                throw new WarehouseException("the table definition did not make " + made.table(), false, null);
            }
        }
        return rows(session, made.table());
    }

    private List<Ledger.Entry> entries(
            WarehouseSession session, List<TableName> targets, ScriptRun script, List<String> said)
            throws SQLException {
        List<Ledger.Entry> entries = new ArrayList<>();
        for (TableName table : targets) {
            boolean ofStep = target == null && entries.isEmpty();
            entries.add(new Ledger.Entry(0, ofStep ? script.changed() : rows(session, table), null, said));
        }
        return entries;
    }

    /** The rows of a table; 0 where it is none, but a view or dropped. */
    private static long rows(WarehouseSession session, TableName table) throws SQLException {
        return SafetyTables.isTable(session, table) ? session.number("SELECT count(*) FROM " + table.sql()) : 0;
    }

    /** Renews the target's statistics; what keeps it from that is a note, because the rows are published. */
    private Optional<String> analyze(RunningSteps.Work work) {
        if (target == null || !target.analyze()) {
            return Optional.empty();
        }
        work.phase("analyzing");
        Transactions transactions = new Transactions(connection, CommitRecords.label(run, step));
        try (WarehouseSession session = transactions.open().closedBy(work)) {
            session.execute("ANALYZE " + target.table().sql());
            return Optional.empty();
        } catch (SQLException e) {
            return Optional.of("not analyzed: " + WarehouseException.reason(e));
        } catch (WarehouseException e) {
            return Optional.of("not analyzed: " + e.getMessage());
        }
    }

    private static Figures withNotes(Figures figures, String... more) {
        List<String> all =
                Stream.concat(figures.notes().stream(), Stream.of(more)).toList();
        return new Figures(
                figures.rowsIn(),
                figures.rowsOut(),
                figures.bytes(),
                figures.startedAt(),
                figures.endedAt(),
                figures.readingMillis(),
                figures.writingMillis(),
                figures.resumed(),
                all);
    }
}
