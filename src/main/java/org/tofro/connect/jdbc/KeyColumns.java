package org.tofro.connect.jdbc;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.extract.ExtractException;
import org.tofro.data.TableName;
import org.tofro.problem.Spelling;

/**
 * The columns by whose ranges a source may be read.
 *
 * @param columns in the key's order; empty where there is none
 * @param obstacle why ranges of them cannot be made; null where they can
 */
record KeyColumns(List<KeyColumn> columns, @Nullable String obstacle) {
    private static final String PRIMARY_KEY = """
            SELECT a.attname
            FROM pg_catalog.pg_index i
            CROSS JOIN pg_catalog.unnest(i.indkey) WITH ORDINALITY AS k (attnum, place)
            JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
            WHERE i.indrelid = ?::oid AND i.indisprimary AND k.place <= i.indnkeyatts
            ORDER BY k.place
            """;

    KeyColumns {
        columns = List.copyOf(columns);
    }

    /** The columns that the step names, or else the table's primary key. */
    static KeyColumns ofTable(ExtractRequest request, PostgresSession session, TableFacts table) throws SQLException {
        if (!request.splitBy().isEmpty()) {
            return named(request, session, table.sql());
        }
        List<String> names = primaryKey(session, table);
        return names.isEmpty()
                ? new KeyColumns(List.of(), "it has no primary key; `split_by` may name columns that have an index")
                : of(names, described(session, table.sql(), names));
    }

    /** The columns that the step names. */
    static KeyColumns named(ExtractRequest request, PostgresSession session, String from) throws SQLException {
        List<Described> known = described(session, from, List.of());
        List<String> names = known.stream().map(Described::name).toList();
        Set<String> seen = new HashSet<>();
        for (String name : request.splitBy()) {
            if (!names.contains(name)) {
                throw ExtractException.permanent("%s: `split_by` names '%s', which is none of what is read%s"
                        .formatted(request.where(), name, Spelling.hint(name, names)));
            }
            if (!seen.add(name)) {
                throw ExtractException.permanent("%s: `split_by` names '%s' twice".formatted(request.where(), name));
            }
        }
        return of(request.splitBy(), known);
    }

    private record Described(String name, PostgresType type) {}

    private static KeyColumns of(List<String> names, List<Described> known) {
        List<KeyColumn> columns = new ArrayList<>();
        for (String name : names) {
            PostgresType type = known.stream()
                    .filter(column -> column.name().equals(name))
                    .findFirst()
                    .orElseThrow()
                    .type();
            Optional<KeyColumn> column = KeyColumn.of(name, type);
            if (column.isEmpty()) {
                return new KeyColumns(
                        List.of(),
                        "there are no ranges of '%s', a %s; there are of integers, decimals, dates, timestamps, uuids and strings"
                                .formatted(name, type.ddl()));
            }
            columns.add(column.get());
        }
        return new KeyColumns(columns, null);
    }

    private static List<String> primaryKey(PostgresSession session, TableFacts table) throws SQLException {
        try (PreparedStatement statement = session.connection().prepareStatement(PRIMARY_KEY)) {
            statement.setLong(1, table.oid());
            List<String> names = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    names.add(row.getString(1));
                }
            }
            return names;
        }
    }

    /** @param only the columns to look at; empty for all */
    private static List<Described> described(PostgresSession session, String from, List<String> only)
            throws SQLException {
        String list = only.isEmpty()
                ? "*"
                : String.join(", ", only.stream().map(TableName::quote).toList());
        try (Statement statement = session.statement();
                ResultSet nothing = statement.executeQuery("SELECT %s FROM %s LIMIT 0".formatted(list, from))) {
            ResultSetMetaData metadata = nothing.getMetaData();
            List<Described> columns = new ArrayList<>();
            for (int i = 1; i <= metadata.getColumnCount(); i++) {
                columns.add(
                        new Described(metadata.getColumnLabel(i), SourceColumns.type(metadata, i, session.encoding())));
            }
            return columns;
        }
    }
}
