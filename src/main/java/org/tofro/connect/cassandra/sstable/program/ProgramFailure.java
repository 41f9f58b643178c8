package org.tofro.connect.cassandra.sstable.program;

/** Why the program cannot go on, in words without row data. */
final class ProgramFailure extends Exception {
    private static final long serialVersionUID = 1;

    /** Whose fault it is. */
    enum Kind {
        /** A row does not fit the table. */
        ROW,
        /** The table's statements are not understood by this version of Cassandra. */
        SCHEMA,
        /** A node did not take the rows. */
        STREAM,
        /** The disk is full. */
        DISK,
        /** The counts do not agree. */
        COUNT
    }

    private final Kind kind;

    ProgramFailure(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    Kind kind() {
        return kind;
    }
}
