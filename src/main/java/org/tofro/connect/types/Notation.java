package org.tofro.connect.types;

import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.types.ValueCheck.Kind;
import org.tofro.data.RedshiftType;

/**
 * How people and programs write values of a type as text: read strictly, and made into the one text that is staged for the
 * value, which {@link ValueCheck} can look at. What could mean two things is refused.
 */
public sealed interface Notation
        permits NumberNotation, TimeNotation, Notation.Text, Notation.Truth, Notation.Hexadecimal {
    /**
     * The staged form of a value; null where the text is no value of the type.
     *
     * @param bytes hold the text
     * @param from its first byte
     * @param to the byte after its last one
     */
    byte @Nullable [] staged(byte[] bytes, int from, int to);

    /** What is wrong with a text that has no staged form. */
    default Kind misfit(byte[] bytes, int from, int to) {
        return Kind.UNREADABLE;
    }

    /** How values of the type are to be written, as a sentence goes on. */
    String shown();

    /** The notation of a type's values. */
    static Notation of(RedshiftType type) {
        return switch (type.kind()) {
            case SMALLINT, INTEGER, BIGINT -> new NumberNotation.Whole();
            case DECIMAL -> new NumberNotation.Decimal();
            case REAL, DOUBLE -> new NumberNotation.Floating(type.kind() == RedshiftType.Kind.REAL);
            case BOOLEAN -> new Truth();
            case DATE -> TimeNotation.DATE;
            case TIMESTAMP -> TimeNotation.TIMESTAMP;
            case TIMESTAMPTZ -> TimeNotation.TIMESTAMPTZ;
            case TIME -> TimeNotation.TIME;
            case TIMETZ -> TimeNotation.TIMETZ;
            case VARBYTE -> new Hexadecimal();
            case CHAR, VARCHAR, SUPER -> new Text();
        };
    }

    /** A string is itself. */
    record Text() implements Notation {
        @Override
        public byte[] staged(byte[] bytes, int from, int to) {
            return Arrays.copyOfRange(bytes, from, to);
        }

        @Override
        public String shown() {
            return "text is written as it is";
        }
    }

    /** What Redshift's page "Boolean type" takes, in any case. */
    record Truth() implements Notation {
        private static final Set<String> TRUE = Set.of("t", "true", "y", "yes", "1");
        private static final Set<String> FALSE = Set.of("f", "false", "n", "no", "0");

        @Override
        public byte @Nullable [] staged(byte[] bytes, int from, int to) {
            String word = Ascii.lower(bytes, from, to, 5);
            boolean yes = TRUE.contains(word);
            return yes || FALSE.contains(word) ? new byte[] {(byte) (yes ? 't' : 'f')} : null;
        }

        @Override
        public String shown() {
            return "a boolean is written t, true, y, yes or 1, or f, false, n, no or 0";
        }
    }

    /** Two hexadecimal digits a byte. */
    record Hexadecimal() implements Notation {
        @Override
        public byte @Nullable [] staged(byte[] bytes, int from, int to) {
            for (int i = from; i < to; i++) {
                if (Character.digit(bytes[i], 16) < 0) {
                    return null;
                }
            }
            return (to - from) % 2 == 0 ? Arrays.copyOfRange(bytes, from, to) : null;
        }

        @Override
        public String shown() {
            return "bytes are written as two hexadecimal digits each";
        }
    }
}
