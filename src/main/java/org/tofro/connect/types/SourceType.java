package org.tofro.connect.types;

import java.math.BigInteger;
import org.jspecify.annotations.Nullable;
import org.tofro.data.RedshiftType;

/** A column's type as its source describes it: all that the rules of {@link Conversions} ask for. */
public interface SourceType {
    /** Types whose values look alike as staged text and have the same places to go to. */
    enum Family {
        /** Digits, perhaps after a minus sign. */
        INTEGER,
        /** Digits with a point, perhaps after a minus sign. */
        DECIMAL,
        /** What Java's, C's and PostgreSQL's printers write: a point, an exponent, NaN, Infinity. */
        FLOAT,
        /** {@code t} and {@code f}. */
        BOOLEAN,
        /** ISO 8601, a year of four digits where it has no more. */
        DATE,
        /** A date, a blank and a time, without a zone. */
        TIMESTAMP,
        /** The same in UTC, with {@code +00} behind it. */
        TIMESTAMPTZ,
        /** ISO 8601. */
        TIME,
        /** A time with its offset behind it. */
        TIMETZ,
        /** Two hexadecimal digits a byte. */
        BYTES,
        /** Everything else, as the source prints it, in UTF-8. */
        TEXT
    }

    Family family();

    /** The type as the source's own DDL spells it, for messages and reports. */
    String ddl();

    /** The type in Redshift where the user names none, or null where only the user can say which one. */
    @Nullable
    RedshiftType target();

    /** Bytes of the longest text that the source prints for a value, in UTF-8; 0 where there is no telling. */
    int widest();

    /** The whole numbers that an {@link Family#INTEGER integer} can be. */
    default Whole whole() {
        return Whole.BIGINT;
    }

    /** The digits of a {@link Family#DECIMAL decimal}; null where they are without limit. */
    default @Nullable Digits digits() {
        return null;
    }

    /** Whether a {@link Family#DECIMAL decimal} can be NaN or infinite. */
    default boolean orNaN() {
        return false;
    }

    /** Whether 0 and 1 of an {@link Family#INTEGER integer} may mean false and true. */
    default boolean flag() {
        return false;
    }

    /** What each {@link Family#DATE date} or moment is looked at for before Redshift takes it as one. */
    default ValueCheck calendar() {
        return new TimeCheck.Day();
    }

    /** What each {@link Family#TIME time} is looked at for; null where each is one of a day, in microseconds. */
    default @Nullable ValueCheck clock() {
        return null;
    }

    /** Bits of a {@link Family#FLOAT floating-point} number: 32 or 64. */
    default int bits() {
        return 64;
    }

    /** Whether text of it can be bytes that are no UTF-8. */
    default boolean holdsAnyBytes() {
        return false;
    }

    /** The field of a step in which a user's own query can convert values, or leave them out. */
    default String query() {
        return "sql";
    }

    /**
     * An expression of the source's own language that counts the bytes of a column's values as they are staged, to find the
     * longest; null where the source has none.
     *
     * @param column the column's name at the source
     * @param hexadecimal whether the digits of its bytes are counted
     */
    default @Nullable String measure(String column, boolean hexadecimal) {
        return null;
    }

    /** A stretch of whole numbers, both ends in it. */
    record Whole(BigInteger least, BigInteger most) {
        public static final Whole SMALLINT = new Whole(Short.MIN_VALUE, Short.MAX_VALUE);
        public static final Whole INTEGER = new Whole(Integer.MIN_VALUE, Integer.MAX_VALUE);
        public static final Whole BIGINT = new Whole(Long.MIN_VALUE, Long.MAX_VALUE);

        public Whole(long least, long most) {
            this(BigInteger.valueOf(least), BigInteger.valueOf(most));
        }

        boolean holds(Whole other) {
            return least.compareTo(other.least) <= 0 && most.compareTo(other.most) >= 0;
        }

        /** The most digits of a number in it. */
        int digits() {
            return least.abs().max(most.abs()).toString().length();
        }

        /** Whether each of its numbers is a double precision of its own. */
        boolean exactAsDouble() {
            return least.abs().max(most.abs()).bitLength() <= 53;
        }

        /** Whether each of its numbers is a real of its own. */
        boolean exactAsReal() {
            return least.abs().max(most.abs()).bitLength() <= 24;
        }
    }

    /** Digits of a decimal, at most so many before its point and after it. */
    record Digits(int before, int after) {}
}
