package org.tofro.pipeline;

import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
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
        // In the same order in every JVM: plans are compared as text.
        reads = Collections.unmodifiableSet(new TreeSet<>(reads));
        spelled = Collections.unmodifiableMap(new TreeMap<>(spelled));
    }
}
