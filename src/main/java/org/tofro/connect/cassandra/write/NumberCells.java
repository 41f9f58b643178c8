package org.tofro.connect.cassandra.write;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Numbers. Short ones, which nearly all are, are read digit by digit. */
final class NumberCells {
    private static final String NOT_WHOLE = "is not a whole number";
    private static final String NOT_A_NUMBER = "is not a number";
    private static final String OUT_OF_RANGE = "is out of the range of its type";
    /** So many digits fit in a long, whatever they are. */
    private static final int SURE_DIGITS = 18;
    /** The greatest whole number up to which a double has all. */
    private static final long EXACT = 1L << 53;

    private static final double[] TENS = {
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18
    };
    /** No value that was ever meant has more; an exponent of nine digits would fill the memory. */
    private static final int MOST_EXPONENT_DIGITS = 4;

    private NumberCells() {}

    static ByteBuffer bigint(byte[] bytes, int from, int to) throws Cell.Unfit {
        return ByteBuffer.allocate(8).putLong(0, whole(bytes, from, to, Long.MIN_VALUE, Long.MAX_VALUE));
    }

    static ByteBuffer integer(byte[] bytes, int from, int to) throws Cell.Unfit {
        return ByteBuffer.allocate(4).putInt(0, (int) whole(bytes, from, to, Integer.MIN_VALUE, Integer.MAX_VALUE));
    }

    static ByteBuffer smallint(byte[] bytes, int from, int to) throws Cell.Unfit {
        return ByteBuffer.allocate(2).putShort(0, (short) whole(bytes, from, to, Short.MIN_VALUE, Short.MAX_VALUE));
    }

    static ByteBuffer tinyint(byte[] bytes, int from, int to) throws Cell.Unfit {
        return ByteBuffer.allocate(1).put(0, (byte) whole(bytes, from, to, Byte.MIN_VALUE, Byte.MAX_VALUE));
    }

    private static long whole(byte[] bytes, int from, int to, long least, long most) throws Cell.Unfit {
        int first = digits(bytes, from, to);
        long number;
        if (to - first <= SURE_DIGITS) {
            long magnitude = magnitude(bytes, first, to);
            number = bytes[from] == '-' ? -magnitude : magnitude;
        } else {
            try {
                number = Long.parseLong(ascii(bytes, from, to));
            } catch (NumberFormatException e) {
                throw new Cell.Unfit(OUT_OF_RANGE);
            }
        }
        if (number < least || number > most) {
            throw new Cell.Unfit(OUT_OF_RANGE);
        }
        return number;
    }

    /** Where the digits of a whole number begin, which all of them must be. */
    private static int digits(byte[] bytes, int from, int to) throws Cell.Unfit {
        int first = from < to && (bytes[from] == '-' || bytes[from] == '+') ? from + 1 : from;
        if (first == to) {
            throw new Cell.Unfit(NOT_WHOLE);
        }
        for (int i = first; i < to; i++) {
            if (bytes[i] < '0' || bytes[i] > '9') {
                throw new Cell.Unfit(NOT_WHOLE);
            }
        }
        return first;
    }

    private static long magnitude(byte[] bytes, int from, int to) {
        long magnitude = 0;
        for (int i = from; i < to; i++) {
            magnitude = magnitude * 10 + (bytes[i] - '0');
        }
        return magnitude;
    }

    static ByteBuffer varint(byte[] bytes, int from, int to) throws Cell.Unfit {
        int first = digits(bytes, from, to);
        if (to - first <= SURE_DIGITS) {
            long magnitude = magnitude(bytes, first, to);
            long number = bytes[from] == '-' ? -magnitude : magnitude;
            ByteBuffer cell = ByteBuffer.allocate(size(number));
            put(number, cell);
            return cell.flip();
        }
        return ByteBuffer.wrap(new BigInteger(ascii(bytes, from, to)).toByteArray());
    }

    static ByteBuffer decimal(byte[] bytes, int from, int to) throws Cell.Unfit {
        Decimal shape = new Decimal(bytes, from, to);
        if (shape.exact) {
            ByteBuffer cell = ByteBuffer.allocate(4 + size(shape.unscaled)).putInt(shape.scale);
            put(shape.unscaled, cell);
            return cell.flip();
        }
        if (!shape.number) {
            throw new Cell.Unfit(NOT_A_NUMBER);
        }
        BigDecimal number = new BigDecimal(ascii(bytes, from, to));
        byte[] unscaled = number.unscaledValue().toByteArray();
        return ByteBuffer.allocate(4 + unscaled.length)
                .putInt(number.scale())
                .put(unscaled)
                .flip();
    }

    static ByteBuffer doubled(byte[] bytes, int from, int to) throws Cell.Unfit {
        Decimal shape = new Decimal(bytes, from, to);
        double number;
        if (shape.exact && Math.abs(shape.unscaled) <= EXACT) {
            // Both are exact, so their quotient is the nearest: Clinger, "How to Read Floating Point Numbers
            // Accurately".
            number = shape.unscaled / TENS[shape.scale];
            number = number == 0 && shape.negative ? -0.0 : number;
        } else if (shape.number) {
            number = Double.parseDouble(ascii(bytes, from, to));
            if (Double.isInfinite(number)) {
                throw new Cell.Unfit(OUT_OF_RANGE);
            }
        } else {
            number = special(bytes, from, to);
        }
        return ByteBuffer.allocate(8).putDouble(0, number);
    }

    static ByteBuffer single(byte[] bytes, int from, int to) throws Cell.Unfit {
        Decimal shape = new Decimal(bytes, from, to);
        float number;
        if (shape.number) {
            number = Float.parseFloat(ascii(bytes, from, to));
            if (Float.isInfinite(number)) {
                throw new Cell.Unfit(OUT_OF_RANGE);
            }
        } else {
            number = (float) special(bytes, from, to);
        }
        return ByteBuffer.allocate(4).putFloat(0, number);
    }

    private static double special(byte[] bytes, int from, int to) throws Cell.Unfit {
        return switch (to - from <= 9 ? ascii(bytes, from, to) : "") {
            case "NaN", "nan" -> Double.NaN;
            case "Infinity", "inf" -> Double.POSITIVE_INFINITY;
            case "-Infinity", "-inf" -> Double.NEGATIVE_INFINITY;
            default -> throw new Cell.Unfit(NOT_A_NUMBER);
        };
    }

    /** How a number is written. */
    private static final class Decimal {
        private final boolean number;
        private final boolean negative;
        /** Whether the number is all of the next two. */
        private final boolean exact;

        private final long unscaled;
        private final int scale;

        Decimal(byte[] bytes, int from, int to) {
            negative = from < to && bytes[from] == '-';
            int at = negative || (from < to && bytes[from] == '+') ? from + 1 : from;
            long value = 0;
            int digits = 0;
            int point = -1;
            for (; at < to; at++) {
                byte b = bytes[at];
                if (b >= '0' && b <= '9') {
                    value = value * 10 + (b - '0');
                    digits++;
                } else if (b == '.' && point < 0) {
                    point = digits;
                } else {
                    break;
                }
            }
            number = digits > 0 && (at == to || isExponent(bytes, at, to));
            exact = number && at == to && digits <= SURE_DIGITS;
            unscaled = negative ? -value : value;
            scale = point < 0 ? 0 : digits - point;
        }

        private static boolean isExponent(byte[] bytes, int from, int to) {
            if (bytes[from] != 'e' && bytes[from] != 'E') {
                return false;
            }
            int at = from + 1;
            if (at < to && (bytes[at] == '+' || bytes[at] == '-')) {
                at++;
            }
            int digits = to - at;
            for (; at < to; at++) {
                if (bytes[at] < '0' || bytes[at] > '9') {
                    return false;
                }
            }
            return digits > 0 && digits <= MOST_EXPONENT_DIGITS;
        }
    }

    /** The bytes of a whole number in two's complement, without those that only repeat its sign. */
    private static int size(long number) {
        int bits = 65 - Long.numberOfLeadingZeros(number < 0 ? ~number : number);
        return (bits + 7) / 8;
    }

    private static void put(long number, ByteBuffer cell) {
        for (int shift = 8 * (size(number) - 1); shift >= 0; shift -= 8) {
            cell.put((byte) (number >> shift));
        }
    }

    private static String ascii(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }
}
