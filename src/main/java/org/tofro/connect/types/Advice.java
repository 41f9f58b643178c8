package org.tofro.connect.types;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.types.Misfits.Count;
import org.tofro.connect.types.NumberCheck.Digits;
import org.tofro.connect.types.ValueCheck.Kind;
import org.tofro.data.RedshiftType;

/** Which types would carry the misfits of a column, and where to look for them at the source. */
record Advice(TypedColumn column, Kind kind, Count count) {
    /** A byte of varbyte has two digits in the row that COPY takes, beside two quotes and a line feed. */
    private static final int MOST_VARBYTE = (RedshiftType.MAX_ROW - 3) / 2;

    String text() {
        List<RedshiftType> carriers = new ArrayList<>();
        switch (kind) {
            case TOO_LONG -> add(carriers, longer());
            case TOO_SHORT, MULTI_BYTE ->
                carriers.add(RedshiftType.varchar(Math.max(
                        column.target().size(),
                        Math.max(count.longest(), column.type().widest()))));
            case EMPTY -> carriers.add(RedshiftType.varchar(RedshiftType.MAX_VARCHAR));
            case TOO_MANY_DIGITS -> {
                add(carriers, moreDigits());
                carriers.add(anyText());
            }
            case OUT_OF_RANGE -> {
                add(carriers, roomier());
                carriers.add(anyText());
            }
            case NOT_FINITE,
                    INFINITE,
                    OUT_OF_YEARS,
                    OFFSET,
                    END_OF_DAY,
                    TOO_FINE,
                    UNREADABLE,
                    ZERO_DATE,
                    NO_SUCH_DAY,
                    NOT_OF_A_DAY -> carriers.add(anyText());
            case REPLACED -> {}
            case NOT_UTF8, SURROGATE ->
                add(carriers, varbyte(Math.max(count.longest(), column.target().size())));
        }
        String where = switch (kind) {
            case TOO_LONG -> longest();
            case UNREADABLE -> notation();
            case ZERO_DATE -> "`zero_dates: null` makes NULL of them, ";
            default -> "";
        };
        return carriers.isEmpty()
                ? where + "no type of Redshift takes them; leave them out by `"
                        + column.type().query() + ":`"
                : where + "`columns: type` with "
                        + carriers.stream().map(RedshiftType::ddl).collect(Collectors.joining(" or "))
                        + " would carry them" + hexadecimal(carriers.get(0));
    }

    private String notation() {
        return Notation.of(column.target()).shown() + ", or ";
    }

    /** A type for whole numbers that the column's own type does not hold; null where there is none. */
    private @Nullable RedshiftType roomier() {
        RedshiftType own = column.type().target();
        if (!(column.type() instanceof WrittenType)) {
            return own;
        }
        return switch (column.target().kind()) {
            case SMALLINT, INTEGER -> RedshiftType.of(RedshiftType.Kind.BIGINT);
            case BIGINT -> RedshiftType.decimal(RedshiftType.MAX_PRECISION, 0);
            default -> null;
        };
    }

    private static void add(List<RedshiftType> carriers, @Nullable RedshiftType type) {
        if (type != null) {
            carriers.add(type);
        }
    }

    /** Bytes of the longest value, whose hexadecimal digits are counted where it travels as such. */
    private int bytes() {
        return column.target().kind() == RedshiftType.Kind.VARBYTE ? count.longest() / 2 : count.longest();
    }

    private @Nullable RedshiftType longer() {
        boolean varbyte = column.target().kind() == RedshiftType.Kind.VARBYTE;
        if (!varbyte && bytes() <= RedshiftType.MAX_VARCHAR) {
            return RedshiftType.varchar(bytes());
        }
        return varbyte(column.conversion().form() == Form.HEX && !varbyte ? bytes() / 2 : bytes());
    }

    private @Nullable RedshiftType varbyte(int bytes) {
        RedshiftType type = RedshiftType.varbyte(Math.min(Math.max(bytes, 1), RedshiftType.MAX_VARBYTE));
        boolean taken = Conversions.of(column.type(), type).isPresent();
        return taken && bytes <= MOST_VARBYTE ? type : null;
    }

    /** A decimal that takes the misfits and what fitted; null where Redshift has none. */
    private @Nullable RedshiftType moreDigits() {
        if (!(column.check() instanceof Digits digits)) {
            return null;
        }
        int after = Math.max(count.after(), digits.after());
        int precision = Conversions.precision(Math.max(count.before(), digits.before()) + after);
        return precision <= RedshiftType.MAX_PRECISION && after <= RedshiftType.MAX_SCALE
                ? RedshiftType.decimal(precision, after)
                : null;
    }

    /** A varchar for whatever the source prints. */
    private RedshiftType anyText() {
        int widest = column.type().widest();
        return RedshiftType.varchar(widest > 0 ? widest : RedshiftType.MAX_VARCHAR);
    }

    private String hexadecimal(RedshiftType carrier) {
        boolean bytes = column.type().family() == SourceType.Family.BYTES && kind != Kind.UNREADABLE;
        if (carrier.kind() == RedshiftType.Kind.VARBYTE && !bytes) {
            return " as bytes";
        }
        return carrier.kind() == RedshiftType.Kind.VARCHAR && bytes ? " as hexadecimal digits" : "";
    }

    private String longest() {
        boolean digits = column.type().family() == SourceType.Family.BYTES && bytes() == count.longest();
        String measure = column.type().measure(column.source(), digits);
        return "the longest has %d bytes%s, ".formatted(bytes(), measure == null ? "" : " by " + measure);
    }
}
