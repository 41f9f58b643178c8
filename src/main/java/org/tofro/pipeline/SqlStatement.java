package org.tofro.pipeline;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.tofro.data.TableName;
import org.tofro.problem.Span;

/**
 * One statement of a script for the warehouse, as far as a plan needs to know it.
 *
 * @param text the statement, without the semicolon behind it
 * @param span where it begins
 * @param reads tables that it reads; not those that the script makes for itself
 * @param writes tables that it changes, likewise
 * @param understood whether it touches nothing else
 * @param commits what of it ends the transaction that it runs in, such as {@code TRUNCATE}; null where nothing does
 */
public record SqlStatement(
        String text,
        Span span,
        Set<TableName> reads,
        Set<TableName> writes,
        boolean understood,
        @Nullable String commits) {
    public SqlStatement {
        reads = Set.copyOf(reads);
        writes = Set.copyOf(writes);
    }
}
