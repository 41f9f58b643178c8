package org.tofro.connect.jdbc;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tofro.data.TableName;

/**
 * What the catalogue says of a table.
 *
 * @param oid its number
 * @param sql its full name, quoted
 * @param pages of its heap; of the largest heap where it is partitioned
 * @param bytes of its heaps and what is stored beside them
 * @param obstacle why it cannot be read by ranges of pages, or null
 */
record TableFacts(
        long oid,
        String sql,
        long pages,
        long bytes,
        @Nullable String obstacle) {
    /** A page's size may differ from server to server; partitions count with their parent, whose name reads them all. */
    private static final String FACTS = """
            WITH RECURSIVE root AS (
                SELECT pg_catalog.to_regclass(?)::oid AS oid
            ), member(oid) AS (
                SELECT oid FROM root
                UNION
                SELECT i.inhrelid FROM pg_catalog.pg_inherits i JOIN member m ON i.inhparent = m.oid
            ), heap AS (
                SELECT c.oid, c.relkind, a.amname,
                       CASE WHEN c.relkind IN ('r', 'm') THEN pg_catalog.pg_relation_size(c.oid) ELSE 0 END AS bytes,
                       CASE WHEN c.relkind IN ('r', 'm') THEN pg_catalog.pg_table_size(c.oid) ELSE 0 END AS total
                FROM member m
                JOIN pg_catalog.pg_class c ON c.oid = m.oid
                LEFT JOIN pg_catalog.pg_am a ON a.oid = c.relam
            )
            SELECT c.oid, n.nspname, c.relname, c.relkind, c.relrowsecurity,
                   max(h.bytes) / pg_catalog.current_setting('block_size')::bigint,
                   sum(h.total)::bigint,
                   bool_or(h.relkind = 'f'),
                   bool_or(h.relkind IN ('r', 'm') AND h.amname <> 'heap')
            FROM root r
            JOIN pg_catalog.pg_class c ON c.oid = r.oid
            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            CROSS JOIN heap h
            GROUP BY c.oid, n.nspname, c.relname, c.relkind, c.relrowsecurity
            """;

    private static final String COLUMNS = """
            SELECT attname, pg_catalog.has_column_privilege(attrelid, attnum, 'SELECT')
            FROM pg_catalog.pg_attribute
            WHERE attrelid = ?::oid AND attnum > 0 AND NOT attisdropped
            ORDER BY attnum
            """;

    private static final String NAMES = """
            SELECT CASE WHEN ? THEN n.nspname || '.' || c.relname ELSE c.relname END
            FROM pg_catalog.pg_class c
            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
              AND n.nspname !~ '^(pg_|information_schema$)'
            LIMIT 5000
            """;

    /** The facts of a table, or null where there is none of the name. */
    static @Nullable TableFacts of(PostgresSession session, TableName table) throws SQLException {
        try (PreparedStatement statement = session.connection().prepareStatement(FACTS)) {
            statement.setString(1, table.sql());
            try (ResultSet row = statement.executeQuery()) {
                if (!row.next()) {
                    return null;
                }
                return new TableFacts(
                        row.getLong(1),
                        TableName.of(row.getString(2), row.getString(3)).sql(),
                        row.getLong(6),
                        row.getLong(7),
                        obstacle(row.getString(4), row.getBoolean(5), row.getBoolean(8), row.getBoolean(9)));
            }
        }
    }

    private static @Nullable String obstacle(String kind, boolean rowSecurity, boolean foreign, boolean otherStorage) {
        return switch (kind) {
            case "v" -> "a view has no pages";
            case "f" -> "a foreign table has no pages here";
            case "r", "p", "m" ->
                rowSecurity
                        ? "its rows are chosen by row level security"
                        : foreign
                                ? "one of its partitions is a foreign table"
                                : otherStorage ? "it is not stored as a heap" : null;
            default -> "it is not a table";
        };
    }

    /** The names of the columns, in the table's order. */
    List<String> columns(PostgresSession session) throws SQLException {
        return columns(session, false);
    }

    /** The columns that the user may not read. */
    List<String> hiddenColumns(PostgresSession session) throws SQLException {
        return columns(session, true);
    }

    private List<String> columns(PostgresSession session, boolean hiddenOnly) throws SQLException {
        List<String> names = new ArrayList<>();
        try (PreparedStatement statement = session.connection().prepareStatement(COLUMNS)) {
            statement.setLong(1, oid);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    if (!hiddenOnly || !row.getBoolean(2)) {
                        names.add(row.getString(1));
                    }
                }
            }
        }
        return names;
    }

    /** The names of the database's tables, for a hint. */
    static List<String> names(PostgresSession session, TableName like) throws SQLException {
        List<String> names = new ArrayList<>();
        try (PreparedStatement statement = session.connection().prepareStatement(NAMES)) {
            statement.setBoolean(1, like.schema() != null);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    names.add(row.getString(1));
                }
            }
        }
        return names;
    }
}
