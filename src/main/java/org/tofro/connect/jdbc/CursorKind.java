package org.tofro.connect.jdbc;

import org.jspecify.annotations.Nullable;
import org.tofro.connect.types.SourceType;

/** The types that a cursor can have. */
public enum CursorKind {
    TIMESTAMP,
    TIMESTAMPTZ,
    DATE,
    NUMBER;

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
