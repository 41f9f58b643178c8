package org.tofro.connect.jdbc.mysql;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.tofro.data.TableName;

/**
 * What the server's catalogue says of a table; rows and bytes are estimates.
 *
 * @param name with its database
 * @param view whether it is a view
 * @param engine what stores it; empty for a view
 * @param bytes of its rows
 * @param rows how many
 * @param indexes the columns of each index that has its rows in their order
 */
record MysqlTable(
        TableName name, boolean view, String engine, long bytes, long rows, Map<String, List<String>> indexes) {
    MysqlTable {
        indexes = Map.copyOf(indexes);
    }

    /** The facts of a table in the exact spelling or, where there is only one, in another case; null where there is none. */
    static @Nullable MysqlTable of(MysqlSession session, String database, TableName table) throws SQLException {
        String schema = table.schema() == null ? database : table.schema();
        List<List<@Nullable String>> found =
                session.rows("""
                SELECT TABLE_SCHEMA, TABLE_NAME, TABLE_TYPE, ENGINE, DATA_LENGTH, TABLE_ROWS
                FROM information_schema.TABLES WHERE TABLE_SCHEMA = %s AND LOWER(TABLE_NAME) = LOWER(%s)
                """.formatted(Identifiers.string(schema), Identifiers.string(table.name())));
        List<@Nullable String> row = found.stream()
                .filter(each -> table.name().equals(each.get(1)))
                .findFirst()
                .orElse(found.size() == 1 ? found.get(0) : null);
        if (row == null) {
            return null;
        }
        TableName name = TableName.of(text(row.get(0)), text(row.get(1)));
        return new MysqlTable(
                name,
                text(row.get(2)).contains("VIEW"),
                text(row.get(3)),
                number(row.get(4)),
                number(row.get(5)),
                indexes(session, name));
    }

    private static Map<String, List<String>> indexes(MysqlSession session, TableName table) throws SQLException {
        Map<String, List<String>> indexes = new LinkedHashMap<>();
        List<String> ended = new ArrayList<>();
        for (List<@Nullable String> row : session.rows("""
                SELECT INDEX_NAME, COLUMN_NAME, SUB_PART FROM information_schema.STATISTICS
                WHERE TABLE_SCHEMA = %s AND TABLE_NAME = %s AND INDEX_TYPE = 'BTREE' ORDER BY INDEX_NAME, SEQ_IN_INDEX
                """.formatted(
                Identifiers.string(Objects.requireNonNull(table.schema())), Identifiers.string(table.name())))) {
            String index = text(row.get(0));
            // An index of an expression, or of a string's beginning, does not have the rows in the column's order.
            if (row.get(1) == null || row.get(2) != null) {
                ended.add(index);
            } else if (!ended.contains(index)) {
                indexes.computeIfAbsent(index, key -> new ArrayList<>()).add(text(row.get(1)));
            }
        }
        return indexes;
    }

    /** Names of tables, for a hint. */
    static List<String> names(MysqlSession session, String database) throws SQLException {
        return session
                .rows("SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = "
                        + Identifiers.string(database) + " LIMIT 5000")
                .stream()
                .map(row -> text(row.get(0)))
                .toList();
    }

    /** The columns that the user may read. */
    List<String> readableColumns(MysqlSession session) throws SQLException {
        return session
                .rows("""
                SELECT COLUMN_NAME FROM information_schema.COLUMNS
                WHERE TABLE_SCHEMA = %s AND TABLE_NAME = %s AND FIND_IN_SET('select', PRIVILEGES) > 0 ORDER BY ORDINAL_POSITION
                """.formatted(
                        Identifiers.string(Objects.requireNonNull(name.schema())), Identifiers.string(name.name())))
                .stream()
                .map(row -> text(row.get(0)))
                .toList();
    }

    String sql() {
        return Identifiers.quote(name);
    }

    boolean hasSnapshots() {
        return engine.equalsIgnoreCase("InnoDB") || engine.equalsIgnoreCase("RocksDB");
    }

    List<String> primaryKey() {
        return indexes.getOrDefault("PRIMARY", List.of());
    }

    /** Whether an index has the rows in the order of these columns. */
    boolean hasIndex(List<String> columns) {
        return indexes.values().stream()
                .anyMatch(index -> index.size() >= columns.size()
                        && index.subList(0, columns.size()).equals(columns));
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }

    private static long number(@Nullable String value) {
        return value == null ? 0 : Long.parseLong(value);
    }
}
