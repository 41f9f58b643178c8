package org.tofro.connect.jdbc;

import java.sql.SQLException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What a cursor's stretch needs of a server: its values as the server prints them, compared and moved by its rules. */
public interface CursorValues {
    /** An identifier in the server's quotes. */
    String name(String column);

    /** A value in the server's language. */
    String literal(CursorKind kind, String value);

    /** A moment as a value. */
    String text(CursorKind kind, Instant moment);

    /** A value that a user wrote, as the server prints it. */
    String printed(CursorKind kind, String value) throws SQLException;

    /** The value, or the server's clock if that is earlier. */
    String untilNow(CursorKind kind, String value) throws SQLException;

    /** How far the server's rows are complete. */
    Horizon horizon(CursorKind kind) throws SQLException;

    boolean isBefore(CursorKind kind, String one, String other) throws SQLException;

    /** The value so far before another. */
    String minus(CursorKind kind, String value, String lag) throws SQLException;

    /** The greatest value of a column; null where there is none. */
    @Nullable
    String greatest(String column, String from) throws SQLException;

    /** How many rows have no value. */
    long nulls(String column, String from) throws SQLException;
}
