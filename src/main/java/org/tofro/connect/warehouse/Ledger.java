package org.tofro.connect.warehouse;

import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.tofro.data.Figures;
import org.tofro.data.RunContext;
import org.tofro.data.TableName;

/** The ledger of a target table: a row for each step of each run that has changed it, written in the change's own transaction. */
final class Ledger {
    static final String COLUMNS = """
             (place bigint, run varchar(300), step varchar(300), pipeline varchar(300), token bigint,
              rows_in bigint, rows_out bigint, watermark varchar(4096), notes varchar(65535), finished_at timestamp,
              interval_start timestamp, interval_end timestamp)""";

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

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
                        + " (place, run, step, pipeline, token, rows_in, rows_out, watermark, notes, finished_at,"
                        + " interval_start, interval_end)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, getdate(), cast(? AS timestamp), cast(? AS timestamp))",
                place,
                run.run(),
                step,
                run.pipeline(),
                run.token(),
                entry.rowsIn(),
                entry.rowsOut(),
                entry.watermark(),
                String.join("\n", entry.notes()),
                time(run.intervalStart()),
                time(run.intervalEnd()));
    }

    /** The last other run that put rows of this run's interval, or of a part of it, into the target by this step. */
    Optional<AddedBefore> ofSameInterval(WarehouseSession session, RunContext run, String step) throws SQLException {
        return session.first(
                row -> new AddedBefore(row.getString(1), row.getLong(2)),
                "SELECT run, rows_out FROM " + table.sql() + " WHERE pipeline = ? AND step = ? AND run <> ?"
                        + " AND rows_out > 0 AND interval_start < cast(? AS timestamp)"
                        + " AND interval_end > cast(? AS timestamp) ORDER BY place DESC LIMIT 1",
                run.pipeline(),
                step,
                run.run(),
                time(run.intervalEnd()),
                time(run.intervalStart()));
    }

    /** Columns that ledgers of before do not have; where they are added they are NULL in the rows that stand there. */
    static List<String> addedColumns() {
        return List.of("interval_start", "interval_end");
    }

    /** A moment as the ledger's columns without a time zone hold it, which is by UTC. */
    static String time(Instant moment) {
        return TIME.format(moment);
    }

    private static List<String> lines(@Nullable String notes) {
        return notes == null || notes.isEmpty() ? List.of() : notes.lines().toList();
    }
}
