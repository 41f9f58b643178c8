package org.tofro.connect.jdbc;

import org.jspecify.annotations.Nullable;
import org.tofro.connect.jdbc.PostgresTypes.SourceType;

/**
 * What has to be looked at in every value of a column before Redshift sees it, because its type there has no place for
 * some values of the source's type.
 */
sealed interface ValueCheck {
    /** What is wrong with the value, or null. */
    @Nullable
    Kind violation(byte[] value, int from, int to);

    /** The kinds of values that do not fit, as messages name them. */
    enum Kind {
        TOO_LONG("longer than its type in bytes"),
        MULTI_BYTE("with characters of more than one byte, which char does not take"),
        NOT_FINITE("NaN or infinite"),
        TOO_MANY_DIGITS("with more digits than its type"),
        INFINITE_DATE("infinite or outside of the years 1 to 9999");

        private final String text;

        Kind(String text) {
            this.text = text;
        }

        String text() {
            return text;
        }
    }

    /** The check that a column needs, or null where every value fits. */
    static @Nullable ValueCheck of(SourceType source, RedshiftType target) {
        return switch (target.kind()) {
            case VARCHAR, SUPER -> {
                int size = target.kind() == RedshiftType.Kind.SUPER ? 16 << 20 : target.size();
                yield PostgresTypes.alwaysFits(source, size) ? null : new Width(size, false);
            }
            case CHAR -> new Width(target.size(), true);
            case VARBYTE -> new Width(2 * target.size(), false);
            case DECIMAL -> new Digits(target.size() - target.scale(), target.scale());
            case DATE, TIMESTAMP, TIMESTAMPTZ -> new FiniteDate();
            default -> null;
        };
    }

    /** A string has at most so many bytes. */
    record Width(int bytes, boolean singleByte) implements ValueCheck {
        @Override
        public @Nullable Kind violation(byte[] value, int from, int to) {
            if (to - from > bytes) {
                return Kind.TOO_LONG;
            }
            if (singleByte) {
                for (int i = from; i < to; i++) {
                    if (value[i] < 0) {
                        return Kind.MULTI_BYTE;
                    }
                }
            }
            return null;
        }
    }

    /** A decimal has at most so many digits on each side of its point; zeros at the ends do not count. */
    record Digits(int before, int after) implements ValueCheck {
        @Override
        public @Nullable Kind violation(byte[] value, int from, int to) {
            int i = from;
            if (i < to && (value[i] == '-' || value[i] == '+')) {
                i++;
            }
            if (i < to && (value[i] == 'N' || value[i] == 'I')) {
                return Kind.NOT_FINITE;
            }
            while (i < to && value[i] == '0') {
                i++;
            }
            int start = i;
            while (i < to && value[i] != '.') {
                i++;
            }
            if (i - start > before) {
                return Kind.TOO_MANY_DIGITS;
            }
            int last = to - 1;
            while (last > i && value[last] == '0') {
                last--;
            }
            return last - i > after ? Kind.TOO_MANY_DIGITS : null;
        }
    }

    /** A date or timestamp has a year of four digits of our era. */
    record FiniteDate() implements ValueCheck {
        @Override
        public @Nullable Kind violation(byte[] value, int from, int to) {
            boolean fits = to - from >= 10 && value[from + 4] == '-' && value[to - 1] != 'C';
            return fits ? null : Kind.INFINITE_DATE;
        }
    }
}
