package org.tofro.connect.jdbc.keys;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** What holds of every split, whatever the keys and their order. */
class KeySplitTest {
    /** Keys in memory, in an order that only it knows, as a server's collation. */
    private static final class Keys implements KeyIndex {
        private final Comparator<Key> order;
        private final NavigableSet<Key> keys;
        private final int heavyRows;
        private int questions;

        Keys(Comparator<Key> order, Collection<Key> keys, int heavyRows) {
            this.order = order;
            this.keys = new TreeSet<>(order);
            this.keys.addAll(keys);
            this.heavyRows = heavyRows;
        }

        Stream<Key> in(KeyRange range) {
            return keys.stream()
                    .filter(key -> range.from() == null || order.compare(key, range.from()) >= 0)
                    .filter(key -> range.before() == null || order.compare(key, range.before()) < 0);
        }

        private static boolean begins(Key key, List<String> prefix) {
            return key.values().subList(0, prefix.size()).equals(prefix);
        }

        @Override
        public Optional<Key> first(KeyRange range) {
            questions++;
            return in(range).findFirst();
        }

        @Override
        public String greatest(KeyRange range, List<String> prefix) {
            questions++;
            return in(range)
                    .filter(key -> begins(key, prefix))
                    .reduce((first, second) -> second)
                    .orElseThrow()
                    .values()
                    .get(prefix.size());
        }

        @Override
        public Optional<Key> next(KeyRange range, List<String> prefix, String atLeast) {
            questions++;
            List<String> least = new ArrayList<>(prefix);
            least.add(atLeast);
            return in(range)
                    .filter(key -> begins(key, prefix) && !key.equals(range.from()))
                    .filter(key -> order.compare(new Key(key.values().subList(0, least.size())), new Key(least)) >= 0)
                    .findFirst();
        }

        @Override
        public List<Key> sorted(Collection<Key> some) {
            return some.stream().sorted(order).distinct().toList();
        }

        @Override
        public boolean heavy(KeyRange range) {
            questions++;
            return in(range).count() >= heavyRows;
        }

        @Override
        public boolean hasTime() {
            return questions < 10_000;
        }
    }

    private static final Comparator<String> NUMERIC = Comparator.comparingLong(Long::parseLong);

    /** Letters before their case, digits last: nothing like the order of code points. */
    private static final Comparator<String> ODD = Comparator.<String, String>comparing(text ->
                    new StringBuilder(text.toLowerCase(Locale.ROOT)).reverse().toString())
            .thenComparing(Comparator.reverseOrder());

    private static Comparator<Key> by(List<Comparator<String>> columns) {
        return (a, b) -> {
            for (int i = 0; i < Math.min(a.values().size(), columns.size()); i++) {
                int difference =
                        columns.get(i).compare(a.values().get(i), b.values().get(i));
                if (difference != 0) {
                    return difference;
                }
            }
            return 0;
        };
    }

    private static List<Key> longs(LongStream values) {
        return values.mapToObj(value -> new Key(List.of(String.valueOf(value)))).toList();
    }

    @Provide
    Arbitrary<List<Long>> numbers() {
        return Arbitraries.oneOf(Arbitraries.longs(), Arbitraries.longs().between(-50, 50))
                .list()
                .ofMaxSize(200);
    }

    @Property
    void everyNumberIsInOneRange(@ForAll("numbers") List<Long> numbers) throws SQLException {
        everyKeyIsInOneRange(
                new Keys(by(List.of(NUMERIC)), longs(numbers.stream().mapToLong(n -> n)), 10),
                List.of(KeyKind.INTEGER));
    }

    @Property
    void everyTextIsInOneRangeWhateverItsOrder(@ForAll List<String> texts) throws SQLException {
        List<Key> keys = texts.stream().map(text -> new Key(List.of(text))).toList();
        everyKeyIsInOneRange(new Keys(by(List.of(Comparator.naturalOrder())), keys, 3), List.of(KeyKind.TEXT));
        everyKeyIsInOneRange(new Keys(by(List.of(ODD)), keys, 3), List.of(KeyKind.TEXT));
    }

    @Provide
    Arbitrary<List<Tuple.Tuple2<Long, Long>>> pairs() {
        return Combinators.combine(Arbitraries.longs().between(0, 3), Arbitraries.longs())
                .as(Tuple::of)
                .list()
                .ofMaxSize(100);
    }

    @Property
    void everyPairIsInOneRange(@ForAll("pairs") List<Tuple.Tuple2<Long, Long>> pairs) throws SQLException {
        List<Key> keys = pairs.stream()
                .map(pair -> new Key(List.of(String.valueOf(pair.get1()), String.valueOf(pair.get2()))))
                .toList();
        everyKeyIsInOneRange(
                new Keys(by(List.of(NUMERIC, NUMERIC)), keys, 5), List.of(KeyKind.INTEGER, KeyKind.INTEGER));
    }

    private static void everyKeyIsInOneRange(Keys keys, List<KeyKind> kinds) throws SQLException {
        List<KeyRange> ranges = new KeySplit(kinds, keys).split(8, 32);

        assertThat(ranges).hasSizeBetween(1, 32);
        assertThat(ranges.get(0).from()).isNull();
        assertThat(ranges.get(ranges.size() - 1).before()).isNull();
        for (int i = 1; i < ranges.size(); i++) {
            assertThat(ranges.get(i).from())
                    .isNotNull()
                    .isEqualTo(ranges.get(i - 1).before());
        }
        assertThat(ranges.stream().flatMap(keys::in).toList()).isEqualTo(List.copyOf(keys.keys));
        if (!keys.keys.isEmpty()) {
            assertThat(ranges)
                    .as("no range is empty")
                    .allMatch(range -> keys.in(range).findAny().isPresent());
        }
    }

    @Example
    void evenKeysMakeEvenRanges() throws SQLException {
        Keys keys = new Keys(by(List.of(NUMERIC)), longs(LongStream.range(0, 8000)), 2000);
        List<KeyRange> ranges = new KeySplit(List.of(KeyKind.INTEGER), keys).split(8, 32);
        assertThat(ranges).hasSize(8).allMatch(range -> keys.in(range).count() < 1002);
    }

    @Example
    void aCrowdIsCutAgain() throws SQLException {
        // 90 % of the keys in 1 % of their width.
        List<Key> crowd = longs(LongStream.concat(
                LongStream.range(0, 900).map(i -> 500_000 + i * 11),
                LongStream.range(0, 100).map(i -> i * 10_000 + 3)));
        Keys keys = new Keys(by(List.of(NUMERIC)), crowd, 250);
        List<KeyRange> ranges = new KeySplit(List.of(KeyKind.INTEGER), keys).split(8, 32);
        assertThat(ranges).allMatch(range -> keys.in(range).count() <= 250);
    }

    @Example
    void keysThatLieFarApartMakeNoEmptyRanges() throws SQLException {
        // A machine's number in the upper bits, a counter in the lower ones.
        List<Key> snowflakes = longs(IntStream.range(0, 5)
                .boxed()
                .flatMapToLong(machine -> LongStream.range(0, 200).map(i -> ((long) machine << 52) + i)));
        Keys keys = new Keys(by(List.of(NUMERIC)), snowflakes, 100);
        List<KeyRange> ranges = new KeySplit(List.of(KeyKind.INTEGER), keys).split(8, 64);
        assertThat(ranges).allMatch(range -> keys.in(range).count() > 0);
        assertThat(ranges).allMatch(range -> keys.in(range).count() <= 100);
    }

    @Example
    void oneValueInTheFirstColumnIsCutByTheSecond() throws SQLException {
        List<Key> keys = IntStream.range(0, 1000)
                .mapToObj(i -> new Key(List.of(i < 990 ? "7" : String.valueOf(i), String.valueOf(i))))
                .toList();
        Keys index = new Keys(by(List.of(NUMERIC, NUMERIC)), keys, 250);
        List<KeyRange> ranges = new KeySplit(List.of(KeyKind.INTEGER, KeyKind.INTEGER), index).split(4, 32);
        assertThat(ranges)
                .hasSizeGreaterThan(4)
                .allMatch(range -> index.in(range).count() <= 300);
    }
}
