package org.tofro.connect.types;

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
