package org.tofro.connect.types;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.types.NumberCheck.Digits;
import org.tofro.connect.types.NumberCheck.Finite;
import org.tofro.connect.types.NumberCheck.Range;
import org.tofro.connect.types.SourceType.Family;
import org.tofro.connect.types.SourceType.Whole;
import org.tofro.connect.types.TextCheck.ExactWidth;
import org.tofro.connect.types.TextCheck.Hex;
import org.tofro.connect.types.TextCheck.Utf8;
import org.tofro.connect.types.TextCheck.Width;
import org.tofro.connect.types.TimeCheck.Utc;
import org.tofro.data.RedshiftType;
import org.tofro.data.RedshiftType.Kind;

/**
 * How the types of sources travel to Redshift: for each pair, exactly, or after a look at every value, or not at all.
 * Whatever could round, cut or shift a value is not there. A type that Redshift has keeps its meaning; everything travels
 * as the text that the source prints, in a {@code varchar}, and bytes as hexadecimal digits.
 *
 * <p>What Redshift's types hold is on the pages "Numeric types", "Character types", "Datetime types" and "VARBYTE type" of
 * the Amazon Redshift Database Developer Guide; what COPY does to a value that they do not hold, on "Data conversion
 * parameters", "Using automatic recognition with DATEFORMAT and TIMEFORMAT" and "Multibyte character load errors".
 */
public final class Conversions {
    /** The width of bytes that have none of their own. */
    public static final int DEFAULT_VARBYTE = 1_024_000;

    private Conversions() {}

    /** How values of the source's type get into the target; empty where that would change some of them in silence. */
    public static Optional<Conversion> of(SourceType source, RedshiftType target) {
        Kind kind = target.kind();
        return switch (kind) {
            case VARCHAR, CHAR -> text(source, target);
            case VARBYTE -> bytes(source, target);
            // It reads JSON into numbers and objects of its own, and prints others.
            case SUPER -> Optional.empty();
            case SMALLINT, INTEGER, BIGINT -> integer(source, target);
            case DECIMAL -> decimal(source, target);
            case REAL ->
                printed(
                        target,
                        isReal(source) || (isInteger(source) && source.whole().exactAsReal()));
            case DOUBLE -> floating(source, target);
            case BOOLEAN -> truth(source, target);
            case TIME -> checked(target, source.family() == Family.TIME, source.clock());
            case TIMETZ -> checked(target, source.family() == Family.TIMETZ, new Utc());
            case DATE -> checked(target, source.family() == Family.DATE, source.calendar());
            case TIMESTAMP ->
                checked(
                        target,
                        source.family() == Family.TIMESTAMP || source.family() == Family.DATE,
                        source.calendar());
            case TIMESTAMPTZ -> checked(target, source.family() == Family.TIMESTAMPTZ, source.calendar());
        };
    }

    private static Optional<Conversion> printed(RedshiftType target, boolean carried) {
        return carried ? Optional.of(new Conversion(target, Form.PRINTED, null)) : Optional.empty();
    }

    private static Optional<Conversion> checked(RedshiftType target, boolean carried, @Nullable ValueCheck check) {
        return carried ? Optional.of(new Conversion(target, Form.PRINTED, check)) : Optional.empty();
    }

    private static Optional<Conversion> text(SourceType source, RedshiftType target) {
        ValueCheck check;
        if (target.kind() == Kind.CHAR) {
            check = new ExactWidth(target.size());
        } else if (source.holdsAnyBytes()) {
            check = new Utf8(target.size());
        } else {
            boolean fits = source.widest() > 0 && source.widest() <= target.size();
            check = fits ? null : new Width(target.size());
        }
        Form form = source.family() == Family.BYTES ? Form.HEX : Form.PRINTED;
        return Optional.of(new Conversion(target, form, check));
    }

    private static Optional<Conversion> bytes(SourceType source, RedshiftType target) {
        return switch (source.family()) {
            case BYTES -> Optional.of(new Conversion(target, Form.HEX, new Hex(target.size())));
            case TEXT -> Optional.of(new Conversion(target, Form.HEX_OF_TEXT, new Hex(target.size())));
            default -> Optional.empty();
        };
    }

    /** COPY reads 0 and 1 as false and true. */
    private static Optional<Conversion> truth(SourceType source, RedshiftType target) {
        if (!source.flag()) {
            return printed(target, source.family() == Family.BOOLEAN);
        }
        Whole both = new Whole(0, 1);
        return checked(target, true, both.holds(source.whole()) ? null : check(both, false));
    }

    private static boolean isReal(SourceType source) {
        return source.family() == Family.FLOAT && source.bits() == 32;
    }

    private static boolean isInteger(SourceType source) {
        return source.family() == Family.INTEGER;
    }

    private static Optional<Conversion> floating(SourceType source, RedshiftType target) {
        if (isReal(source)) {
            return Optional.of(new Conversion(target, Form.AS_DOUBLE, null));
        }
        return printed(
                target,
                source.family() == Family.FLOAT
                        || (isInteger(source) && source.whole().exactAsDouble()));
    }

    private static Optional<Conversion> integer(SourceType source, RedshiftType target) {
        Whole range = range(target.kind());
        if (isInteger(source)) {
            return checked(target, true, range.holds(source.whole()) ? null : check(range, false));
        }
        SourceType.Digits digits = source.family() == Family.DECIMAL ? source.digits() : null;
        return checked(target, digits != null && digits.after() == 0, check(range, source.orNaN()));
    }

    private static Whole range(Kind kind) {
        return switch (kind) {
            case SMALLINT -> Whole.SMALLINT;
            case INTEGER -> Whole.INTEGER;
            default -> Whole.BIGINT;
        };
    }

    private static ValueCheck check(Whole range, boolean orNaN) {
        return new Range(range.least().longValueExact(), range.most().longValueExact(), orNaN);
    }

    private static Optional<Conversion> decimal(SourceType source, RedshiftType target) {
        int before = target.size() - target.scale();
        ValueCheck digits = new Digits(before, target.scale(), source.family() == Family.DECIMAL && source.orNaN());
        boolean roomy = target.size() != 19;
        return switch (source.family()) {
            case INTEGER ->
                checked(target, true, roomy && before >= source.whole().digits() ? null : digits);
            case DECIMAL -> {
                SourceType.Digits own = source.digits();
                boolean fits = roomy && own != null && own.before() <= before && own.after() <= target.scale();
                yield checked(target, true, !fits ? digits : source.orNaN() ? new Finite() : null);
            }
            default -> Optional.empty();
        };
    }

    /** Redshift keeps up to 19 digits in 64 bits, which hold 18 of any kind; so 19 of any kind need room for 20. */
    public static int precision(int digits) {
        return digits == 19 ? 20 : Math.max(digits, 1);
    }

    /** Types to advise where another would change values: the default one, and those that take every value. */
    public static List<RedshiftType> carriers(SourceType source) {
        List<RedshiftType> carriers = new ArrayList<>();
        RedshiftType own = source.target();
        if (own != null) {
            carriers.add(own);
        }
        if (source.family() == Family.INTEGER) {
            carriers.add(RedshiftType.decimal(precision(source.whole().digits()), 0));
        }
        if (source.family() == Family.DECIMAL && own == null) {
            carriers.add(RedshiftType.decimal(RedshiftType.MAX_PRECISION, 10));
        }
        RedshiftType wide = RedshiftType.varchar(source.widest() > 0 ? source.widest() : RedshiftType.MAX_VARCHAR);
        if (own == null || own.kind() != Kind.VARCHAR) {
            carriers.add(wide);
        }
        if (source.family() == Family.TEXT) {
            carriers.add(RedshiftType.varbyte(DEFAULT_VARBYTE));
        }
        return carriers.stream().filter(type -> of(source, type).isPresent()).toList();
    }
}
