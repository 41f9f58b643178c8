package org.tofro.pipeline;

/**
 * How a step carries the rows of one table into another.
 *
 * @param source the table whose rows it takes
 * @param destination the table that it changes
 * @param mode what becomes of the rows that stand there
 * @param keyed whether a row whose key stands there already is replaced or left out
 */
public record Publishing(TableUse.Ref source, TableUse.Ref destination, Mode mode, boolean keyed) {

    /** Whether rows that come again, a row's later state or the same once more, take the place of those that came before. */
    public boolean repeatable() {
        return mode == Mode.UPSERT || mode == Mode.REPLACE_INTERVAL || (mode == Mode.APPEND && keyed);
    }

    /** What becomes of the rows that stand in the destination. */
    public enum Mode {
        /** All go. */
        REPLACE,
        /** All stay. */
        APPEND,
        /** Those of the source's keys go. */
        UPSERT,
        /** Those of an interval of time go. */
        REPLACE_INTERVAL
    }
}
