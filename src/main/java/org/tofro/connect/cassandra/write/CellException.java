package org.tofro.connect.cassandra.write;

/** A value cannot be had in its column's type exactly: one sentence with the column, without the value. */
public final class CellException extends RuntimeException {
    private final String column;

    CellException(String column, String type, String how) {
        super("a value for the column '%s' %s (its type is %s)".formatted(column, how, type));
        this.column = column;
    }

    public String column() {
        return column;
    }
}
