package org.tofro.connect.jdbc;

/** A stretch of what an extract reads; one query reads it. */
public sealed interface ReadRange {
    /** Everything at once. */
    ReadRange WHOLE = new Whole();

    /**
     * The condition that keeps a query to the range; empty where there is none.
     *
     * @param qualifier what stands before a column's name, such as {@code t.}
     */
    String condition(String qualifier);

    /** Everything. */
    record Whole() implements ReadRange {
        @Override
        public String condition(String qualifier) {
            return "";
        }

        @Override
        public String toString() {
            return "everything";
        }
    }

    /**
     * Pages of a table's heap.
     *
     * @param from the first page
     * @param to the page after the last one; -1 for no end, so that a page that was added since is not lost
     */
    record Pages(long from, long to) implements ReadRange {
        @Override
        public String condition(String qualifier) {
            String start = "%sctid >= '(%d,0)'::pg_catalog.tid".formatted(qualifier, from);
            return to < 0 ? start : start + " AND %sctid < '(%d,0)'::pg_catalog.tid".formatted(qualifier, to);
        }

        @Override
        public String toString() {
            return to < 0 ? "pages from %d on".formatted(from) : "pages %d to %d".formatted(from, to - 1);
        }
    }

    /**
     * Rows whose key lies between two others, or has a NULL.
     *
     * @param sql the condition; it names the key's columns without a qualifier
     * @param shown what of the range may be shown: not its keys, which are row data
     */
    record Keys(String sql, String shown) implements ReadRange {
        @Override
        public String condition(String qualifier) {
            return sql;
        }

        @Override
        public String toString() {
            return shown;
        }
    }
}
