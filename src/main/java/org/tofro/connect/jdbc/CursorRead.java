package org.tofro.connect.jdbc;

import java.sql.SQLException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.extract.ExtractException;
import org.tofro.connect.types.SourceType;
import org.tofro.data.CursorRange;
import org.tofro.problem.Spelling;

/**
 * Finds the stretch of a cursor that an incremental extract reads, in the extract's own snapshot.
 *
 * <p>A cursor of time ends where the run's interval ends, or where the server's rows are complete if that is earlier,
 * exclusively: the next run begins with that very value, so rows of equal values are neither lost nor read twice. A cursor of
 * numbers ends at the greatest value that there is. Another row of that value may still come: where rows may be read again it
 * is read now and by the next run too; where they may not, it waits until there is a greater one.
 */
public final class CursorRead {
    private final ExtractRequest request;
    private final CursorValues values;
    private final Cursor cursor;
    private final CursorKind kind;
    private final String from;
    private final String column;
    private boolean replicaIsBehind;

    private CursorRead(ExtractRequest request, CursorValues values, Cursor cursor, CursorKind kind, String from) {
        this.request = request;
        this.values = values;
        this.cursor = cursor;
        this.kind = kind;
        this.from = from;
        this.column = values.name(cursor.column());
    }

    /**
     * What is read.
     *
     * @param condition keeps a query to it
     * @param range for the ledger; null where there is nothing to say yet, because the source is empty
     * @param reason in one sentence
     */
    public record Stretch(String condition, @Nullable CursorRange range, String reason) {}

    /**
     * The stretch that is to be read now.
     *
     * @param type the cursor's type
     * @param from what stands after FROM
     */
    public static Stretch find(ExtractRequest request, CursorValues values, Cursor cursor, SourceType type, String from)
            throws SQLException {
        CursorKind kind = CursorKind.of(type);
        if (kind == null) {
            throw ExtractException.permanent(
                    "%s: column '%s' is %s; a cursor is a timestamp, a date, or a whole or decimal number"
                            .formatted(request.where(), cursor.column(), type.ddl()));
        }
        return new CursorRead(request, values, cursor, kind, from).find();
    }

    /** The cursor is none of the columns that the source has. */
    public static ExtractException withoutColumn(ExtractRequest request, String cursor, Set<String> columns) {
        return ExtractException.permanent("%s: there is no column '%s' for the cursor%s"
                .formatted(request.where(), cursor, Spelling.hint(cursor, columns)));
    }

    private Stretch find() throws SQLException {
        demandNoNulls();
        CursorRange range = kind == CursorKind.NUMBER ? numbers() : times();
        if (range == null) {
            return new Stretch(
                    "false", null, "reads nothing: no row has a value of '%s' yet".formatted(cursor.column()));
        }
        return new Stretch(condition(range), range, reason(range));
    }

    private void demandNoNulls() throws SQLException {
        if (cursor.nulls() != Cursor.Nulls.FAIL) {
            return;
        }
        long nulls = values.nulls(column, from);
        if (nulls > 0) {
            throw ExtractException.permanent(
                    ("%s: column '%s' is NULL in %d row%s, which no incremental run would ever read; `null_cursor: skip`"
                                    + " leaves them out, `null_cursor: read` reads them in every run")
                            .formatted(request.where(), cursor.column(), nulls, nulls == 1 ? "" : "s"));
        }
    }

    private CursorRange times() throws SQLException {
        String end = values.untilNow(kind, values.text(kind, cursor.end()));
        CursorRange last = cursor.last();
        boolean past = last != null && !isBefore(last.to(), end);
        if (cursor.backfill() || past) {
            demandRepeatable();
            return new CursorRange(values.printed(kind, values.text(kind, cursor.start())), end, false, false);
        }
        return new CursorRange(begin(last), complete(end), false, true);
    }

    /** The end, or where the rows are complete if that is earlier; how far runs have come never goes back. */
    private String complete(String end) throws SQLException {
        Horizon horizon = values.horizon(kind);
        if (horizon.server() == Horizon.Server.SILENT_REPLICA && cursor.lag() == null) {
            throw ExtractException.permanent(
                    ("%s: the server is a replica that does not tell how far it has come, so rows that reach it later would be"
                                    + " lost; give `incremental` a `lag` that is longer than it ever falls behind, or read"
                                    + " the primary")
                            .formatted(request.where()));
        }
        if (!isBefore(horizon.until(), end)) {
            return end;
        }
        replicaIsBehind = horizon.server() == Horizon.Server.REPLICA;
        CursorRange last = cursor.last();
        String least = last == null ? begin(null) : last.to();
        if (least == null || isBefore(least, horizon.until())) {
            return horizon.until();
        }
        return isBefore(least, end) ? least : end;
    }

    private void demandRepeatable() {
        if (!cursor.repeatable()) {
            throw ExtractException.permanent(
                    ("%s: the rows of a past interval may have been published before, and `append` would store them twice;"
                                    + " give it a `primary_key` and `on_existing: skip`, or publish by upsert or replace-interval")
                            .formatted(request.where()));
        }
    }

    /** Whether the run's interval reaches beyond what has been read; else it is one of the past that is read again. */
    private boolean isBefore(String last, String end) throws SQLException {
        return values.isBefore(kind, last, end);
    }

    private @Nullable CursorRange numbers() throws SQLException {
        if (cursor.backfill()) {
            throw ExtractException.permanent(
                    ("%s: column '%s' is a number, which does not say to which interval a row belongs; a backfill needs a"
                                    + " cursor of time")
                            .formatted(request.where(), cursor.column()));
        }
        String greatest = values.greatest(column, from);
        CursorRange last = cursor.last();
        if (greatest == null || (last != null && isBefore(greatest, last.to()))) {
            // Rows may have been deleted; how far runs have come never goes back.
            return last == null ? null : new CursorRange(begin(last), last.to(), cursor.repeatable(), true);
        }
        return new CursorRange(begin(last), greatest, cursor.repeatable(), true);
    }

    private @Nullable String begin(@Nullable CursorRange last) throws SQLException {
        if (last == null) {
            return cursor.initialValue() == null ? null : values.printed(kind, cursor.initialValue());
        }
        if (cursor.lag() == null) {
            return last.to();
        }
        return values.minus(kind, last.to(), cursor.lag());
    }

    private String condition(CursorRange range) {
        String upper = column + (range.closed() ? " <= " : " < ") + literal(range.to());
        String both = range.from() == null ? upper : column + " >= " + literal(range.from()) + " AND " + upper;
        return cursor.nulls() == Cursor.Nulls.READ ? "(" + both + " OR " + column + " IS NULL)" : both;
    }

    private String literal(String value) {
        return values.literal(kind, value);
    }

    private String reason(CursorRange range) {
        return "reads %s of '%s'%s up to %s %s%s%s"
                .formatted(
                        range.moves() ? "new values" : "a past interval",
                        cursor.column(),
                        range.from() == null ? "" : " from " + range.from(),
                        range.closed() ? "and with" : "but without",
                        range.to(),
                        replicaIsBehind
                                ? ", no further because the replica had replayed no more of its primary; the next run goes"
                                        + " on from there"
                                : "",
                        range.moves() ? "" : "; later runs go on from where they were");
    }
}
