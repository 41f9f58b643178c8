package org.tofro.connect.jdbc;

import org.jspecify.annotations.Nullable;
import org.tofro.connect.types.SourceType;

/** The types that a cursor can have. */
enum CursorKind {
    TIMESTAMP("timestamp", "localtimestamp"),
    TIMESTAMPTZ("timestamptz", "current_timestamp"),
    DATE("date", "current_date"),
    NUMBER("numeric", null);

    final String type;
    /** The moment of the snapshot, from which on rows may still come; null where the clock says nothing. */
    final @Nullable String now;

    CursorKind(String type, @Nullable String now) {
        this.type = type;
        this.now = now;
    }

    /** The kind of a column's type; null where it cannot be a cursor. */
    static @Nullable CursorKind of(SourceType type) {
        return switch (type.family()) {
            case INTEGER, DECIMAL -> NUMBER;
            case TIMESTAMP -> TIMESTAMP;
            case TIMESTAMPTZ -> TIMESTAMPTZ;
            case DATE -> DATE;
            default -> null;
        };
    }
}
