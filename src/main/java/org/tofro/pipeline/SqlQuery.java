package org.tofro.pipeline;

import java.util.Set;
import org.tofro.data.SqlScript;
import org.tofro.data.TableName;

/**
 * A query that a step asks the warehouse.
 *
 * @param script its text, one statement without a semicolon behind it
 * @param reads tables that it reads
 * @param understood whether it reads no others
 */
public record SqlQuery(SqlScript script, Set<TableName> reads, boolean understood) {
    public SqlQuery {
        reads = Set.copyOf(reads);
    }
}
