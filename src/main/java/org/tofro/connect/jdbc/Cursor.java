package org.tofro.connect.jdbc;

import java.io.Serializable;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.tofro.data.CursorRange;

/**
 * The column by which an incremental extract tells new rows from those that earlier runs have read, and what it may assume
 * of them.
 *
 * @param column the column: a timestamp, a date or a number that does not fall behind as rows are written
 * @param initialValue where the first run begins, as the source prints it; null for the beginning
 * @param lag how far behind the last run's end each run begins again, for rows that were committed, or reach a replica,
 *     late: an interval such as {@code 15 minutes}, or a number for a cursor of numbers; null for not at all
 * @param nulls what becomes of rows without a value
 * @param repeatable whether rows that are read again take the place of those that were published before
 * @param last what the last run has read; null where there was none
 * @param start start of the run's interval, inclusive
 * @param end end of it, exclusive
 * @param backfill whether the run reads its interval only, whatever has been read before
 */
public record Cursor(
        String column,
        @Nullable String initialValue,
        @Nullable String lag,
        Nulls nulls,
        boolean repeatable,
        @Nullable CursorRange last,
        Instant start,
        Instant end,
        boolean backfill)
        implements Serializable {

    /** The same behind what a run has read. */
    Cursor after(CursorRange read) {
        return new Cursor(column, initialValue, lag, nulls, repeatable, read, start, end, backfill);
    }

    /** What becomes of rows whose cursor is NULL. */
    public enum Nulls {
        /** There must be none. */
        FAIL,
        /** They are left where they are. */
        SKIP,
        /** Every run reads all of them. */
        READ
    }
}
