package org.tofro.connect.cassandra.write;

/** Reads write timestamps from the text of staged values: microseconds since 1970. */
public final class Moments {
    private Moments() {}

    /** A whole number of microseconds; throws a {@link CellException} where it is none. */
    public static long number(byte[] bytes, int from, int to) {
        try {
            return NumberCells.bigint(bytes, from, to).getLong(0);
        } catch (Cell.Unfit e) {
            throw new CellException("(write timestamp)", "bigint", e.how());
        }
    }

    /** A moment, in UTC where it has no offset; throws a {@link CellException} where it is none or finer than that. */
    public static long micros(byte[] bytes, int from, int to) {
        try {
            return TimeCells.micros(bytes, from, to);
        } catch (Cell.Unfit e) {
            throw new CellException("(write timestamp)", "timestamp", e.how());
        }
    }
}
