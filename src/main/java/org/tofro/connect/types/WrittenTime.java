package org.tofro.connect.types;

import java.time.LocalDate;

/**
 * A date, a time of day and an offset in ISO 8601, read from text. It reads what any source writes and says how it was
 * written; what of that a column takes, and what it makes of it, is for who asks. Used again for every value, by one
 * thread, so that reading allocates nothing. Every part is read from {@link #at} on, which then stands behind it.
 */
public final class WrittenTime {
    private static final long SECOND = 1_000_000;

    private int at;
    private int year = 1;
    private int month = 1;
    private int day = 1;
    private int hour;
    private int minute;
    private int second;
    private int fraction;
    private boolean withSeconds;
    private boolean withFraction;
    private boolean withComma;
    private boolean tooFine;
    private int offsetHours;
    private int offsetMinutes;
    private int offsetSeconds;
    private boolean withOffsetSeconds;
    private boolean west;

    /** Where reading has come to. */
    public int at() {
        return at;
    }

    /** Passes over so many bytes. */
    public void skip(int bytes) {
        at += bytes;
    }

    /** Begins with another text. */
    public void begin(int from) {
        at = from;
        hour = 0;
        minute = 0;
        second = 0;
        fraction = 0;
        tooFine = false;
        offsetHours = 0;
        offsetMinutes = 0;
        offsetSeconds = 0;
        west = false;
    }

    /** Reads {@code 2026-11-23}, a day that there is, of the years 1 to 9999; false where something else stands there. */
    public boolean date(byte[] bytes, int to) {
        if (to - at < 10) {
            return false;
        }
        year = take(bytes, 4);
        boolean first = bytes[at++] == '-';
        month = take(bytes, 2);
        boolean second = bytes[at++] == '-';
        day = take(bytes, 2);
        return first
                && second
                && year >= 1
                && month >= 1
                && month <= 12
                && day >= 1
                && day <= (day <= 28 ? 28 : LocalDate.of(year, month, 1).lengthOfMonth());
    }

    /** Whether what stands here is what may stand between a date and a time. */
    public boolean gap(byte[] bytes) {
        return bytes[at] == ' ' || (bytes[at] | 0x20) == 't';
    }

    /** Reads {@code 14:30}, {@code 14:30:05} or {@code 14:30:05.25}, up to 24:59:59; false where none stands there. */
    public boolean time(byte[] bytes, int to) {
        if (to - at < 5) {
            return false;
        }
        hour = take(bytes, 2);
        boolean colon = bytes[at++] == ':';
        minute = take(bytes, 2);
        second = 0;
        withSeconds = at < to && bytes[at] == ':';
        if (withSeconds) {
            if (to - at < 3) {
                return false;
            }
            at++;
            second = take(bytes, 2);
        }
        if (!colon || hour < 0 || hour > 24 || minute < 0 || minute > 59 || second < 0 || second > 59) {
            return false;
        }
        withComma = at < to && bytes[at] == ',';
        withFraction = withComma || (at < to && bytes[at] == '.');
        return !withFraction || fraction(bytes, to);
    }

    private boolean fraction(byte[] bytes, int to) {
        int start = ++at;
        int unit = 100_000;
        while (at < to && bytes[at] >= '0' && bytes[at] <= '9') {
            int digit = bytes[at++] - '0';
            fraction += digit * unit;
            tooFine |= unit == 0 && digit != 0;
            unit /= 10;
        }
        return at > start;
    }

    /** Reads {@code +02}, {@code +0230}, {@code +02:30} or one with seconds; false where none stands there. */
    public boolean offset(byte[] bytes, int to) {
        if (to - at < 3 || (bytes[at] != '+' && bytes[at] != '-')) {
            return false;
        }
        west = bytes[at++] == '-';
        offsetHours = take(bytes, 2);
        boolean colons = at < to && bytes[at] == ':';
        boolean good = offsetHours >= 0;
        if (good && at < to) {
            at += colons ? 1 : 0;
            offsetMinutes = to - at < 2 ? -1 : take(bytes, 2);
            good = offsetMinutes >= 0 && offsetMinutes <= 59;
        }
        withOffsetSeconds = good && at < to;
        if (withOffsetSeconds) {
            boolean colon = bytes[at] == ':';
            at += colon ? 1 : 0;
            offsetSeconds = to - at < 2 ? -1 : take(bytes, 2);
            good = colon == colons && offsetSeconds >= 0 && offsetSeconds <= 59;
        }
        return good;
    }

    /** The next digits' number; below zero where there are others among them. */
    private int take(byte[] bytes, int digits) {
        int number = 0;
        boolean good = true;
        for (int i = 0; i < digits; i++) {
            int digit = bytes[at++] - '0';
            good &= digit >= 0 && digit <= 9;
            number = number * 10 + digit;
        }
        return good ? number : -1;
    }

    public int year() {
        return year;
    }

    public int month() {
        return month;
    }

    public int day() {
        return day;
    }

    public int hour() {
        return hour;
    }

    public int minute() {
        return minute;
    }

    public int second() {
        return second;
    }

    /** Microseconds beyond the second. */
    public int fraction() {
        return fraction;
    }

    /** Microseconds of the day. */
    public long micros() {
        return (hour * 3600L + minute * 60L + second) * SECOND + fraction;
    }

    /** Whether a fraction was written without seconds; it is read as one of a second all the same. */
    public boolean fractionOfNoSeconds() {
        return withFraction && !withSeconds;
    }

    /** Whether a fraction was written behind a comma. */
    public boolean withComma() {
        return withComma;
    }

    /** Whether something finer than a microsecond was written. */
    public boolean tooFine() {
        return tooFine;
    }

    /** Hours of the offset, whatever its sign. */
    public int offsetHours() {
        return offsetHours;
    }

    public boolean withOffsetSeconds() {
        return withOffsetSeconds;
    }

    /** Seconds to the east of Greenwich. */
    public int offset() {
        int seconds = offsetHours * 3600 + offsetMinutes * 60 + offsetSeconds;
        return west ? -seconds : seconds;
    }
}
