package org.tofro.connect.jdbc;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.jdbc.ValueCheck.Kind;
import org.tofro.data.TableName;

/** Counts the values of one reader that have no place in the target, per column and kind; never keeps a value. */
final class Misfits {
    private final List<Map<Kind, Count>> byColumn = new ArrayList<>();

    Misfits(int columns) {
        for (int i = 0; i < columns; i++) {
            byColumn.add(new EnumMap<>(Kind.class));
        }
    }

    private record Count(long values, int longest) {
        Count plus(Count other) {
            return new Count(values + other.values, Math.max(longest, other.longest));
        }
    }

    void add(int column, Kind kind, int bytes) {
        byColumn.get(column).merge(kind, new Count(1, bytes), Count::plus);
    }

    void addAll(Misfits others) {
        for (int i = 0; i < byColumn.size(); i++) {
            Map<Kind, Count> mine = byColumn.get(i);
            others.byColumn.get(i).forEach((kind, count) -> mine.merge(kind, count, Count::plus));
        }
    }

    /** What does not fit, a sentence per column and kind; null where everything fits. */
    @Nullable
    String message(List<SourceColumn> columns) {
        List<String> sentences = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            SourceColumn column = columns.get(i);
            byColumn.get(i).forEach((kind, count) -> sentences.add(sentence(column, kind, count)));
        }
        return sentences.isEmpty() ? null : String.join("; ", sentences);
    }

    private static String sentence(SourceColumn column, Kind kind, Count count) {
        String advice = switch (kind) {
            case TOO_LONG -> tooLong(column, count.longest());
            case MULTI_BYTE -> "`columns: type` with varchar would carry them";
            case NOT_FINITE -> "`columns: type` with varchar(131) or double precision would carry them";
            case TOO_MANY_DIGITS -> "`columns: type` with more digits or varchar would carry them";
            case INFINITE_DATE -> "`columns: type` with varchar(64) would carry them";
        };
        return "column '%s' (%s): %d value%s %s; %s"
                .formatted(
                        column.name(),
                        column.target().ddl(),
                        count.values(),
                        count.values() == 1 ? "" : "s",
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
