package org.tofro.connect.eventlog;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.types.Mask;
import org.tofro.connect.types.Masking;
import org.tofro.connect.types.NumberCheck;
import org.tofro.connect.types.TextCheck;
import org.tofro.connect.types.ValueCheck;
import org.tofro.connect.types.WrittenNumber;
import org.tofro.data.RedshiftType;
import org.tofro.data.RedshiftType.Kind;

/**
 * How the values of one field, written as text, become values of its column's type: exactly, or not at all. For one
 * thread.
 */
sealed interface FieldForm
        permits FieldForm.Text,
                FieldForm.Masked,
                FieldForm.Whole,
                FieldForm.Decimal,
                FieldForm.Floating,
                FieldForm.Bool,
                TimeForm {
    /** What a value is in the line; all of CSV's and TSV's are texts. */
    enum Shape {
        TEXT,
        NUMBER,
        BOOLEAN,
        NESTED
    }

    /** Adds a value, in UTF-8, to the row; why the line is rejected, or null. */
    @Nullable
    Reason put(Shape shape, byte[] bytes, int from, int to, EventRow row);

    /** What has no place in the column, for a reader of the plan. */
    String rejects();

    /** A number by which the value that was put last is ordered among others. */
    default long order() {
        return 0;
    }

    /** Whether a field can be of that type. */
    static boolean takes(RedshiftType type) {
        return type.kind() != Kind.SUPER && type.kind() != Kind.VARBYTE && type.kind() != Kind.TIMETZ;
    }

    /** Whether lines can be ordered by a field of that type. */
    static boolean orders(RedshiftType type) {
        return type.kind().integer()
                || type.kind() == Kind.DATE
                || type.kind() == Kind.TIMESTAMP
                || type.kind() == Kind.TIMESTAMPTZ;
    }

    /** The form of a field. */
    static FieldForm of(EventField field) {
        RedshiftType type = field.type();
        Mask mask = field.mask();
        if (mask != null) {
            return type.kind() == Kind.CHAR
                    ? new Masked(new Masking(mask), new TextCheck.ExactWidth(type.size()), Reason.NOT_EXACT_WIDTH)
                    : new Masked(new Masking(mask), new TextCheck.Width(type.size()), Reason.TOO_LONG);
        }
        return switch (type.kind()) {
            case SMALLINT -> new Whole(Short.MIN_VALUE, Short.MAX_VALUE);
            case INTEGER -> new Whole(Integer.MIN_VALUE, Integer.MAX_VALUE);
            case BIGINT -> new Whole(Long.MIN_VALUE, Long.MAX_VALUE);
            case DECIMAL -> new Decimal(new NumberCheck.Digits(type.size() - type.scale(), type.scale(), false));
            case REAL -> new Floating(true);
            case DOUBLE -> new Floating(false);
            case BOOLEAN -> new Bool();
            case DATE, TIME, TIMESTAMP, TIMESTAMPTZ -> new TimeForm(type.kind(), field.epoch());
            case CHAR -> new Text(new TextCheck.ExactWidth(type.size()), Reason.NOT_EXACT_WIDTH);
            case VARCHAR -> new Text(new TextCheck.Width(type.size()), Reason.TOO_LONG);
            case VARBYTE, SUPER, TIMETZ ->
                throw new IllegalArgumentException("a field cannot be of the type " + type.ddl());
        };
    }

    /** Strings; numbers and booleans as they are written, objects and arrays as the JSON of the line. */
    record Text(ValueCheck check, Reason misfit) implements FieldForm {
        @Override
        public @Nullable Reason put(Shape shape, byte[] bytes, int from, int to, EventRow row) {
            if (check.violation(bytes, from, to, 0) != null) {
                return misfit;
            }
            return row.quoted(bytes, from, to) ? null : Reason.NUL;
        }

        @Override
        public String rejects() {
            return check.fails() + ", U+0000";
        }
    }

    /** What a mask makes of the text that a value has as a string. */
    record Masked(Masking masking, ValueCheck check, Reason misfit) implements FieldForm {
        @Override
        public @Nullable Reason put(Shape shape, byte[] bytes, int from, int to, EventRow row) {
            byte[] masked = masking.mask(Arrays.copyOfRange(bytes, from, to));
            if (check.violation(masked, 0, masked.length, 0) != null) {
                return misfit;
            }
            return row.quoted(masked, 0, masked.length) ? null : Reason.NUL;
        }

        @Override
        public String rejects() {
            return check.fails() + ", U+0000";
        }
    }

    /** Whole numbers, however they are written: 42, 42.0, 4.2e1. */
    final class Whole implements FieldForm {
        private final NumberCheck.Range range;
        private long last;

        Whole(long least, long most) {
            this.range = new NumberCheck.Range(least, most, false);
        }

        @Override
        public @Nullable Reason put(Shape shape, byte[] bytes, int from, int to, EventRow row) {
            if (shape == Shape.NESTED) {
                return Reason.NESTED;
            }
            WrittenNumber.Written written = WrittenNumber.written(bytes, from, to);
            if (shape == Shape.BOOLEAN || written == WrittenNumber.Written.NOT) {
                return Reason.NOT_A_NUMBER;
            }
            if (written == WrittenNumber.Written.DIGITS) {
                if (range.violation(bytes, from, to, 0) != null) {
                    return Reason.OUT_OF_RANGE;
                }
                last = WrittenNumber.whole(bytes, from, to);
                row.bare(bytes, from, to);
                return null;
            }
            BigDecimal number = WrittenNumber.of(bytes, from, to);
            if (number == null || number.precision() - number.scale() > 19) {
                return Reason.OUT_OF_RANGE;
            }
            if (number.scale() > 0) {
                return Reason.FRACTION;
            }
            byte[] plain = number.toPlainString().getBytes(StandardCharsets.US_ASCII);
            if (range.violation(plain, 0, plain.length, 0) != null) {
                return Reason.OUT_OF_RANGE;
            }
            last = number.longValueExact();
            row.bare(plain, 0, plain.length);
            return null;
        }

        @Override
        public String rejects() {
            return "what is no number, fractions, " + range.fails();
        }

        @Override
        public long order() {
            return last;
        }
    }

    /** Numbers with a fixed count of digits. */
    record Decimal(NumberCheck.Digits digits) implements FieldForm {
        @Override
        public @Nullable Reason put(Shape shape, byte[] bytes, int from, int to, EventRow row) {
            if (shape == Shape.NESTED) {
                return Reason.NESTED;
            }
            WrittenNumber.Written written = WrittenNumber.written(bytes, from, to);
            if (shape == Shape.BOOLEAN || written == WrittenNumber.Written.NOT) {
                return Reason.NOT_A_NUMBER;
            }
            if (written != WrittenNumber.Written.OTHERWISE) {
                if (digits.violation(bytes, from, to, 0) != null) {
                    return Reason.TOO_MANY_DIGITS;
                }
                row.bare(bytes, from, to);
                return null;
            }
            BigDecimal number = WrittenNumber.of(bytes, from, to);
            if (number == null || number.precision() - number.scale() > 38 || number.scale() > 37) {
                return Reason.TOO_MANY_DIGITS;
            }
            byte[] plain = number.toPlainString().getBytes(StandardCharsets.US_ASCII);
            if (digits.violation(plain, 0, plain.length, 0) != null) {
                return Reason.TOO_MANY_DIGITS;
            }
            row.bare(plain, 0, plain.length);
            return null;
        }

        @Override
        public String rejects() {
            return "what is no number, " + digits.fails();
        }
    }

    /** Floating point: the nearest number that there is, which is what JSON's numbers are to most who write them. */
    record Floating(boolean real) implements FieldForm {
        private static final int LONG = 40;

        @Override
        public @Nullable Reason put(Shape shape, byte[] bytes, int from, int to, EventRow row) {
            if (shape == Shape.NESTED) {
                return Reason.NESTED;
            }
            if (shape == Shape.BOOLEAN || WrittenNumber.written(bytes, from, to) == WrittenNumber.Written.NOT) {
                return Reason.NOT_A_NUMBER;
            }
            if (to - from > WrittenNumber.LONGEST) {
                return Reason.OUT_OF_RANGE;
            }
            double number = WrittenNumber.nearest(bytes, from, to, real);
            if (!Double.isFinite(number)) {
                return Reason.OUT_OF_RANGE;
            }
            if (to - from > LONG) {
                row.bare(real ? Float.toString((float) number) : Double.toString(number));
            } else {
                row.bare(bytes, from, to);
            }
            return null;
        }

        @Override
        public String rejects() {
            return "what is no number, numbers beyond the greatest and the smallest";
        }
    }

    /** Booleans. */
    record Bool() implements FieldForm {
        @Override
        public @Nullable Reason put(Shape shape, byte[] bytes, int from, int to, EventRow row) {
            if (shape == Shape.NESTED) {
                return Reason.NESTED;
            }
            boolean yes = is(bytes, from, to, "true") || is(bytes, from, to, "t") || is(bytes, from, to, "1");
            boolean no = is(bytes, from, to, "false") || is(bytes, from, to, "f") || is(bytes, from, to, "0");
            if (!yes && !no) {
                return Reason.NOT_A_BOOLEAN;
            }
            row.bare(yes ? "t" : "f");
            return null;
        }

        private static boolean is(byte[] bytes, int from, int to, String word) {
            if (to - from != word.length()) {
                return false;
            }
            for (int i = 0; i < word.length(); i++) {
                if ((bytes[from + i] | 0x20) != (word.charAt(i) | 0x20)) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public String rejects() {
            return "what is not true, false, t, f, 1 or 0";
        }
    }
}
