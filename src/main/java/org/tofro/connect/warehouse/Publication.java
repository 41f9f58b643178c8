package org.tofro.connect.warehouse;

import java.io.Serializable;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.RunningSteps;
import org.tofro.connect.StepRefusal;
import org.tofro.data.CursorRange;
import org.tofro.data.Figures;
import org.tofro.data.RunContext;
import org.tofro.data.TableName;
import org.tofro.settings.RedshiftConnection;
import org.tofro.settings.Settings;

/**
 * A staging table's way into a production table, whatever becomes of the rows that stand there: one transaction of the
 * {@link PublishProtocol}, in which both tables are read from the catalogue, found to hold this run's rows and to fit each
 * other, and then changed. The watermark that the staged rows carry goes into the production table's ledger with them.
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
 * @param primaryKey the key's columns; empty to take the destination's own key
 */
public record Publication(
        RedshiftConnection connection,
        Settings.Limits limits,
        RunContext run,
        String step,
        TableName source,
        boolean sourceLoadedHere,
        TableName destination,
        @Nullable TableName like,
        @Nullable String definition,
        List<String> primaryKey)
        implements Serializable {
    public Publication {
        primaryKey = List.copyOf(primaryKey);
    }

    /** What becomes of the rows, within the transaction; it throws unless the counts add up. */
    @FunctionalInterface
    interface Change {
        /**
         * Changes the production table.
         *
         * @param range the stretch of an incremental extract's cursor that the staged rows are; null for others
         */
        Ledger.Entry apply(WarehouseSession session, TablePair tables, @Nullable CursorRange range)
                throws SQLException, WarehouseException, StepRefusal;
    }

    Figures publish(RunningSteps.Work work, Change change)
            throws WarehouseException, StepRefusal, FencedException, InterruptedException {
        PublishProtocol protocol = new PublishProtocol(connection, limits, run, step, destination, Optional.of(source));
        return protocol.run(work, (session, fence) -> {
            TableShape from = TableShape.read(session, source)
                    .orElseThrow(() -> new WarehouseException(
                            "the source table " + source + " does not exist in '" + connection.name() + "'",
                            false,
                            null));
            Optional<Ledger.Changer> loader = new Ledger(source).last(session);
            boolean loadedByThisRun = loader.map(changer -> changer.is(run)).orElse(false);
            if (sourceLoadedHere && !loadedByThisRun) {
                throw otherRows(loader);
            }
            TablePair tables = new TablePair(from, destination(session, fence, from));
            tables.demandFits();
            tables.demandWidths(session);
            CursorRange range = loadedByThisRun
                    ? loader.flatMap(changer -> CursorRange.parse(changer.watermark()))
                            .orElse(null)
                    : null;
            Ledger.Entry entry = change.apply(session, tables, range);
            work.rows.add(entry.rowsOut());
            LoadedFiles staged = new LoadedFiles(source);
            if (loadedByThisRun && !run.limit().isPresent() && staged.count(session, run) > 0) {
                new LoadedFiles(destination).add(session, run, step, staged);
            }
            return range == null ? entry : entry.withWatermark(range.text());
        });
    }

    private WarehouseException otherRows(Optional<Ledger.Changer> loader) {
        return new WarehouseException(
                source + " holds "
                        + loader.map(changer -> "the rows of run '" + changer.run() + "' of pipeline '"
                                        + changer.pipeline() + "'")
                                .orElse("rows that Tofro did not load")
                        + ", not those of this run; start a new run instead of resuming this one",
                false,
                null);
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
}
