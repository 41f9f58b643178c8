package org.tofro.connect.types;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.types.NumberCheck.Digits;
import org.tofro.connect.types.ValueCheck.Kind;

/** Counts the values of one reader that have no place in the target, per column and kind; never keeps a value. */
public final class Misfits {
    private final List<Map<Kind, Count>> byColumn = new ArrayList<>();

    public Misfits(int columns) {
        for (int i = 0; i < columns; i++) {
            byColumn.add(new EnumMap<>(Kind.class));
        }
    }

    /**
     * The misfits of one column and kind.
     *
     * @param values how many
     * @param longest bytes of the longest, as staged
     * @param before most digits before the point, where digits are what does not fit
     * @param after most digits after the point
     */
    record Count(long values, int longest, int before, int after) {
        Count plus(Count other) {
            return new Count(
                    values + other.values,
                    Math.max(longest, other.longest),
                    Math.max(before, other.before),
                    Math.max(after, other.after));
        }
    }

    /** Adds a value, its place and its doubled quotes as {@link ValueCheck} has them. */
    public void add(int column, Kind kind, byte[] bytes, int from, int to, int doubled) {
        int before = 0;
        int after = 0;
        if (kind == Kind.TOO_MANY_DIGITS) {
            int start = Digits.firstDigit(bytes, from, to);
            int point = Digits.point(bytes, start, to);
            before = point - start;
            after = Digits.lastDigit(bytes, point, to) - point;
        }
        byColumn.get(column).merge(kind, new Count(1, to - from - doubled, before, after), Count::plus);
    }

    public void addAll(Misfits others) {
        for (int i = 0; i < byColumn.size(); i++) {
            Map<Kind, Count> mine = byColumn.get(i);
            others.byColumn.get(i).forEach((kind, count) -> mine.merge(kind, count, Count::plus));
        }
    }

    /** What does not fit, a sentence per column and kind; null where everything fits. */
    public @Nullable String message(List<TypedColumn> columns) {
        List<String> sentences = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            TypedColumn column = columns.get(i);
            byColumn.get(i).forEach((kind, count) -> sentences.add(sentence(column, kind, count)));
        }
        return sentences.isEmpty() ? null : String.join("; ", sentences);
    }

    private static String sentence(TypedColumn column, Kind kind, Count count) {
        return "column '%s' (%s -> %s): %d value%s %s; %s"
                .formatted(
                        column.name(),
                        column.type().ddl(),
                        column.target().ddl(),
                        count.values(),
                        count.values() == 1 ? "" : "s",
                        kind.text(),
                        new Advice(column, kind, count).text());
    }
}
