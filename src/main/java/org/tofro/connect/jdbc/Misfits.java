package org.tofro.connect.jdbc;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.jdbc.ValueCheck.Kind;
import org.tofro.data.TableName;

/** Counts the values of one reader that have no place in the target, per column and kind; never keeps a value. */
final class Misfits {
    private final @Nullable Map<Kind, Count>[] byColumn;

    @SuppressWarnings("unchecked")
    Misfits(int columns) {
        this.byColumn = new Map[columns];
    }

    private static final class Count {
        private long values;
        private int longest;
    }

    void add(int column, Kind kind, int bytes) {
        Map<Kind, Count> kinds = byColumn[column];
        if (kinds == null) {
            kinds = new EnumMap<>(Kind.class);
            byColumn[column] = kinds;
        }
        Count count = kinds.computeIfAbsent(kind, k -> new Count());
        count.values++;
        count.longest = Math.max(count.longest, bytes);
    }

    void addAll(Misfits others) {
        for (int i = 0; i < byColumn.length; i++) {
            Map<Kind, Count> kinds = others.byColumn[i];
            if (kinds != null) {
                int column = i;
                kinds.forEach((kind, count) -> {
                    add(column, kind, count.longest);
                    Map<Kind, Count> mine = byColumn[column];
                    if (mine != null) {
                        Count sum = mine.get(kind);
                        if (sum != null) {
                            sum.values += count.values - 1;
                        }
                    }
                });
            }
        }
    }

    /** What does not fit, a sentence per column and kind; null where everything fits. */
    @Nullable String message(List<SourceColumn> columns) {
        StringBuilder message = new StringBuilder();
        for (int i = 0; i < byColumn.length; i++) {
            Map<Kind, Count> kinds = byColumn[i];
            if (kinds != null) {
                SourceColumn column = columns.get(i);
                message.append(message.isEmpty() ? "" : "; ")
                        .append(kinds.entrySet().stream()
                                .map(e -> sentence(column, e.getKey(), e.getValue()))
                                .collect(Collectors.joining("; ")));
            }
        }
        return message.isEmpty() ? null : message.toString();
    }

    private static String sentence(SourceColumn column, Kind kind, Count count) {
        String advice =
                switch (kind) {
                    case TOO_LONG -> tooLong(column, count.longest);
                    case MULTI_BYTE -> "`columns: type` with varchar would carry them";
                    case NOT_FINITE -> "`columns: type` with varchar(131) or double precision would carry them";
                    case TOO_MANY_DIGITS -> "`columns: type` with more digits or varchar would carry them";
                    case INFINITE_DATE -> "`columns: type` with varchar(64) would carry them";
                };
        return "column '%s' (%s): %d value%s %s; %s"
                .formatted(
                        column.name(),
                        column.target().ddl(),
                        count.values,
                        count.values == 1 ? "" : "s",
                        kind.text(),
                        advice);
    }

    private static String tooLong(SourceColumn column, int longest) {
        boolean hex = column.target().kind() == RedshiftType.Kind.VARBYTE;
        int bytes = hex ? longest / 2 : longest;
        String most = hex ? "varbyte" : "varchar";
        int limit = hex ? RedshiftType.MAX_VARBYTE : RedshiftType.MAX_VARCHAR;
        String find = "octet_length(%s)".formatted(TableName.quote(column.source()));
        return bytes <= limit
                ? "the longest has %d bytes by %s, `columns: type` with %s(%d) would carry them"
                        .formatted(bytes, find, most, bytes)
                : "the longest has %d bytes by %s, and no %s of Redshift takes more than %d; leave them out by `sql:`"
                        .formatted(bytes, find, most, limit);
    }
}
