package org.tofro.connect.eventlog;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Numbers as text, as JSON writes them; zeros may stand before them. */
final class Numbers {
    /** No number that is written longer has a place in any type. */
    static final int LONGEST = 1_000;

    private Numbers() {}

    /** How a number is written. */
    enum Written {
        NOT,
        /** Digits that COPY takes as they are. */
        DIGITS,
        /** Digits with a point among them. */
        POINT,
        /** With an exponent, or with more zeros than it needs. */
        OTHERWISE
    }

    static Written written(byte[] bytes, int from, int to) {
        int start = from < to && bytes[from] == '-' ? from + 1 : from;
        int at = digits(bytes, start, to);
        if (at == start) {
            return Written.NOT;
        }
        boolean plain = (bytes[start] != '0' || at == start + 1) && to - from <= 60;
        Written written = Written.DIGITS;
        if (at < to && bytes[at] == '.') {
            int point = at + 1;
            at = digits(bytes, point, to);
            if (at == point) {
                return Written.NOT;
            }
            written = Written.POINT;
        }
        if (at < to && (bytes[at] | 0x20) == 'e') {
            int sign = at + 1 < to && (bytes[at + 1] == '-' || bytes[at + 1] == '+') ? at + 2 : at + 1;
            at = digits(bytes, sign, to);
            if (at == sign) {
                return Written.NOT;
            }
            written = Written.OTHERWISE;
        }
        return at < to ? Written.NOT : plain ? written : Written.OTHERWISE;
    }

    private static int digits(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to && bytes[at] >= '0' && bytes[at] <= '9') {
            at++;
        }
        return at;
    }

    /** The number without zeros at its end; null where no type has a place for it. */
    static @Nullable BigDecimal of(byte[] bytes, int from, int to) {
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
    static long whole(byte[] bytes, int from, int to) {
        boolean negative = bytes[from] == '-';
        long number = 0;
        for (int i = negative ? from + 1 : from; i < to; i++) {
            number = number * 10 - (bytes[i] - '0');
        }
        return negative ? number : -number;
    }

    /** Whether all digits before an exponent are zeros. */
    static boolean isZero(byte[] bytes, int from, int to) {
        for (int i = from; i < to && (bytes[i] | 0x20) != 'e'; i++) {
            if (bytes[i] >= '1' && bytes[i] <= '9') {
                return false;
            }
        }
        return true;
    }
}
