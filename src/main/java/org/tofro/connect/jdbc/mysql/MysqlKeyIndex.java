package org.tofro.connect.jdbc.mysql;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.jdbc.PlanningTime;
import org.tofro.connect.jdbc.PlanningTime.OutOfTimeException;
import org.tofro.connect.jdbc.keys.Key;
import org.tofro.connect.jdbc.keys.KeyIndex;
import org.tofro.connect.jdbc.keys.KeyRange;

/** The keys of a table, asked of MySQL within a limit of time, in the session's own transaction. */
final class MysqlKeyIndex implements KeyIndex {
    /** MariaDB's and MySQL's numbers for a statement that took too long. */
    private static final Set<Integer> TIMEOUT = Set.of(1969, 3024);

    private final MysqlSession session;
    private final String from;
    private final List<MysqlKeyColumn> columns;
    private final PlanningTime time;

    /**
     * @param cuttingMillis after which no range is cut again
     * @param patienceMillis after which no question is answered any more
     * @param countMillis that counting a range may take
     * @param heavyRows from which on a range is cut again
     */
    record Limits(long cuttingMillis, long patienceMillis, long countMillis, long heavyRows) {}

    /** @param from what stands after FROM, a condition in parentheses included, up to a further AND */
    MysqlKeyIndex(MysqlSession session, String from, List<MysqlKeyColumn> columns, PlanningTime time) {
        this.session = session;
        this.from = from;
        this.columns = List.copyOf(columns);
        this.time = time;
    }

    @Override
    public Optional<Key> first(KeyRange range) throws SQLException {
        return key(condition(range, ">="), "");
    }

    @Override
    public String greatest(KeyRange range, List<String> prefix) throws SQLException {
        int column = prefix.size();
        String descending = columns.subList(column, columns.size()).stream()
                .map(each -> each.sql() + " DESC")
                .collect(Collectors.joining(", "));
        List<List<@Nullable String>> rows = limited(
                time.millisLeft(),
                "SELECT %s FROM %s AND %s%s ORDER BY %s LIMIT 1"
                        .formatted(
                                columns.get(column).printed(),
                                from,
                                condition(range, ">="),
                                startingWith(prefix),
                                descending));
        if (rows.isEmpty()) {
            throw new SQLException("the range has lost its keys");
        }
        return Objects.requireNonNull(rows.get(0).get(0));
    }

    @Override
    public Optional<Key> next(KeyRange range, List<String> prefix, String atLeast) throws SQLException {
        MysqlKeyColumn column = columns.get(prefix.size());
        return key(
                condition(range, ">"),
                startingWith(prefix) + " AND " + column.sql() + " >= " + column.literal(atLeast));
    }

    private Optional<Key> key(String condition, String more) throws SQLException {
        List<List<@Nullable String>> rows = limited(
                time.millisLeft(),
                "SELECT %s FROM %s AND %s%s ORDER BY %s LIMIT 1".formatted(printed(), from, condition, more, names()));
        return rows.stream().findFirst().map(MysqlKeyIndex::key);
    }

    private static Key key(List<@Nullable String> row) {
        return new Key(row.stream().map(Objects::requireNonNull).toList());
    }

    /** All of them are keys of the table, which has them in order; those that its collation takes for one are one. */
    @Override
    public List<Key> sorted(Collection<Key> keys) throws SQLException {
        if (keys.size() < 2) {
            return List.copyOf(keys);
        }
        String these = keys.stream().map(this::same).collect(Collectors.joining(" OR ", "(", ")"));
        String groups = columns.stream().map(MysqlKeyColumn::sql).collect(Collectors.joining(", "));
        return limited(
                        time.millisLeft(),
                        "SELECT %s FROM %s AND %s GROUP BY %s ORDER BY %s"
                                .formatted(least(), from, these, groups, names()))
                .stream()
                .map(MysqlKeyIndex::key)
                .toList();
    }

    /** Of values that are one in the order of the column any will do; a group has to name one. */
    private String least() {
        return columns.stream()
                .map(column -> column.printed().replace(column.sql(), "MIN(" + column.sql() + ")"))
                .collect(Collectors.joining(", "));
    }

    private String same(Key key) {
        List<String> equal = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            equal.add(columns.get(i).sql() + " = "
                    + columns.get(i).literal(key.values().get(i)));
        }
        return "(" + String.join(" AND ", equal) + ")";
    }

    @Override
    public boolean heavy(KeyRange range) throws SQLException {
        try {
            List<List<@Nullable String>> count = limited(
                    time.countMillis(),
                    "SELECT COUNT(*) FROM (SELECT 1 FROM %s AND %s LIMIT %d) AS counted"
                            .formatted(from, condition(range), time.heavyRows()));
            return Long.parseLong(Objects.requireNonNull(count.get(0).get(0))) >= time.heavyRows();
        } catch (OutOfTimeException e) {
            return true;
        }
    }

    @Override
    public boolean hasTime() {
        return time.isLeft();
    }

    /** The condition for the range's rows. */
    String condition(KeyRange range) {
        return condition(range, ">=");
    }

    /** The condition for the rows whose key has a NULL; null where there can be none. */
    @Nullable
    String nulls() {
        String nulls = columns.stream()
                .filter(MysqlKeyColumn::nullable)
                .map(column -> column.sql() + " IS NULL")
                .collect(Collectors.joining(" OR "));
        return nulls.isEmpty() ? null : "(" + nulls + ")";
    }

    private String condition(KeyRange range, String fromOperator) {
        List<String> conditions = new ArrayList<>();
        for (MysqlKeyColumn column : columns) {
            if (column.nullable()) {
                conditions.add(column.sql() + " IS NOT NULL");
            }
        }
        if (range.from() != null) {
            conditions.add(compared(range.from(), ">", fromOperator));
        }
        if (range.before() != null) {
            conditions.add(compared(range.before(), "<", "<"));
        }
        return conditions.isEmpty() ? "TRUE" : String.join(" AND ", conditions);
    }

    /** A comparison of rows, spelt out: MySQL finds no stretch of an index by one of tuples. */
    private String compared(Key key, String strictly, String last) {
        StringBuilder condition = new StringBuilder();
        StringBuilder before = new StringBuilder();
        for (int i = 0; i < columns.size(); i++) {
            MysqlKeyColumn column = columns.get(i);
            String value = column.literal(key.values().get(i));
            boolean end = i == columns.size() - 1;
            condition
                    .append(i == 0 ? "" : " OR ")
                    .append(before)
                    .append(column.sql())
                    .append(' ')
                    .append(end ? last : strictly)
                    .append(' ')
                    .append(value);
            before.append(column.sql()).append(" = ").append(value).append(" AND ");
        }
        return columns.size() == 1 ? condition.toString() : "(" + condition + ")";
    }

    private String startingWith(List<String> prefix) {
        StringBuilder condition = new StringBuilder();
        for (int i = 0; i < prefix.size(); i++) {
            condition
                    .append(" AND ")
                    .append(columns.get(i).sql())
                    .append(" = ")
                    .append(columns.get(i).literal(prefix.get(i)));
        }
        return condition.toString();
    }

    private String names() {
        return columns.stream().map(MysqlKeyColumn::sql).collect(Collectors.joining(", "));
    }

    private String printed() {
        return columns.stream().map(MysqlKeyColumn::printed).collect(Collectors.joining(", "));
    }

    private List<List<@Nullable String>> limited(long millis, String sql) throws SQLException {
        session.limit(millis);
        try {
            return session.rows(sql);
        } catch (SQLException e) {
            throw TIMEOUT.contains(e.getErrorCode()) ? new OutOfTimeException(e) : e;
        } finally {
            session.limit(0);
        }
    }
}
