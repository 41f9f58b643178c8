package org.tofro.pipeline;

import static org.tofro.yaml.FieldReader.quoted;

import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * One of the five fields of a cron expression: the numbers that it lets through.
 *
 * @param text as it was written
 * @param numbers in ascending order, at least one
 * @param star whether it follows the clock and is no fixed time: it begins with {@code *}, or leaves nothing out
 * @param restricting whether it leaves any number out
 */
record CronField(String text, List<Integer> numbers, boolean star, boolean restricting) {
    CronField {
        numbers = List.copyOf(numbers);
    }

    /** The fields, in the order in which an expression has them. */
    enum Kind {
        MINUTE("minute", 0, 59, ""),
        HOUR("hour", 0, 23, ""),
        DAY("day of the month", 1, 31, ""),
        MONTH("month", 1, 12, "jan feb mar apr may jun jul aug sep oct nov dec"),
        /** 0 and 7 are Sunday. */
        WEEKDAY("day of the week", 0, 7, "sun mon tue wed thu fri sat");

        private final String word;
        private final int least;
        private final int most;
        private final String names;

        Kind(String word, int least, int most, String names) {
            this.word = word;
            this.least = least;
            this.most = most;
            this.names = names;
        }

        private List<String> names() {
            return names.isEmpty() ? List.of() : List.of(names.split(" ", -1));
        }

        private String allowed() {
            return "the " + word + " takes numbers from " + least + " to " + most
                    + (names.isEmpty() ? "" : ", names such as " + names().get(1))
                    + ", ranges such as " + example() + ", lists of them with commas, and steps such as */2";
        }

        private String example() {
            return names.isEmpty() ? least + "-" + (least + 4) : names().get(1) + "-" + names().get(5);
        }
    }

    /** An expression could not be read; the message says which part of it, and what is allowed. */
    static final class SyntaxException extends Exception {
        SyntaxException(String message) {
            super(message);
        }
    }

    static CronField parse(String text, Kind kind) throws SyntaxException {
        BitSet found = new BitSet();
        for (String part : text.split(",", -1)) {
            add(part, kind, found);
        }
        if (kind == Kind.WEEKDAY && found.get(7)) {
            found.clear(7);
            found.set(0);
        }
        int all = kind == Kind.WEEKDAY ? 7 : kind.most - kind.least + 1;
        boolean restricting = found.cardinality() < all;
        return new CronField(text, found.stream().boxed().toList(), !restricting || text.startsWith("*"), restricting);
    }

    /** The field as every cron takes it: without names and without ranges that go round. */
    String plain() {
        if (!restricting) {
            return "*";
        }
        return star && text.matches("[0-9*,/-]+")
                ? text
                : numbers.stream().map(String::valueOf).collect(Collectors.joining(","));
    }

    private static void add(String part, Kind kind, BitSet found) throws SyntaxException {
        String[] stepped = part.split("/", -1);
        String[] ends = stepped[0].split("-", -1);
        boolean wellFormed = stepped.length <= 2 && ends.length <= 2;
        boolean open = stepped[0].equals("*");
        // A step needs something to step through.
        if (!wellFormed || (stepped.length == 2 && !open && ends.length == 1)) {
            throw wrong(part, kind);
        }
        int from = open ? kind.least : number(ends[0], part, kind);
        int to = open ? last(kind) : number(ends[ends.length - 1], part, kind);
        int step = stepped.length == 2 ? step(stepped[1], part, kind) : 1;
        // fri-sun: the week goes round.
        int end = kind == Kind.WEEKDAY && to == 0 && from > 0 && ends.length == 2 ? 7 : to;
        if (end < from) {
            throw new SyntaxException(
                    quoted(part) + " is a range that ends before it begins; write it as a list of two");
        }
        IntStream.iterate(from, n -> n <= end, n -> n + step).forEach(found::set);
    }

    private static int last(Kind kind) {
        return kind == Kind.WEEKDAY ? 6 : kind.most;
    }

    private static int number(String word, String part, Kind kind) throws SyntaxException {
        int named = kind.names().indexOf(word.toLowerCase(Locale.ROOT));
        if (named >= 0) {
            return named + (kind == Kind.MONTH ? 1 : 0);
        }
        if (word.matches("[0-9]{1,2}")) {
            int number = Integer.parseInt(word);
            if (number >= kind.least && number <= kind.most) {
                return number;
            }
        }
        throw wrong(part, kind);
    }

    private static int step(String word, String part, Kind kind) throws SyntaxException {
        if (word.matches("[0-9]{1,2}") && Integer.parseInt(word) > 0) {
            return Integer.parseInt(word);
        }
        throw wrong(part, kind);
    }

    private static SyntaxException wrong(String part, Kind kind) {
        return new SyntaxException(quoted(part) + ": " + kind.allowed());
    }
}
