package org.tofro.connect.types;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Checks of whole numbers and numerics. */
public sealed interface NumberCheck extends ValueCheck {
    /** A numeric is a number. */
    record Finite() implements NumberCheck {
        @Override
        public @Nullable Kind violation(byte[] value, int from, int to, int doubled) {
            byte last = value[to - 1];
            return last == 'N' || last == 'y' ? Kind.NOT_FINITE : null;
        }

        @Override
        public List<Kind> kinds() {
            return List.of(Kind.NOT_FINITE);
        }

        @Override
        public String fails() {
            return "NaN";
        }
    }

    /**
     * A numeric is a number of at most so many digits on each side of its point; zeros at the ends do not count. Of 19
     * digits "regardless of the placement of the decimal point, the largest string that Amazon Redshift can represent as a
     * DECIMAL number is 9223372036854775807" ("Numeric types").
     *
     * @param orNaN whether the source's type has NaN and infinity too
     */
    record Digits(int before, int after, boolean orNaN) implements NumberCheck {
        private static final int LONG = 19;

        @Override
        public @Nullable Kind violation(byte[] value, int from, int to, int doubled) {
            byte end = value[to - 1];
            if (orNaN && (end == 'N' || end == 'y')) {
                return Kind.NOT_FINITE;
            }
            int start = firstDigit(value, from, to);
            int point = point(value, start, to);
            int last = lastDigit(value, point, to);
            if (point - start > before || last - point > after) {
                return Kind.TOO_MANY_DIGITS;
            }
            boolean tooBig = before + after == LONG && beyondLong(value, start, point, last);
            return tooBig ? Kind.TOO_MANY_DIGITS : null;
        }

        /** Whether the digits, without the point, are more than the greatest long: of 19, an unsigned one holds all. */
        private boolean beyondLong(byte[] value, int start, int point, int last) {
            long digits = 0;
            for (int i = start; i < point; i++) {
                digits = digits * 10 + (value[i] - '0');
            }
            for (int i = point + 1; i <= point + after; i++) {
                digits = digits * 10 + (i <= last ? value[i] - '0' : 0);
            }
            return digits < 0;
        }

        static int firstDigit(byte[] value, int from, int to) {
            int i = value[from] == '-' ? from + 1 : from;
            while (i < to && value[i] == '0') {
                i++;
            }
            return i;
        }

        static int point(byte[] value, int from, int to) {
            int i = from;
            while (i < to && value[i] != '.') {
                i++;
            }
            return i;
        }

        static int lastDigit(byte[] value, int point, int to) {
            int i = to - 1;
            while (i > point && value[i] == '0') {
                i--;
            }
            return Math.max(i, point);
        }

        @Override
        public List<Kind> kinds() {
            return orNaN ? List.of(Kind.NOT_FINITE, Kind.TOO_MANY_DIGITS) : List.of(Kind.TOO_MANY_DIGITS);
        }

        @Override
        public String fails() {
            return "%smore than %d digits before the point or %d after it"
                            .formatted(orNaN ? "NaN, infinity, " : "", before, after)
                    + (before + after == LONG ? ", more than 9223372036854775807 without the point" : "");
        }
    }

    /**
     * A whole number lies between two others.
     *
     * @param orNaN whether the source's type has NaN too
     */
    record Range(long least, long most, boolean orNaN) implements NumberCheck {
        @Override
        public @Nullable Kind violation(byte[] value, int from, int to, int doubled) {
            if (orNaN && value[to - 1] == 'N') {
                return Kind.NOT_FINITE;
            }
            boolean negative = value[from] == '-';
            int first = negative ? from + 1 : from;
            if (to - first > 19) {
                return Kind.OUT_OF_RANGE;
            }
            long digits = 0;
            for (int i = first; i < to; i++) {
                digits = digits * 10 + (value[i] - '0');
            }
            long limit = negative ? -least : most;
            return Long.compareUnsigned(digits, limit) > 0 ? Kind.OUT_OF_RANGE : null;
        }

        @Override
        public List<Kind> kinds() {
            return orNaN ? List.of(Kind.NOT_FINITE, Kind.OUT_OF_RANGE) : List.of(Kind.OUT_OF_RANGE);
        }

        @Override
        public String fails() {
            return "%sless than %d, more than %d".formatted(orNaN ? "NaN, " : "", least, most);
        }
    }
}
