package org.tofro.local.redshift;

/** The plain form of days and moments: ISO 8601 with all digits. */
final class PlainTime {
    /** The length of a day, as in 2026-11-23. */
    static final int DAY = 10;

    private static final int FEBRUARY = 2;

    private PlainTime() {}

    /** Whether the first bytes are a day of the calendar. */
    static boolean startsWithDay(byte[] data, int start, int end) {
        if (end - start < DAY || data[start + 4] != '-' || data[start + 7] != '-') {
            return false;
        }
        int century = twoDigits(data, start);
        int year = twoDigits(data, start + 2);
        int month = twoDigits(data, start + 5);
        int day = twoDigits(data, start + 8);
        return (century | year) >= 0
                && month >= 1
                && month <= 12
                && day >= 1
                && day <= days(century * 100 + year, month);
    }

    private static int days(int year, int month) {
        if (month == FEBRUARY) {
            return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
        }
        return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
    }

    /** The number that two bytes are; negative where they are none. */
    private static int twoDigits(byte[] data, int at) {
        int tens = data[at] - '0';
        int ones = data[at + 1] - '0';
        return tens < 0 || tens > 9 || ones < 0 || ones > 9 ? -1 : tens * 10 + ones;
    }

    /** A day, and behind it what may be the time of day: PostgreSQL has the last word on that. */
    static boolean isTimestamp(byte[] data, int start, int end) {
        if (!startsWithDay(data, start, end)) {
            return false;
        }
        for (int i = start + DAY; i < end; i++) {
            byte b = data[i];
            boolean ordinary = (b >= '0' && b <= ':')
                    || b == '.'
                    || b == '-'
                    || b == '+'
                    || b == 'T'
                    || b == 'Z'
                    || (b == ' ' && i < end - 1);
            if (!ordinary) {
                return false;
            }
        }
        return true;
    }
}
