package org.tofro.connect.types;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Numbers as text: what is told of them before anybody makes a value of them. {@link #written} knows numbers as JSON writes
 * them, with zeros before them too; what files may write beside it is {@link NumberNotation}'s.
 */
public final class WrittenNumber {
    /** No number that is written longer has a place in any type. */
    public static final int LONGEST = 1_000;

    private WrittenNumber() {}

    /** How a number is written. */
    public enum Written {
        NOT,
        /** Digits that COPY takes as they are. */
        DIGITS,
        /** Digits with a point among them. */
        POINT,
        /** With an exponent, or with more zeros than it needs. */
        OTHERWISE
    }

    public static Written written(byte[] bytes, int from, int to) {
        int start = from < to && bytes[from] == '-' ? from + 1 : from;
        int at = Ascii.digitsEnd(bytes, start, to);
        if (at == start) {
            return Written.NOT;
        }
        boolean plain = (bytes[start] != '0' || at == start + 1) && to - from <= 60;
        Written written = Written.DIGITS;
        if (at < to && bytes[at] == '.') {
            int point = at + 1;
            at = Ascii.digitsEnd(bytes, point, to);
            if (at == point) {
                return Written.NOT;
            }
            written = Written.POINT;
        }
        if (at < to && (bytes[at] | 0x20) == 'e') {
            int sign = at + 1 < to && (bytes[at + 1] == '-' || bytes[at + 1] == '+') ? at + 2 : at + 1;
            at = Ascii.digitsEnd(bytes, sign, to);
            if (at == sign) {
                return Written.NOT;
            }
            written = Written.OTHERWISE;
        }
        return at < to ? Written.NOT : plain ? written : Written.OTHERWISE;
    }

    /** The number without zeros at its end; null where no type has a place for it. */
    public static @Nullable BigDecimal of(byte[] bytes, int from, int to) {
        if (to - from > LONGEST) {
            return null;
        }
        try {
            BigDecimal number = new BigDecimal(new String(bytes, from, to - from, StandardCharsets.US_ASCII));
            boolean sane = number.signum() == 0 || Math.abs((long) number.scale()) <= 2L * LONGEST;
            BigDecimal shortest = number.signum() == 0 ? BigDecimal.ZERO : sane ? number.stripTrailingZeros() : null;
            return shortest;
        } catch (NumberFormatException exponentTooLong) {
            return null;
        }
    }

    /** The value of digits that a long holds. */
    public static long whole(byte[] bytes, int from, int to) {
        boolean negative = bytes[from] == '-';
        long number = 0;
        for (int i = negative ? from + 1 : from; i < to; i++) {
            number = number * 10 - (bytes[i] - '0');
        }
        return negative ? number : -number;
    }

    /** The nearest number that the type has; an infinity or NaN where that would be infinite, or a zero that was none. */
    public static double nearest(byte[] bytes, int from, int to, boolean real) {
        String text = Ascii.text(bytes, from, to);
        double nearest = real ? Float.parseFloat(text) : Double.parseDouble(text);
        return nearest != 0 || isZero(bytes, from, to) ? nearest : Double.NaN;
    }

    /** Whether all digits before an exponent are zeros. */
    private static boolean isZero(byte[] bytes, int from, int to) {
        for (int i = from; i < to && (bytes[i] | 0x20) != 'e'; i++) {
            if (bytes[i] >= '1' && bytes[i] <= '9') {
                return false;
            }
        }
        return true;
    }
}
