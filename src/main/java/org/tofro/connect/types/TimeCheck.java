package org.tofro.connect.types;

import java.time.YearMonth;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Checks of dates, timestamps and times. */
public sealed interface TimeCheck extends ValueCheck {
    /** A date or timestamp has a year of four digits of our era. */
    record Day() implements TimeCheck {
        @Override
        public @Nullable Kind violation(byte[] value, int from, int to, int doubled) {
            byte last = value[to - 1];
            if (last == 'y') {
                return Kind.INFINITE;
            }
            return value[from + 4] == '-' && last != 'C' ? null : Kind.OUT_OF_YEARS;
        }

        @Override
        public List<Kind> kinds() {
            return List.of(Kind.INFINITE, Kind.OUT_OF_YEARS);
        }

        @Override
        public String fails() {
            return "infinity, years outside of 1 to 9999";
        }
    }

    /**
     * A date or timestamp is one of the calendar, after the year 0. MySQL also keeps months and days of zero and, in one of
     * its modes, a 31st of February ("SQL modes": ALLOW_INVALID_DATES, NO_ZERO_IN_DATE).
     */
    record Calendar() implements TimeCheck {
        @Override
        public @Nullable Kind violation(byte[] value, int from, int to, int doubled) {
            if (isZero(value, from)) {
                return Kind.ZERO_DATE;
            }
            int year = 100 * number(value, from) + number(value, from + 2);
            int month = number(value, from + 5);
            int day = number(value, from + 8);
            if (day > 28 && day > YearMonth.of(year, month).lengthOfMonth()) {
                return Kind.NO_SUCH_DAY;
            }
            return year == 0 ? Kind.OUT_OF_YEARS : null;
        }

        /** Whether the month or the day is zero. */
        public static boolean isZero(byte[] value, int from) {
            return (value[from + 5] == '0' && value[from + 6] == '0')
                    || (value[from + 8] == '0' && value[from + 9] == '0');
        }

        private static int number(byte[] value, int from) {
            return 10 * (value[from] - '0') + value[from + 1] - '0';
        }

        @Override
        public List<Kind> kinds() {
            return List.of(Kind.ZERO_DATE, Kind.NO_SUCH_DAY, Kind.OUT_OF_YEARS);
        }

        @Override
        public String fails() {
            return "a month or day of zero, a day that the month does not have, the year 0";
        }
    }

    /** A time is one of a day, up to 24:00:00. */
    record Clock() implements TimeCheck {
        @Override
        public @Nullable Kind violation(byte[] value, int from, int to, int doubled) {
            boolean twoDigits = value[from] != '-' && value[from + 2] == ':';
            int hour = twoDigits ? 10 * (value[from] - '0') + value[from + 1] - '0' : 99;
            return hour < 24 || (hour == 24 && isWhole(value, from + 3, to)) ? null : Kind.NOT_OF_A_DAY;
        }

        private static boolean isWhole(byte[] value, int from, int to) {
            for (int i = from; i < to; i++) {
                if (value[i] >= '1' && value[i] <= '9') {
                    return false;
                }
            }
            return true;
        }

        @Override
        public List<Kind> kinds() {
            return List.of(Kind.NOT_OF_A_DAY);
        }

        @Override
        public String fails() {
            return "less than 00:00:00, more than 24:00:00";
        }
    }

    /** A time has no more than six digits after the point: Redshift's have a resolution of one microsecond. */
    record Microseconds() implements TimeCheck {
        @Override
        public @Nullable Kind violation(byte[] value, int from, int to, int doubled) {
            return to - from > "00:00:00.000000".length() ? Kind.TOO_FINE : null;
        }

        @Override
        public List<Kind> kinds() {
            return List.of(Kind.TOO_FINE);
        }

        @Override
        public String fails() {
            return "parts of a microsecond";
        }
    }

    /** A time with a zone is in UTC: Redshift keeps "TIMETZ values" as UTC ("Datetime types"), not the offset. */
    record Utc() implements TimeCheck {
        @Override
        public @Nullable Kind violation(byte[] value, int from, int to, int doubled) {
            if (value[to - 3] != '+' || value[to - 2] != '0' || value[to - 1] != '0') {
                return Kind.OFFSET;
            }
            return value[from] == '2' && value[from + 1] == '4' ? Kind.END_OF_DAY : null;
        }

        @Override
        public List<Kind> kinds() {
            return List.of(Kind.OFFSET, Kind.END_OF_DAY);
        }

        @Override
        public String fails() {
            return "an offset other than +00, 24:00:00";
        }
    }
}
