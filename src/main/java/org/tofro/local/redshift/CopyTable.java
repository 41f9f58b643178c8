package org.tofro.local.redshift;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The table that a COPY fills, and those of its columns that the files carry, in their order.
 *
 * @param id its object id
 * @param name its name
 * @param columns the columns in the order of the files' fields
 */
record CopyTable(long id, String name, List<CopyColumn> columns) {
    static CopyTable look(Backend backend, CopyCommand command) throws IOException, RedshiftException {
        List<List<@Nullable String>> rows = backend.select("""
                SELECT a.attrelid::bigint, a.attname, t.typname, a.atttypmod, a.attnotnull, a.attidentity,
                    pg_catalog.format_type(a.atttypid, a.atttypmod)
                FROM pg_catalog.pg_attribute a
                JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
                WHERE a.attrelid = pg_catalog.to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped
                ORDER BY a.attnum""", command.table());
        List<CopyColumn> all = new ArrayList<>();
        long id = 0;
        for (List<@Nullable String> row : rows) {
            id = Long.parseLong(text(row, 0));
            all.add(new CopyColumn(
                    text(row, 1),
                    text(row, 2),
                    Integer.parseInt(text(row, 3)),
                    text(row, 4).equals("t"),
                    !text(row, 5).isEmpty(),
                    text(row, 6)));
        }
        return new CopyTable(id, command.tableName(), chosen(all, command));
    }

    private static List<CopyColumn> chosen(List<CopyColumn> all, CopyCommand command) throws RedshiftException {
        boolean explicitIds = command.options().explicitIds();
        if (command.columns().isEmpty()) {
            return all.stream()
                    .filter(column -> explicitIds || !column.identity())
                    .toList();
        }
        List<CopyColumn> chosen = new ArrayList<>();
        for (String name : command.columns()) {
            CopyColumn column = all.stream()
                    .filter(candidate -> candidate.name().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new RedshiftException(
                            "42703",
                            "column \"%s\" of relation \"%s\" does not exist".formatted(name, command.tableName())));
            if (column.identity() && !explicitIds) {
                throw new RedshiftException(
                        "42601",
                        "cannot set an identity column to a value without EXPLICIT_IDS: \"%s\"".formatted(name));
            }
            chosen.add(column);
        }
        return chosen;
    }

    private static String text(List<@Nullable String> row, int index) {
        return Objects.requireNonNull(row.get(index));
    }
}
