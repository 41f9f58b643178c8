package org.tofro.pipeline;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.tofro.data.ScriptStatement.Effect;
import org.tofro.data.TableName;
import org.tofro.problem.Span;

/**
 * One statement of a script for the warehouse, as far as a plan needs to know it.
 *
 * @param text the statement, without the semicolon behind it
 * @param span where it begins
 * @param start where it begins in the script, in chars
 * @param end where it ends
 * @param reads tables that it reads; not those that the script makes for itself
 * @param writes tables that it changes, likewise
 * @param understood whether it touches nothing else
 * @param effect what it does to rows
 * @param byPosition the table whose columns it fills without naming them, other than one of the script's own; null where
 *     it fills none so
 * @param commits what of it ends the transaction that it runs in, such as {@code TRUNCATE}; null where nothing does
 */
public record SqlStatement(
        String text,
        Span span,
        int start,
        int end,
        Set<TableName> reads,
        Set<TableName> writes,
        boolean understood,
        Effect effect,
        @Nullable TableName byPosition,
        @Nullable String commits) {
    public SqlStatement {
        reads = Set.copyOf(reads);
        writes = Set.copyOf(writes);
    }
}
