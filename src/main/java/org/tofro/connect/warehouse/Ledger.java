package org.tofro.connect.warehouse;

import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.tofro.data.Figures;
import org.tofro.data.RunContext;
import org.tofro.data.TableName;

/** The ledger of a target table: a row for each step of each run that has changed it, written in the change's own transaction. */
final class Ledger {
    static final String COLUMNS = """
             (place bigint, run varchar(300), step varchar(300), pipeline varchar(300), token bigint,
              rows_in bigint, rows_out bigint, watermark varchar(4096), notes varchar(65535), finished_at timestamp)""";

    private final TableName target;
    private final TableName table;

    Ledger(TableName target) {
        this.target = target;
        this.table = SafetyTables.ledger(target);
    }

    /**
     * What a step of a run did to the target.
     *
     * @param rowsIn rows it was given
     * @param rowsOut rows that it wrote
     * @param watermark how far an incremental load has come, as {@link org.tofro.data.CursorRange} writes it; null for
     *     others
     * @param notes what the report says about it
     */
    record Entry(long rowsIn, long rowsOut, @Nullable String watermark, List<String> notes) {
        Entry withWatermark(String text) {
            return new Entry(rowsIn, rowsOut, text, notes);
        }

        /** The entry as figures of a step that found its work done by an earlier attempt. */
        Figures resumed(long startedAt) {
            return new Figures(rowsIn, rowsOut, 0, startedAt, System.currentTimeMillis(), 0, 0, true, notes);
        }
    }

    Optional<Entry> find(WarehouseSession session, RunContext run, String step) throws SQLException {
        return session.first(
                row -> new Entry(row.getLong(1), row.getLong(2), row.getString(3), lines(row.getString(4))),
                "SELECT rows_in, rows_out, watermark, notes FROM " + table.sql()
                        + " WHERE pipeline = ? AND run = ? AND step = ?",
                run.pipeline(),
                run.run(),
                step);
    }

    /**
     * Throws if a later launch of the same pipeline has changed the target already, or if another run has since this one
     * staged its rows: a resumed run has a new token, but its rows are as old as they were.
     *
     * @param staged the token of the launch that first committed staged files of this run; empty where none has
     */
    void demandNewest(WarehouseSession session, RunContext run, Optional<Long> staged)
            throws SQLException, FencedException {
        long newest = session.number(
                "SELECT coalesce(max(token), 0) FROM " + table.sql() + " WHERE pipeline = ?", run.pipeline());
        if (newest > run.token()) {
            throw new FencedException("a later run of pipeline '" + run.pipeline() + "' has changed " + target
                    + " already; this older one changes nothing");
        }
        Optional<String> later = session.first(
                row -> row.getString(1),
                "SELECT run FROM " + table.sql()
                        + " WHERE pipeline = ? AND run <> ? AND token > ? ORDER BY token LIMIT 1",
                run.pipeline(),
                run.run(),
                staged.orElse(run.token()));
        if (later.isPresent()) {
            throw new FencedException("run " + later.get() + " has changed " + target
                    + " since this one staged its rows, which are older; start a new run instead of resuming this one");
        }
    }

    /** Whoever changed the target last; empty where nobody has. Rows are numbered, because clocks tie and jump. */
    Optional<Changer> last(WarehouseSession session) throws SQLException {
        return session.first(
                row -> new Changer(row.getString(1), row.getString(2), row.getString(3)),
                "SELECT pipeline, run, watermark FROM " + table.sql() + " ORDER BY place DESC LIMIT 1");
    }

    /** A run of a pipeline that has changed a table, and the watermark that it left. */
    record Changer(String pipeline, String run, @Nullable String watermark) {
        boolean is(RunContext context) {
            return pipeline.equals(context.pipeline()) && run.equals(context.run());
        }
    }

    void write(WarehouseSession session, RunContext run, String step, Entry entry) throws SQLException {
        long place = session.number("SELECT coalesce(max(place), 0) + 1 FROM " + table.sql());
        session.execute(
                "INSERT INTO " + table.sql()
                        + " (place, run, step, pipeline, token, rows_in, rows_out, watermark, notes, finished_at)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, getdate())",
                place,
                run.run(),
                step,
                run.pipeline(),
                run.token(),
                entry.rowsIn(),
                entry.rowsOut(),
                entry.watermark(),
                String.join("\n", entry.notes()));
    }

    private static List<String> lines(@Nullable String notes) {
        return notes == null || notes.isEmpty() ? List.of() : notes.lines().toList();
    }
}
