package org.tofro.pipeline;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.tofro.data.ScriptStatement;
import org.tofro.data.TableDefinition;
import org.tofro.data.TableName;

/**
 * A script for the warehouse, read and checked.
 *
 * @param statements what runs, in order
 * @param reads tables that it reads, other than its own
 * @param writes tables that it changes, likewise
 * @param unclear statements that may touch any table, each as a phrase with its place
 * @param origin where it stands
 */
public record Script(
        List<ScriptStatement> statements,
        Set<TableName> reads,
        Set<TableName> writes,
        List<String> unclear,
        String origin) {
    /** Stands in for a script that could not be read; the problem is reported already. */
    static final Script NONE = new Script(List.of(), Set.of(), Set.of(), List.of(), "?");

    public Script {
        statements = List.copyOf(statements);
        reads = Set.copyOf(reads);
        writes = Set.copyOf(writes);
        unclear = List.copyOf(unclear);
    }

    /** Whether it is known which tables it touches. */
    public boolean understood() {
        return unclear.isEmpty();
    }

    /**
     * What a step demands of its script.
     *
     * @param transactional whether it runs in one transaction, so that nothing in it may commit
     * @param target the table that it must change; null where it may change any
     */
    public record Rules(boolean transactional, @Nullable TableDefinition target) {}
}
