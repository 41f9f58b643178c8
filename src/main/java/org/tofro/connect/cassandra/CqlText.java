package org.tofro.connect.cassandra;

import com.datastax.oss.driver.api.core.DefaultProtocolVersion;
import com.datastax.oss.driver.api.core.data.CqlDuration;
import com.datastax.oss.driver.api.core.type.codec.TypeCodecs;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.LocalDate;
import java.util.Objects;

/** The text of single values, from the bytes that a server sends. */
final class CqlText {
    private static final String HEX = "0123456789abcdef";
    private static final long DAY = 86_400_000;
    private static final long DAY_NANOS = 86_400_000_000_000L;
    /** A date's number of days begins so far before 1970. */
    private static final long DATE_ORIGIN = 1L << 31;
    /** No type of Redshift takes as many digits. */
    private static final int MOST_DIGITS = 100_000;

    private CqlText() {}

    static String uuid(ByteBuffer value) {
        StringBuilder text = new StringBuilder(36);
        hex(value, text);
        return text.insert(20, '-')
                .insert(16, '-')
                .insert(12, '-')
                .insert(8, '-')
                .toString();
    }

    static void hex(ByteBuffer value, StringBuilder text) {
        for (int i = value.position(); i < value.limit(); i++) {
            int b = value.get(i) & 0xff;
            text.append(HEX.charAt(b >> 4)).append(HEX.charAt(b & 15));
        }
    }

    static String date(ByteBuffer value) {
        StringBuilder text = new StringBuilder(16);
        boolean before = day((value.getInt(value.position()) & 0xffff_ffffL) - DATE_ORIGIN, text);
        return text.append(before ? " BC" : "").toString();
    }

    /** A moment in UTC, as {@code 2014-09-01 08:00:00.25+00}. */
    static String timestamp(ByteBuffer value) {
        return timestamp(value, "+00");
    }

    static String timestamp(ByteBuffer value, String zone) {
        long millis = value.getLong(value.position());
        StringBuilder text = new StringBuilder(32);
        boolean before = day(Math.floorDiv(millis, DAY), text);
        int ofDay = (int) Math.floorMod(millis, DAY);
        text.append(' ');
        clock(ofDay / 1000, text);
        fraction(ofDay % 1000, 3, text);
        return text.append(zone).append(before ? " BC" : "").toString();
    }

    static String time(ByteBuffer value) {
        long nanos = value.getLong(value.position());
        StringBuilder text = new StringBuilder(18);
        clock((int) (Math.floorMod(nanos, DAY_NANOS) / 1_000_000_000), text);
        fraction((int) (nanos % 1_000_000_000), 9, text);
        return text.toString();
    }

    /** The day; says whether its year is one before our era, which then stands without a sign. */
    private static boolean day(long epochDay, StringBuilder text) {
        LocalDate day = LocalDate.ofEpochDay(epochDay);
        boolean before = day.getYear() <= 0;
        String year = Integer.toString(before ? 1 - day.getYear() : day.getYear());
        text.append("0".repeat(Math.max(0, 4 - year.length()))).append(year).append('-');
        two(day.getMonthValue(), text);
        text.append('-');
        two(day.getDayOfMonth(), text);
        return before;
    }

    private static void clock(int seconds, StringBuilder text) {
        two(seconds / 3600, text);
        text.append(':');
        two(seconds / 60 % 60, text);
        text.append(':');
        two(seconds % 60, text);
    }

    private static void two(int number, StringBuilder text) {
        text.append((char) ('0' + number / 10)).append((char) ('0' + number % 10));
    }

    /** The digits after a second's point, without zeros at the end. */
    private static void fraction(int number, int digits, StringBuilder text) {
        if (number == 0) {
            return;
        }
        text.append('.');
        int rest = number;
        for (int power = (int) Math.pow(10, digits - 1); rest > 0; power /= 10) {
            text.append((char) ('0' + rest / power));
            rest %= power;
        }
    }

    /** ISO 8601, each part with a sign of its own. */
    static String duration(ByteBuffer value) {
        CqlDuration duration =
                Objects.requireNonNull(TypeCodecs.DURATION.decode(value.duplicate(), DefaultProtocolVersion.V5));
        StringBuilder text = new StringBuilder("P");
        if (duration.getMonths() != 0) {
            text.append(duration.getMonths()).append('M');
        }
        if (duration.getDays() != 0) {
            text.append(duration.getDays()).append('D');
        }
        if (duration.getNanoseconds() != 0 || text.length() == 1) {
            BigDecimal seconds =
                    BigDecimal.valueOf(duration.getNanoseconds(), 9).stripTrailingZeros();
            text.append('T').append(seconds.toPlainString()).append('S');
        }
        return text.toString();
    }

    /** An address; that of version 6 by RFC 5952. */
    static String inet(ByteBuffer value) {
        int at = value.position();
        if (value.remaining() == 4) {
            return four(value, at);
        }
        int[] groups = new int[8];
        for (int i = 0; i < 8; i++) {
            groups[i] = value.getShort(at + 2 * i) & 0xffff;
        }
        boolean mapped = groups[5] == 0xffff;
        for (int i = 0; i < 5; i++) {
            mapped &= groups[i] == 0;
        }
        return mapped ? "::ffff:" + four(value, at + 12) : six(groups);
    }

    private static String four(ByteBuffer value, int at) {
        return (value.get(at) & 0xff) + "." + (value.get(at + 1) & 0xff) + "." + (value.get(at + 2) & 0xff) + "."
                + (value.get(at + 3) & 0xff);
    }

    /** The longest run of two zeros or more, the first where several are as long, becomes two colons. */
    private static String six(int[] groups) {
        int longest = 1;
        int start = -1;
        for (int i = 0; i < 8; i++) {
            int end = i;
            while (end < 8 && groups[end] == 0) {
                end++;
            }
            if (end - i > longest) {
                longest = end - i;
                start = i;
            }
        }
        StringBuilder text = new StringBuilder(39);
        for (int i = 0; i < 8; i++) {
            if (i == start) {
                text.append("::");
                i += longest - 1;
            } else {
                text.append(i == 0 || i == start + longest ? "" : ":").append(Integer.toHexString(groups[i]));
            }
        }
        return text.toString();
    }

    static BigInteger varint(ByteBuffer value) {
        byte[] bytes = new byte[value.remaining()];
        value.duplicate().get(bytes);
        return new BigInteger(bytes);
    }

    static BigDecimal decimal(ByteBuffer value) {
        ByteBuffer rest = value.duplicate();
        int scale = rest.getInt();
        return new BigDecimal(varint(rest), scale);
    }

    /** A number in digits with a point. One that would have more digits than any column takes is cut to as many, and fits nowhere. */
    static String plain(BigDecimal number) {
        long digits = Math.max(number.precision(), Math.abs((long) number.scale()));
        return digits > MOST_DIGITS ? "9".repeat(MOST_DIGITS) : number.toPlainString();
    }
}
