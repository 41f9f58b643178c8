package org.tofro.connect.cassandra.write;

import com.datastax.oss.driver.api.core.DefaultProtocolVersion;
import com.datastax.oss.driver.api.core.data.CqlDuration;
import com.datastax.oss.driver.api.core.type.codec.TypeCodecs;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.Month;
import java.time.Year;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Days, moments and durations, as {@code CqlText} and Redshift write them. */
final class TimeCells {
    private static final long DAY_SECONDS = 86_400;
    private static final long NANOS_OF_SECOND = 1_000_000_000;
    /** A date's number of days begins so far before 1970. */
    private static final long DATE_ORIGIN = 1L << 31;
    /** Nobody's calendar goes further. */
    private static final int MOST_YEAR = 999_999_999;

    private static final int NANO_DIGITS = 9;
    private static final int NANOS_OF_MILLI = 1_000_000;

    private static final Pattern DURATION = Pattern.compile(
            "P(?=[-T\\d])(?:(-?\\d+)Y)?(?:(-?\\d+)M)?(?:(-?\\d+)D)?(?:T(?=[-\\d])(?:(-?\\d+)H)?(?:(-?\\d+)M)?"
                    + "(?:(-?\\d+(?:\\.\\d+)?)S)?)?");

    private TimeCells() {}

    static ByteBuffer date(byte[] bytes, int from, int to) throws Cell.Unfit {
        Reading reading = new Reading(bytes, from, to, "is not a date, which is written 2026-11-23");
        long day = reading.day();
        reading.demandEnd();
        long number = day + DATE_ORIGIN;
        if (number < 0 || number > 0xffff_ffffL) {
            throw new Cell.Unfit("is out of the range of its type");
        }
        return ByteBuffer.allocate(4).putInt(0, (int) number);
    }

    static ByteBuffer time(byte[] bytes, int from, int to) throws Cell.Unfit {
        Reading reading = new Reading(bytes, from, to, "is not a time of a day, which is written 07:04:56.000001");
        long seconds = reading.clock();
        int nanos = reading.fraction();
        reading.demandEnd();
        return ByteBuffer.allocate(8).putLong(0, seconds * 1_000_000_000 + nanos);
    }

    static ByteBuffer timestamp(byte[] bytes, int from, int to) throws Cell.Unfit {
        Moment moment = moment(bytes, from, to);
        if (moment.nanos() % NANOS_OF_MILLI != 0) {
            throw new Cell.Unfit(
                    "is finer than a millisecond; truncate it in the query, or let the column be bigint or text");
        }
        return ByteBuffer.allocate(8).putLong(0, moment.in(1000));
    }

    /** Microseconds since 1970. */
    static long micros(byte[] bytes, int from, int to) throws Cell.Unfit {
        Moment moment = moment(bytes, from, to);
        if (moment.nanos() % 1000 != 0) {
            throw new Cell.Unfit("is finer than a microsecond");
        }
        return moment.in(1_000_000);
    }

    private record Moment(long day, long secondOfDay, int nanos) {
        /** How many such parts of a second have passed since 1970. */
        long in(long partsOfSecond) throws Cell.Unfit {
            try {
                long seconds = Math.addExact(Math.multiplyExact(day, DAY_SECONDS), secondOfDay);
                return Math.addExact(
                        Math.multiplyExact(seconds, partsOfSecond), nanos / (NANOS_OF_SECOND / partsOfSecond));
            } catch (ArithmeticException e) {
                throw new Cell.Unfit("is out of the range of its type");
            }
        }
    }

    private static Moment moment(byte[] bytes, int from, int to) throws Cell.Unfit {
        Reading reading =
                new Reading(bytes, from, to, "is not a timestamp, which is written 2026-11-23 07:04:56.25+00");
        long day = reading.day();
        if (reading.atEnd()) {
            return new Moment(day, 0, 0);
        }
        reading.separator();
        long seconds = reading.clock();
        int nanos = reading.fraction();
        seconds -= reading.offset();
        reading.demandEnd();
        return new Moment(day, seconds, nanos);
    }

    static ByteBuffer duration(byte[] bytes, int from, int to) throws Cell.Unfit {
        Matcher parts = DURATION.matcher(new String(bytes, from, to - from, StandardCharsets.ISO_8859_1));
        if (!parts.matches()) {
            throw new Cell.Unfit("is not a duration of ISO 8601, which is written P1M2DT3.5S");
        }
        try {
            int months = Math.toIntExact(
                    Math.addExact(Math.multiplyExact(number(parts.group(1)), 12), number(parts.group(2))));
            int days = Math.toIntExact(number(parts.group(3)));
            long nanos = seconds(parts.group(4))
                    .multiply(BigDecimal.valueOf(3600))
                    .add(seconds(parts.group(5)).multiply(BigDecimal.valueOf(60)))
                    .add(seconds(parts.group(6)))
                    .movePointRight(NANO_DIGITS)
                    .longValueExact();
            return Objects.requireNonNull(TypeCodecs.DURATION.encode(
                    CqlDuration.newInstance(months, days, nanos), DefaultProtocolVersion.V5));
        } catch (ArithmeticException | IllegalArgumentException e) {
            throw new Cell.Unfit("is no duration of Cassandra, whose parts have one sign and no more than nanoseconds");
        }
    }

    private static long number(@Nullable String digits) {
        return digits == null ? 0 : Long.parseLong(digits);
    }

    private static BigDecimal seconds(@Nullable String digits) {
        return digits == null ? BigDecimal.ZERO : new BigDecimal(digits);
    }

    /** What is read from left to right. */
    private static final class Reading {
        private final byte[] bytes;
        private final String misfit;
        private final boolean beforeChrist;
        private int at;
        private int to;

        Reading(byte[] bytes, int from, int to, String misfit) {
            this.bytes = bytes;
            this.misfit = misfit;
            this.at = from;
            beforeChrist = to - from > 3 && bytes[to - 1] == 'C' && bytes[to - 2] == 'B' && bytes[to - 3] == ' ';
            this.to = beforeChrist ? to - 3 : to;
        }

        boolean atEnd() {
            return at == to;
        }

        void demandEnd() throws Cell.Unfit {
            if (at != to) {
                throw new Cell.Unfit(misfit);
            }
        }

        /** Days since 1970. */
        long day() throws Cell.Unfit {
            int start = at;
            long year = 0;
            while (at < to && bytes[at] >= '0' && bytes[at] <= '9' && year <= MOST_YEAR) {
                year = year * 10 + bytes[at++] - '0';
            }
            if (at - start < 4 || year > MOST_YEAR || (beforeChrist && year == 0)) {
                throw new Cell.Unfit(misfit);
            }
            expect('-');
            int month = two();
            expect('-');
            int day = two();
            int counted = (int) (beforeChrist ? 1 - year : year);
            if (month < 1 || month > 12 || day < 1 || day > Month.of(month).length(Year.isLeap(counted))) {
                throw new Cell.Unfit("has a day that its month does not have");
            }
            return LocalDate.of(counted, month, day).toEpochDay();
        }

        void separator() throws Cell.Unfit {
            if (at == to || (bytes[at] != ' ' && bytes[at] != 'T')) {
                throw new Cell.Unfit(misfit);
            }
            at++;
        }

        /** Seconds of the day. */
        long clock() throws Cell.Unfit {
            int hour = two();
            expect(':');
            int minute = two();
            expect(':');
            int second = two();
            if (hour > 23 || minute > 59 || second > 59) {
                throw new Cell.Unfit("is not between 00:00:00 and 23:59:59");
            }
            return hour * 3600L + minute * 60L + second;
        }

        /** Nanoseconds. */
        int fraction() throws Cell.Unfit {
            if (at == to || bytes[at] != '.') {
                return 0;
            }
            int start = ++at;
            int nanos = 0;
            for (; at < to && bytes[at] >= '0' && bytes[at] <= '9'; at++) {
                if (at - start < NANO_DIGITS) {
                    nanos = nanos * 10 + bytes[at] - '0';
                } else if (bytes[at] != '0') {
                    throw new Cell.Unfit("is finer than a nanosecond");
                }
            }
            if (at == start) {
                throw new Cell.Unfit(misfit);
            }
            for (int digits = at - start; digits < NANO_DIGITS; digits++) {
                nanos *= 10;
            }
            return nanos;
        }

        /** Seconds east of Greenwich. */
        int offset() throws Cell.Unfit {
            if (at == to) {
                return 0;
            }
            byte sign = bytes[at++];
            if (sign == 'Z') {
                return 0;
            }
            if (sign != '+' && sign != '-') {
                throw new Cell.Unfit(misfit);
            }
            int seconds = two() * 3600;
            for (int unit = 60; at < to && unit > 0; unit /= 60) {
                if (bytes[at] == ':') {
                    at++;
                }
                seconds += two() * unit;
            }
            return sign == '-' ? -seconds : seconds;
        }

        private int two() throws Cell.Unfit {
            if (at + 2 > to) {
                throw new Cell.Unfit(misfit);
            }
            int tens = bytes[at++] - '0';
            int ones = bytes[at++] - '0';
            if (tens < 0 || tens > 9 || ones < 0 || ones > 9) {
                throw new Cell.Unfit(misfit);
            }
            return tens * 10 + ones;
        }

        private void expect(char c) throws Cell.Unfit {
            if (at == to || bytes[at] != c) {
                throw new Cell.Unfit(misfit);
            }
            at++;
        }
    }
}
