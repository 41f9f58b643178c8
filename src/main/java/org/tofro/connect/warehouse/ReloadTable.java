package org.tofro.connect.warehouse;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.RunningSteps;
import org.tofro.connect.StepAction;
import org.tofro.connect.StepRefusal;
import org.tofro.data.Figures;
import org.tofro.data.RunContext;
import org.tofro.data.StagedFiles;
import org.tofro.data.TableName;
import org.tofro.settings.RedshiftConnection;
import org.tofro.settings.Settings;

/**
 * Replaces all rows of a production table by those of a staging table, in one transaction: readers see all of the old or
 * all of the new. Never by TRUNCATE, which commits, and never by a change of names, which loses grants and views.
 *
 * @param connection the warehouse
 * @param limits the environment's limits
 * @param run the run
 * @param step the step's name
 * @param source the staging table
 * @param sourceLoadedHere whether a step of this pipeline loads the source; then it must hold this run's rows
 * @param destination the production table
 * @param like in a trial run the real production table, whose shape the trial's takes; else null
 * @param definition the DDL that makes the destination where it is missing; null to make it like the source
 * @param primaryKey columns of which no two rows may have the same values; empty to take the destination's own key
 * @param guards what is refused
 */
public record ReloadTable(
        RedshiftConnection connection,
        Settings.Limits limits,
        RunContext run,
        String step,
        TableName source,
        boolean sourceLoadedHere,
        TableName destination,
        @Nullable TableName like,
        @Nullable String definition,
        List<String> primaryKey,
        Guards guards)
        implements StepAction {

    @Override
    public Figures perform(RunningSteps.Work work, List<StagedFiles> none) throws Exception {
        PublishProtocol protocol = new PublishProtocol(connection, limits, run, step, destination, Optional.of(source));
        return protocol.run(work, (session, fence) -> reload(session, fence, work));
    }

    private Ledger.Entry reload(WarehouseSession session, Fence fence, RunningSteps.Work work)
            throws SQLException, WarehouseException, StepRefusal {
        TableShape from = TableShape.read(session, source)
                .orElseThrow(() -> new WarehouseException(
                        "the source table " + source + " does not exist in '" + connection.name() + "'", false, null));
        if (sourceLoadedHere) {
            demandLoadedByThisRun(session);
        }
        TableShape to = destination(session, fence, from);
        demandFits(from, to);

        List<String> notes = new ArrayList<>();
        long staged = session.number("SELECT count(*) FROM " + source.sql());
        long before = session.number("SELECT count(*) FROM " + destination.sql());
        demandWidths(session, from, to);
        guards.check(session, run, from, key(from, to), staged, before, destination, notes);

        work.phase("replacing rows");
        session.execute("DELETE FROM " + destination.sql());
        String columns = TableShape.list(from.names());
        long inserted = session.execute(
                "INSERT INTO " + destination.sql() + " (" + columns + ") SELECT " + columns + " FROM " + source.sql());
        long after = session.number("SELECT count(*) FROM " + destination.sql());
        work.rows.add(after);
        if (inserted != staged || after != staged) {
            throw new WarehouseException(
                    source + " holds " + staged + " rows, INSERT reports " + inserted + " and " + destination
                            + " would hold " + after + "; the reload was rolled back",
                    false,
                    null);
        }
        notes.add(0, "replaced " + before + " rows");
        return new Ledger.Entry(staged, after, null, notes);
    }

    /** The key that is checked; one that the destination fills by itself, such as an identity, cannot be staged twice. */
    private List<String> key(TableShape from, TableShape to) {
        List<String> key = primaryKey.isEmpty() ? to.primaryKey() : primaryKey;
        boolean filled = key.stream().anyMatch(column -> {
            TableShape.Field own = to.field(column);
            return from.field(column) == null && own != null && own.filled();
        });
        return key.isEmpty() || filled ? from.primaryKey() : key;
    }

    /**
     * Refuses values that are too long. The server would refuse them too, but not those whose surplus is blanks: it cuts
     * them in silence. See "Significance of trailing blanks" in the Amazon Redshift Database Developer Guide.
     */
    private void demandWidths(WarehouseSession session, TableShape from, TableShape to)
            throws SQLException, StepRefusal {
        List<String> wrong = new ArrayList<>();
        for (TableShape.Field field : from.columns()) {
            TableShape.Field target = to.field(field.name());
            int width = target == null ? 0 : new Assignment(field.type(), target.type()).narrowedTo();
            if (width == 0) {
                continue;
            }
            long tooLong = session.number("SELECT count(*) FROM " + source.sql() + " WHERE octet_length("
                    + TableName.quote(field.name()) + ") > " + width);
            if (tooLong > 0) {
                wrong.add(tooLong + " value" + (tooLong == 1 ? "" : "s") + " of column '" + field.name()
                        + "' too long for the varchar(" + width + ")");
            }
        }
        if (!wrong.isEmpty()) {
            throw new StepRefusal(source + " has " + String.join(", ", wrong) + " of " + destination
                    + ". Nothing was changed; make the columns wider");
        }
    }

    private void demandLoadedByThisRun(WarehouseSession session) throws SQLException, WarehouseException {
        Optional<Ledger.Changer> last = new Ledger(source).last(session);
        if (!last.map(changer -> changer.is(run)).orElse(false)) {
            throw new WarehouseException(
                    source + " holds "
                            + last.map(changer -> "the rows of run '" + changer.run() + "' of pipeline '"
                                            + changer.pipeline() + "'")
                                    .orElse("rows that Tofro did not load")
                            + ", not those of this run; start a new run instead of resuming this one",
                    false,
                    null);
        }
    }

    private TableShape destination(WarehouseSession session, Fence fence, TableShape from)
            throws SQLException, WarehouseException {
        Optional<TableShape> found = TableShape.read(session, destination);
        if (found.isPresent() && run.limit().isPresent()) {
            session.execute("DROP TABLE " + destination.sql());
            found = Optional.empty();
        }
        if (found.isPresent()) {
            return found.get();
        }
        Optional<TableShape> model = like == null ? Optional.empty() : TableShape.read(session, like);
        String ddl = model.isPresent()
                ? model.get().createAs(destination, model.get().primaryKey())
                : definition != null ? definition : from.createAs(destination, primaryKey);
        TableShape.make(session, connection, destination, ddl);
        fence.setMadeByTofro(session, definition == null);
        return TableShape.read(session, destination)
                .orElseThrow(
                        () -> new WarehouseException("the table definition did not make " + destination, false, null));
    }

    private void demandFits(TableShape from, TableShape to) throws StepRefusal {
        List<String> wrong = new ArrayList<>();
        for (TableShape.Field field : from.columns()) {
            TableShape.Field target = to.field(field.name());
            if (target == null) {
                wrong.add("it has no column '" + field.name() + "'");
            } else if (!new Assignment(field.type(), target.type()).keptByInsert()) {
                wrong.add("its column '" + field.name() + "' is " + target.type() + ", which would change values of "
                        + field.type());
            }
        }
        for (TableShape.Field field : to.columns()) {
            if (from.field(field.name()) == null && !field.filled()) {
                wrong.add("its column '" + field.name() + "' is missing in " + source + " and has no default");
            }
        }
        if (!wrong.isEmpty()) {
            throw new StepRefusal(destination + " does not fit " + source + ": " + String.join("; ", wrong)
                    + ". Nothing was changed; bring the two tables to the same columns and types");
        }
    }
}
