package org.tofro.data;

import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One statement of a script for the warehouse: SQL with values between, which are never taken for SQL themselves.
 *
 * @param parts SQL and values in their order
 * @param effect what it does to rows
 * @param origin the file and line at which it begins, for messages
 */
public record ScriptStatement(List<Part> parts, Effect effect, String origin) implements Serializable {
    public ScriptStatement {
        parts = List.copyOf(parts);
    }

    /** What a statement does to rows, so that those it reports can be counted. */
    public enum Effect {
        INSERT,
        UPDATE,
        DELETE,
        MERGE,
        /** None, or none that it reports. */
        OTHER
    }

    /** A stretch of a statement. */
    public sealed interface Part extends Serializable {}

    /** SQL as its author wrote it. */
    public record Sql(String text) implements Part {}

    /**
     * A value that somebody gave.
     *
     * @param value a text, a number, true or false; null for NULL
     * @param inString whether it is a part of a string that the SQL around it begins and ends; then it is a text
     */
    public record Value(@Nullable Serializable value, boolean inString) implements Part {}
}
