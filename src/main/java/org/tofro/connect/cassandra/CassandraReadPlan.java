package org.tofro.connect.cassandra;

import java.util.List;
import org.tofro.connect.types.TypedColumn;
import org.tofro.data.Schema;

/**
 * How a request will be read.
 *
 * @param select the SELECT without the restriction to a range
 * @param columns the columns, in the order of the staged rows
 * @param places where each of them stands in a row that the server sends, from 0
 * @param partitionKey the columns whose token a range restricts, quoted
 * @param ranges what is asked for, one after the other
 * @param readers how many readers share them
 * @param small whether no row can be large
 * @param reason why it is read so
 */
public record CassandraReadPlan(
        Select select,
        List<TypedColumn> columns,
        List<Integer> places,
        List<String> partitionKey,
        List<TokenRange> ranges,
        int readers,
        boolean small,
        String reason) {
    /** What no server of this kind promises, for plans and reports. */
    public static final String NO_SNAPSHOT =
            "Cassandra has no snapshot: each page is as its replicas had it when it was"
                    + " read; of rows that are written, deleted or expire meanwhile, the old, the new or nothing arrives";

    private static final int SHOWN = 20;

    public CassandraReadPlan {
        columns = List.copyOf(columns);
        places = List.copyOf(places);
        partitionKey = List.copyOf(partitionKey);
        ranges = List.copyOf(ranges);
    }

    /** The parts of a SELECT. */
    record Select(String selectors, String from, String where, String rest) {
        /** The statement for ranges that begin or end inside of the ring, with markers for where they do. */
        String cql(List<String> partitionKey, TokenRange like) {
            StringBuilder cql = new StringBuilder("SELECT ")
                    .append(selectors)
                    .append(" FROM ")
                    .append(from);
            String token = "token(" + String.join(", ", partitionKey) + ")";
            String before = " WHERE ";
            if (!where.isEmpty()) {
                // A comment at its end ends with the line.
                cql.append(before).append(where).append('\n');
                before = " AND ";
            }
            if (like.after() != null) {
                cql.append(before).append(token).append(" > :after");
                before = " AND ";
            }
            if (like.upTo() != null) {
                cql.append(before).append(token).append(" <= :up_to");
            }
            return cql.append(rest).toString();
        }
    }

    Schema schema() {
        return new Schema(columns.stream().map(TypedColumn::staged).toList());
    }

    /** As {@code plan --connect} prints it. */
    public List<String> lines() {
        List<String> lines = new java.util.ArrayList<>();
        lines.add(ranges.size() == 1 ? reason : ranges.size() + " ranges, " + readers + " readers: " + reason);
        if (ranges.size() > 1) {
            ranges.stream().limit(SHOWN).forEach(range -> lines.add("range: " + range));
            if (ranges.size() > SHOWN) {
                lines.add("and " + (ranges.size() - SHOWN) + " ranges more, up to the ring's end");
            }
        }
        lines.add(NO_SNAPSHOT);
        columns.forEach(column -> lines.add("column " + column.fidelity()));
        return lines;
    }
}
