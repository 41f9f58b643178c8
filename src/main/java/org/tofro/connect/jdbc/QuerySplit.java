package org.tofro.connect.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.jdbc.SqlTokens.Token;
import org.tofro.data.TableName;

/**
 * Decides whether a user's query may be read by ranges of pages: only where that provably gives the same rows, else by
 * one reader, with the reason.
 */
final class QuerySplit {
    private static final Pattern SCAN = Pattern.compile(
            "\\s*(->\\s+)?(Seq Scan|Index Scan|Index Only Scan|Bitmap Heap Scan|Bitmap Index Scan"
                    + "|BitmapOr|BitmapAnd|Append|Tid Scan|Tid Range Scan)\\b.*",
            Pattern.DOTALL);

    private final String sql;
    private final @Nullable QueryShape shape;
    private final SplitDecision decision;

    private QuerySplit(String sql, @Nullable QueryShape shape, SplitDecision decision) {
        this.sql = sql;
        this.shape = shape;
        this.decision = decision;
    }

    static QuerySplit of(ExtractRequest request, PostgresSession session, String sql) throws SQLException {
        List<Token> tokens = SqlTokens.of(sql);
        String obstacle = QueryShape.obstacle(tokens);
        QueryShape shape = obstacle == null ? QueryShape.of(sql, tokens) : null;
        if (shape == null) {
            return whole(sql, obstacle == null ? "it reads from more than one table" : obstacle);
        }
        Optional<TableName> table = TableName.parse(shape.table());
        TableFacts facts = table.isPresent() ? TableFacts.of(session, table.get()) : null;
        if (facts == null) {
            return whole(sql, "what it reads from is no table");
        }
        SplitDecision decision = PageSplit.of(request, session.version(), facts);
        if (decision.isWhole()) {
            return new QuerySplit(sql, null, decision);
        }
        String doubt = doubt(session, shape, facts, sql);
        if (doubt != null) {
            return whole(sql, doubt);
        }
        QuerySplit split = new QuerySplit(sql, shape, decision);
        return split.pays(session) ? split : whole(sql, "the server finds its rows by an index for less");
    }

    /** Whether reading by ranges is worth it: the pages of a table hold also what the condition leaves out. */
    private boolean pays(PostgresSession session) throws SQLException {
        if (shape == null || shape.conditionStart() < 0) {
            return true;
        }
        try (Statement statement = session.statement()) {
            statement.execute("SET LOCAL max_parallel_workers_per_gather = 0");
            PostgresEstimate all = PostgresEstimate.of(statement, sql);
            // Ranges have as many pages each.
            double one = PostgresEstimate.of(statement, query(decision.ranges().get(0)))
                    .cost();
            statement.execute("SET LOCAL max_parallel_workers_per_gather TO DEFAULT");
            return all.dearer(one * decision.ranges().size()) <= PostgresEstimate.MOST_DEARER;
        }
    }

    private static QuerySplit whole(String sql, String why) {
        return new QuerySplit(sql, null, SplitDecision.whole("one reader: the query is not split, because " + why));
    }

    private static @Nullable String doubt(PostgresSession session, QueryShape shape, TableFacts facts, String sql)
            throws SQLException {
        Set<String> strange = new HashSet<>(shape.members());
        facts.columns(session).forEach(strange::remove);
        if (!strange.isEmpty()) {
            return "'%s' is not a column of the table"
                    .formatted(strange.stream().sorted().findFirst().orElseThrow());
        }
        String doubt = SameRows.doubt(session, shape.functions());
        if (doubt != null) {
            return doubt;
        }
        try (Statement statement = session.statement()) {
            statement.execute("SET LOCAL max_parallel_workers_per_gather = 0");
            String node = strangeNode(statement, sql);
            statement.execute("SET LOCAL max_parallel_workers_per_gather TO DEFAULT");
            return node == null ? null : "the server plans it as " + node;
        }
    }

    /** The first step of the server's plan that is more than a scan: an aggregate has no word of its own in a query. */
    private static @Nullable String strangeNode(Statement statement, String sql) throws SQLException {
        try (ResultSet plan = statement.executeQuery("EXPLAIN (COSTS OFF)\n" + sql)) {
            boolean first = true;
            while (plan.next()) {
                String line = plan.getString(1);
                boolean node = first || line.stripLeading().startsWith("->");
                boolean subplan = line.stripLeading().startsWith("SubPlan")
                        || line.stripLeading().startsWith("InitPlan");
                if ((node && !SCAN.matcher(line).matches()) || subplan) {
                    return line.replace("->", "").strip();
                }
                first = false;
            }
            return null;
        }
    }

    SplitDecision decision() {
        return decision;
    }

    /** The query for a range. */
    String query(ReadRange range) {
        if (shape == null) {
            return sql;
        }
        String condition = range.condition(shape.qualifier());
        return shape.conditionStart() < 0
                ? sql.substring(0, shape.tableEnd()) + "\nWHERE " + condition
                : "%s %s AND (%s\n)"
                        .formatted(
                                sql.substring(0, shape.conditionStart()),
                                condition,
                                sql.substring(shape.conditionStart()));
    }
}
