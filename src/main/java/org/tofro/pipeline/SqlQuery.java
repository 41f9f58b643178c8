package org.tofro.pipeline;

import java.util.Map;
import java.util.Set;
import org.tofro.data.SqlScript;
import org.tofro.data.TableName;

/**
 * A query that a step asks the warehouse.
 *
 * @param script its text, one statement without a semicolon behind it
 * @param reads tables that it reads
 * @param understood whether it reads no others
 * @param spelled the names that its SELECT list has, by what the warehouse makes of them: {@code entityid1} to {@code
 *     entityId1}
 */
public record SqlQuery(SqlScript script, Set<TableName> reads, boolean understood, Map<String, String> spelled) {
    public SqlQuery {
        reads = Set.copyOf(reads);
        spelled = Map.copyOf(spelled);
    }
}
