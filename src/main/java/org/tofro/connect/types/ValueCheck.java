package org.tofro.connect.types;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What has to be looked at in every value of a column before Redshift sees it, because its type there has no place for
 * some values of the source's type. Checks look at the bytes that are staged and allocate nothing.
 */
public sealed interface ValueCheck permits TextCheck, NumberCheck, TimeCheck {
    /**
     * What is wrong with the value, or null.
     *
     * @param bytes holds the value as it is staged, without the quotes around it
     * @param from its first byte
     * @param to the byte after its last one
     * @param doubled how many quotes in it stand twice
     */
    @Nullable
    Kind violation(byte[] bytes, int from, int to, int doubled);

    /** The kinds of misfits that it finds. */
    List<Kind> kinds();

    /** What fails, in a few words for a reader of the plan. */
    String fails();

    /** Bytes that a row as a whole may have without any of its values being a misfit. */
    default int harmless() {
        return 0;
    }

    /** The kinds of values that do not fit, as messages name them. */
    enum Kind {
        TOO_LONG("longer than its type in bytes", "too long"),
        TOO_SHORT("shorter than its type, which would fill them up with blanks", "too short"),
        MULTI_BYTE("with characters of more than one byte, which char does not take", "multi-byte characters"),
        EMPTY("empty, which COPY takes for NULL in a varbyte", "empty"),
        NOT_FINITE("NaN or infinite", "NaN or infinite"),
        TOO_MANY_DIGITS("with more digits than its type", "too many digits"),
        OUT_OF_RANGE("out of the range of its type", "out of range"),
        INFINITE("infinite", "infinite"),
        OUT_OF_YEARS("outside of the years 1 to 9999", "outside of the years 1 to 9999"),
        OFFSET("with an offset other than +00, which timetz of Redshift does not keep", "an offset other than +00"),
        END_OF_DAY("of 24:00:00, which timetz of Redshift does not have", "24:00:00"),
        ZERO_DATE("with a month or a day of zero", "months and days of zero"),
        NO_SUCH_DAY("with a day that its month does not have", "days that the month does not have"),
        NOT_OF_A_DAY("less than 00:00:00 or more than 24:00:00", "not of a day"),
        REPLACED("with characters that Unicode does not have, for which the server would send others", "no Unicode"),
        TOO_FINE("finer than a microsecond", "finer than a microsecond"),
        NOT_UTF8("with bytes that are not UTF-8", "not UTF-8"),
        SURROGATE("with surrogates, which UTF-8 does not have", "surrogates"),
        UNREADABLE("not written as values of its type", "not written so");

        private final String text;
        private final String brief;

        Kind(String text, String brief) {
            this.text = text;
            this.brief = brief;
        }

        public String text() {
            return text;
        }

        /** In a table, where a sentence has no room. */
        public String brief() {
            return brief;
        }
    }
}
