package org.tofro.connect.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.tofro.connect.jdbc.PlanningTime.OutOfTimeException;
import org.tofro.connect.jdbc.keys.Key;
import org.tofro.connect.jdbc.keys.KeyIndex;
import org.tofro.connect.jdbc.keys.KeyRange;

/** The keys of a PostgreSQL table, view or query, asked for within a time limit and inside of the extract's snapshot. */
final class PostgresKeyIndex implements KeyIndex {
    private static final String TIMEOUT = "57014";

    private final PostgresSession session;
    private final String from;
    private final List<KeyColumn> columns;
    private final PlanningTime time;

    /** @param from what stands after FROM */
    PostgresKeyIndex(PostgresSession session, String from, List<KeyColumn> columns, PlanningTime time) {
        this.session = session;
        this.from = from;
        this.columns = List.copyOf(columns);
        this.time = time;
    }

    @Override
    public Optional<Key> first(KeyRange range) throws SQLException {
        return key(firstQuery(condition(range)));
    }

    /** The query for the first key of all: what it would cost tells whether an index has the keys in order. */
    String firstQuery() throws SQLException {
        return firstQuery(condition(KeyRange.ALL));
    }

    private String firstQuery(String condition) {
        return "SELECT %s FROM %s WHERE %s ORDER BY %s LIMIT 1".formatted(list(), from, condition, list());
    }

    @Override
    public String greatest(KeyRange range, List<String> prefix) throws SQLException {
        int column = prefix.size();
        String name = columns.get(column).sql();
        // Ordered by all columns, so that an index serves it whatever stands before.
        String descending = columns.subList(column, columns.size()).stream()
                .map(each -> each.sql() + " DESC")
                .collect(Collectors.joining(", "));
        return limited(
                        time.millisLeft(),
                        "SELECT %s FROM %s WHERE %s ORDER BY %s LIMIT 1"
                                .formatted(name, from, condition(range) + startingWith(prefix), descending),
                        row -> row.next() ? row.getString(1) : null)
                .orElseThrow(() -> new SQLException("the range has lost its keys"));
    }

    @Override
    public Optional<Key> next(KeyRange range, List<String> prefix, String atLeast) throws SQLException {
        int column = prefix.size();
        String most = columns.get(column).sql() + " >= " + literal(column, atLeast);
        return key(firstQuery(condition(range, ">") + startingWith(prefix) + " AND " + most));
    }

    @Override
    public List<Key> sorted(Collection<Key> keys) throws SQLException {
        if (keys.size() < 2) {
            return List.copyOf(keys);
        }
        List<String> rows = new ArrayList<>();
        for (Key key : keys) {
            rows.add(tuple(key));
        }
        // The source's own columns come first, for their collations decide the order; none of its rows is taken.
        String sql =
                "SELECT %s FROM (SELECT %s FROM %s WHERE false UNION ALL VALUES %s) AS keys GROUP BY %s ORDER BY %s"
                        .formatted(list(), list(), from, String.join(", ", rows), list(), list());
        return limited(time.millisLeft(), sql, result -> {
                    List<Key> sorted = new ArrayList<>();
                    while (result.next()) {
                        sorted.add(read(result));
                    }
                    return sorted;
                })
                .orElseThrow();
    }

    @Override
    public boolean heavy(KeyRange range) throws SQLException {
        String sql = "SELECT count(*) FROM (SELECT FROM %s WHERE %s LIMIT %d) AS counted"
                .formatted(from, condition(range), time.heavyRows());
        try {
            return limited(time.countMillis(), sql, row -> {
                        row.next();
                        return row.getLong(1);
                    })
                    .map(count -> count >= time.heavyRows())
                    .orElseThrow();
        } catch (OutOfTimeException e) {
            return true;
        }
    }

    @Override
    public boolean hasTime() {
        return time.isLeft();
    }

    /** The condition for the range's rows. */
    String condition(KeyRange range) throws SQLException {
        return condition(range, ">=");
    }

    /** The condition for the rows whose key has a NULL. */
    String nulls() {
        return columns.stream().map(column -> column.sql() + " IS NULL").collect(Collectors.joining(" OR "));
    }

    private String condition(KeyRange range, String fromOperator) throws SQLException {
        // A comparison of rows is decided by the first column that differs, also where a later one is NULL.
        StringBuilder condition = new StringBuilder(
                columns.stream().map(column -> column.sql() + " IS NOT NULL").collect(Collectors.joining(" AND ")));
        Key first = range.from();
        Key before = range.before();
        if (first != null) {
            condition
                    .append(" AND ")
                    .append(row())
                    .append(' ')
                    .append(fromOperator)
                    .append(' ')
                    .append(tuple(first));
        }
        if (before != null) {
            condition.append(" AND ").append(row()).append(" < ").append(tuple(before));
        }
        return condition.toString();
    }

    private String startingWith(List<String> prefix) throws SQLException {
        StringBuilder condition = new StringBuilder();
        for (int i = 0; i < prefix.size(); i++) {
            condition.append(" AND ").append(columns.get(i).sql()).append(" = ").append(literal(i, prefix.get(i)));
        }
        return condition.toString();
    }

    private String list() {
        return columns.stream().map(KeyColumn::sql).collect(Collectors.joining(", "));
    }

    private String row() {
        return columns.size() == 1 ? list() : "(" + list() + ")";
    }

    private String tuple(Key key) throws SQLException {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            values.add(literal(i, key.values().get(i)));
        }
        return "(" + String.join(", ", values) + ")";
    }

    private String literal(int column, String value) throws SQLException {
        return columns.get(column)
                .literal(session.connection().unwrap(PGConnection.class).escapeLiteral(value));
    }

    private Optional<Key> key(String sql) throws SQLException {
        return limited(time.millisLeft(), sql, row -> row.next() ? read(row) : null);
    }

    private Key read(ResultSet row) throws SQLException {
        List<String> values = new ArrayList<>();
        for (int i = 1; i <= columns.size(); i++) {
            values.add(row.getString(i));
        }
        return new Key(values);
    }

    /** Takes an answer from a result. */
    @FunctionalInterface
    private interface Answer<T> {
        @Nullable
        T from(ResultSet rows) throws SQLException;
    }

    /** Asks within a time limit; behind a savepoint, because a question that is given up spoils the transaction. */
    private <T> Optional<T> limited(long millis, String sql, Answer<T> answer) throws SQLException {
        try (Statement statement = session.statement()) {
            statement.execute("SAVEPOINT tofro_key; SET LOCAL statement_timeout = " + millis);
            try (ResultSet rows = statement.executeQuery(sql)) {
                return Optional.ofNullable(answer.from(rows));
            } catch (SQLException e) {
                throw TIMEOUT.equals(e.getSQLState()) ? new OutOfTimeException(e) : e;
            } finally {
                // Released too: a snapshot is not exported from within a savepoint.
                statement.execute("ROLLBACK TO SAVEPOINT tofro_key; RELEASE SAVEPOINT tofro_key");
            }
        }
    }
}
