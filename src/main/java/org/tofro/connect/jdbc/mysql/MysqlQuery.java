package org.tofro.connect.jdbc.mysql;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.jdbc.QueryShape;
import org.tofro.connect.jdbc.RangeSizes;
import org.tofro.connect.jdbc.ReadRange;
import org.tofro.connect.jdbc.SqlTokens;
import org.tofro.connect.jdbc.SqlTokens.Token;
import org.tofro.data.TableName;

/**
 * A user's query, as far as it is understood: one of rows of a single table, each by itself, can be read by ranges of that
 * table's key.
 *
 * @param sql the query
 * @param shape its form; null where it is not of that kind
 * @param obstacle why not; null where it is
 */
record MysqlQuery(
        String sql, @Nullable QueryShape shape, @Nullable String obstacle) {
    private static final Set<String> WORDS =
            Set.of("straight_join", "procedure", "partition", "lock", "row", "use", "force");
    private static final double SELECTIVE = 0.5;

    static MysqlQuery of(String sql) {
        List<Token> tokens = SqlTokens.ofMysql(sql);
        String obstacle = QueryShape.obstacle(tokens);
        if (obstacle == null) {
            obstacle = more(tokens);
        }
        QueryShape shape = obstacle == null ? QueryShape.of(sql, tokens) : null;
        return new MysqlQuery(
                sql, shape, shape != null ? null : obstacle == null ? "it reads from more than one table" : obstacle);
    }

    private static @Nullable String more(List<Token> tokens) {
        for (int i = 0; i < tokens.size(); i++) {
            Token token = tokens.get(i);
            if (token.is("@")) {
                return "it has a variable";
            }
            if (token.kind() == SqlTokens.Kind.WORD && WORDS.contains(token.text())) {
                return "it has " + token.text().toUpperCase(java.util.Locale.ROOT);
            }
            boolean call =
                    token.isName() && i + 1 < tokens.size() && tokens.get(i + 1).is("(");
            if (call && !SteadyFunctions.contains(token.text())) {
                return "the function %s may give another result in another session".formatted(token.name());
            }
        }
        return null;
    }

    /** The table that it reads; null where it is not understood. */
    @Nullable
    TableName table() {
        if (shape == null) {
            return null;
        }
        List<Token> parts =
                SqlTokens.ofMysql(shape.table()).stream().filter(Token::isName).toList();
        String last = name(parts.get(parts.size() - 1));
        return parts.size() == 1 ? new TableName(null, last) : TableName.of(name(parts.get(0)), last);
    }

    /** Words come in lower case, and names of tables may not be. */
    private String name(Token part) {
        return part.kind() == SqlTokens.Kind.QUOTED_NAME || shape == null
                ? part.name()
                : shape.table().substring(part.start(), part.end());
    }

    /** What stands after WHERE; null where nothing does, or where names in it may be an alias's. */
    @Nullable
    String condition() {
        return shape == null || shape.conditionStart() < 0 ? null : sql.substring(shape.conditionStart());
    }

    /** The query for a range. */
    String of(ReadRange range) {
        if (shape == null || range.equals(ReadRange.WHOLE)) {
            return sql;
        }
        String keys = range.condition(shape.qualifier());
        return shape.conditionStart() < 0
                ? sql.substring(0, shape.tableEnd()) + "\nWHERE " + keys
                : "%s %s AND (%s\n)"
                        .formatted(
                                sql.substring(0, shape.conditionStart()), keys, sql.substring(shape.conditionStart()));
    }

    /** Whether an index gives the server so few of the table's rows that ranges of another key would cost more. */
    boolean isCheaperWhole(MysqlSession session, MysqlTable table) throws SQLException {
        if (condition() == null) {
            return false;
        }
        try (Statement statement = session.statement();
                ResultSet plan = statement.executeQuery("EXPLAIN " + sql)) {
            if (!plan.next()) {
                return true;
            }
            String index = plan.getString("key");
            double rows = plan.getDouble("rows");
            double bytes = table.rows() == 0 ? 0 : rows * table.bytes() / table.rows();
            boolean other = index != null && !index.equals("PRIMARY") && rows < SELECTIVE * table.rows();
            return bytes < RangeSizes.ONE_RANGE_BYTES || (other && !leads(index, table));
        }
    }

    /** Whether ranges will be of that very index: a cursor's. */
    private static boolean leads(String index, MysqlTable table) {
        return table.indexes().getOrDefault(index, List.of()).size() == 1;
    }
}
