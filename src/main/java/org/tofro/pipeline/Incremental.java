package org.tofro.pipeline;

import org.jspecify.annotations.Nullable;

/**
 * How an extract tells what is new since the last run.
 *
 * @param cursor the column whose values do not fall behind as rows are written
 * @param initialValue where the first run begins; null for the beginning
 * @param lag how far behind the last run's end each run begins again; null for not at all
 * @param nulls what becomes of rows without a value
 */
public record Incremental(
        String cursor,
        @Nullable String initialValue,
        @Nullable String lag,
        Nulls nulls) {

    /** What becomes of rows whose cursor is NULL. */
    public enum Nulls {
        FAIL,
        SKIP,
        READ
    }
}
