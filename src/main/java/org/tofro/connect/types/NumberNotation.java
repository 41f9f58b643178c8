package org.tofro.connect.types;

import java.math.BigDecimal;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.types.ValueCheck.Kind;

/** How numbers are written. */
sealed interface NumberNotation extends Notation {
    /** Digits, perhaps after a sign. */
    record Whole() implements NumberNotation {
        @Override
        public byte @Nullable [] staged(byte[] bytes, int from, int to) {
            boolean signed = from < to && (bytes[from] == '-' || bytes[from] == '+');
            int first = signed ? from + 1 : from;
            if (first == to || Ascii.digitsEnd(bytes, first, to) != to) {
                return null;
            }
            int start = first;
            while (start < to - 1 && bytes[start] == '0') {
                start++;
            }
            return NumberNotation.signed(bytes, signed && bytes[from] == '-', start, to);
        }

        @Override
        public String shown() {
            return "a whole number is written with digits alone, perhaps after a sign";
        }
    }

    /** Digits with a point among them or without, perhaps after a sign and before an exponent. */
    record Decimal() implements NumberNotation {
        private static final int MOST_EXPONENT = 100;

        @Override
        public byte @Nullable [] staged(byte[] bytes, int from, int to) {
            int mantissa = NumberNotation.mantissaEnd(bytes, from, to);
            if (mantissa < 0) {
                return null;
            }
            if (mantissa < to) {
                return expanded(bytes, from, to, mantissa);
            }
            boolean signed = bytes[from] == '-' || bytes[from] == '+';
            int first = signed ? from + 1 : from;
            int last = bytes[to - 1] == '.' ? to - 1 : to;
            if (bytes[first] == '.') {
                return Ascii.bytes((bytes[from] == '-' ? "-0" : "0") + Ascii.text(bytes, first, last));
            }
            return NumberNotation.signed(bytes, bytes[from] == '-', first, last);
        }

        /** 12.5e-1 is 1.25; no decimal of Redshift has room for an exponent of three digits. */
        private static byte @Nullable [] expanded(byte[] bytes, int from, int to, int mantissa) {
            int exponent = NumberNotation.exponent(bytes, mantissa, to);
            boolean sane = Math.abs(exponent) <= MOST_EXPONENT && mantissa - from <= MOST_EXPONENT;
            return sane ? Ascii.bytes(new BigDecimal(Ascii.text(bytes, from, to)).toPlainString()) : null;
        }

        @Override
        public String shown() {
            return "a number is written with digits and a point, without blanks, separators and currency";
        }
    }

    /** The same, or NaN, or an infinity; staged as it is written, because no other text means the same number for sure. */
    record Floating(boolean real) implements NumberNotation {
        private static final int LONGEST = 400;

        @Override
        public byte @Nullable [] staged(byte[] bytes, int from, int to) {
            String word = Ascii.lower(bytes, from, to, 9);
            return switch (word) {
                case "nan" -> Ascii.bytes("NaN");
                case "inf", "+inf", "infinity", "+infinity" -> Ascii.bytes("Infinity");
                case "-inf", "-infinity" -> Ascii.bytes("-Infinity");
                default ->
                    isNumber(bytes, from, to) && Double.isFinite(WrittenNumber.nearest(bytes, from, to, real))
                            ? Arrays.copyOfRange(bytes, from, to)
                            : null;
            };
        }

        @Override
        public Kind misfit(byte[] bytes, int from, int to) {
            return isNumber(bytes, from, to) ? Kind.OUT_OF_RANGE : Kind.UNREADABLE;
        }

        private static boolean isNumber(byte[] bytes, int from, int to) {
            int mantissa = to - from > LONGEST ? -1 : NumberNotation.mantissaEnd(bytes, from, to);
            return mantissa == to
                    || (mantissa > 0 && NumberNotation.exponent(bytes, mantissa, to) != Integer.MAX_VALUE);
        }

        @Override
        public String shown() {
            return "a number is written with digits, a point and an exponent, or as NaN or Infinity";
        }
    }

    /** Where sign, digits and point end; -1 where there is no digit, or something else than an exponent behind them. */
    private static int mantissaEnd(byte[] bytes, int from, int to) {
        int at = from < to && (bytes[from] == '-' || bytes[from] == '+') ? from + 1 : from;
        int point = Ascii.digitsEnd(bytes, at, to);
        int digits = point - at;
        int end = point;
        if (end < to && bytes[end] == '.') {
            end = Ascii.digitsEnd(bytes, end + 1, to);
            digits += end - point - 1;
        }
        boolean ends = end == to || bytes[end] == 'e' || bytes[end] == 'E';
        return digits > 0 && ends ? end : -1;
    }

    /** The exponent that begins there; the greatest integer where it is none, or far beyond every type. */
    private static int exponent(byte[] bytes, int e, int to) {
        int at = e + 1 < to && (bytes[e + 1] == '-' || bytes[e + 1] == '+') ? e + 2 : e + 1;
        boolean number = at < to && to - at <= 6 && Ascii.digitsEnd(bytes, at, to) == to;
        if (!number) {
            return Integer.MAX_VALUE;
        }
        int exponent = Ascii.number(bytes, at, to - at, to);
        return bytes[e + 1] == '-' ? -exponent : exponent;
    }

    private static byte[] signed(byte[] bytes, boolean negative, int from, int to) {
        if (!negative) {
            return Arrays.copyOfRange(bytes, from, to);
        }
        byte[] staged = new byte[to - from + 1];
        staged[0] = '-';
        System.arraycopy(bytes, from, staged, 1, to - from);
        return staged;
    }
}
