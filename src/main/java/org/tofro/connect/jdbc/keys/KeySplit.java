package org.tofro.connect.jdbc.keys;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Cuts all keys into ranges: first evenly between the smallest and the greatest, then whatever is heavy again, until
 * nothing is, or enough ranges are there, or the time for planning has been used up.
 *
 * <p>Each range begins at a key that exists. Sparse keys therefore make no empty ranges, and keys that crowd in one place
 * are found by counting.
 */
public final class KeySplit {
    private static final int PIECES = 4;

    private final List<KeyKind> kinds;
    private final KeyIndex index;

    /** @param kinds of the key's columns, in their order */
    public KeySplit(List<KeyKind> kinds, KeyIndex index) {
        this.kinds = List.copyOf(kinds);
        this.index = index;
    }

    /**
     * Ranges that follow one another and together hold every key that has no NULL.
     *
     * @param wanted how many would be right were the keys spread evenly
     * @param most how many there may be at most, at least {@code wanted}
     */
    public List<KeyRange> split(int wanted, int most) throws SQLException {
        List<KeyRange> ranges = pieces(KeyRange.ALL, wanted);
        Set<KeyRange> light = new HashSet<>();
        boolean cut = ranges.size() > 1;
        while (cut && index.hasTime()) {
            cut = false;
            List<KeyRange> next = new ArrayList<>();
            int left = ranges.size();
            for (KeyRange range : ranges) {
                left--;
                boolean room = next.size() + left + PIECES <= most;
                if (room && !light.contains(range) && index.hasTime() && index.heavy(range)) {
                    List<KeyRange> pieces = pieces(range, PIECES);
                    cut |= pieces.size() > 1;
                    next.addAll(pieces);
                } else {
                    next.add(range);
                }
                light.add(range);
            }
            ranges = next;
        }
        return ranges;
    }

    private List<KeyRange> pieces(KeyRange range, int wanted) throws SQLException {
        Optional<Key> first = range.from() == null ? index.first(range) : Optional.of(range.from());
        if (first.isEmpty()) {
            return List.of(range);
        }
        List<Key> borders = borders(range, first.get(), wanted - 1);
        List<KeyRange> pieces = new ArrayList<>();
        Key from = range.from();
        for (Key border : borders) {
            pieces.add(new KeyRange(from, border));
            from = border;
        }
        pieces.add(new KeyRange(from, range.before()));
        return pieces;
    }

    /** Keys of the range after its first one, in order: by the first column in which its keys differ. */
    private List<Key> borders(KeyRange range, Key first, int count) throws SQLException {
        KeyRange afterFirst = new KeyRange(first, range.before());
        for (int column = 0; column < kinds.size(); column++) {
            List<String> prefix = first.values().subList(0, column);
            String low = first.values().get(column);
            String high = index.greatest(afterFirst, prefix);
            if (high.equals(low)) {
                continue;
            }
            Set<Key> found = new HashSet<>();
            for (String value : kinds.get(column).between(low, high, count)) {
                index.next(afterFirst, prefix, value).ifPresent(found::add);
            }
            if (found.isEmpty()) {
                index.next(afterFirst, prefix, high).ifPresent(found::add);
            }
            if (!found.isEmpty()) {
                return index.sorted(found);
            }
        }
        return List.of();
    }
}
