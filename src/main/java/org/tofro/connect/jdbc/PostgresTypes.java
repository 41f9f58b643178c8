package org.tofro.connect.jdbc;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.jdbc.NumberCheck.Digits;
import org.tofro.connect.jdbc.NumberCheck.Finite;
import org.tofro.connect.jdbc.NumberCheck.Range;
import org.tofro.connect.jdbc.SourceType.Family;
import org.tofro.connect.jdbc.TextCheck.ExactWidth;
import org.tofro.connect.jdbc.TextCheck.Hex;
import org.tofro.connect.jdbc.TextCheck.Utf8;
import org.tofro.connect.jdbc.TextCheck.Width;
import org.tofro.connect.jdbc.TimeCheck.Day;
import org.tofro.connect.jdbc.TimeCheck.Utc;
import org.tofro.data.RedshiftType;
import org.tofro.data.RedshiftType.Kind;

/**
 * How the types of PostgreSQL travel to Redshift: for each pair, exactly, or after a look at every value, or not at all.
 * Whatever could round, cut or shift a value is not there. The rules:
 *
 * <ul>
 *   <li>a type that Redshift has keeps its meaning: integers, {@code numeric(p,s)} up to 38 digits, floating point,
 *       booleans, dates, times, timestamps (microseconds; those with a zone as the same moment in UTC);
 *   <li>{@code varchar(n)} and {@code char(n)} count characters in PostgreSQL and bytes in Redshift, so they become
 *       {@code varchar(4n)}; a char's padding is kept;
 *   <li>text without a length, json, jsonb, xml, enums, arrays, ranges and everything else travel as the text that the
 *       server prints (intervals in ISO 8601, bit strings as digits) in a {@code varchar} of the widest size, 65535
 *       bytes; {@code columns: type} makes it narrower;
 *   <li>bytea becomes {@code varbyte(1024000)} and is staged as hexadecimal digits;
 *   <li>a numeric without precision, or with one that Redshift lacks, needs {@code columns: type}.
 * </ul>
 *
 * <p>What Redshift's types hold is on the pages "Numeric types", "Character types", "Datetime types" and "VARBYTE type" of
 * the Amazon Redshift Database Developer Guide; what COPY does to a value that they do not hold, on "Data conversion
 * parameters", "Using automatic recognition with DATEFORMAT and TIMEFORMAT" and "Multibyte character load errors".
 */
final class PostgresTypes {
    private static final int DEFAULT_VARBYTE = 1_024_000;

    private PostgresTypes() {}

    /** The type in Redshift where the user names none, or null where only the user can say which one. */
    static @Nullable RedshiftType target(SourceType type) {
        return switch (type.typeName()) {
            case "int2", "smallserial" -> RedshiftType.of(Kind.SMALLINT);
            case "int4", "serial" -> RedshiftType.of(Kind.INTEGER);
            case "int8", "bigserial", "oid" -> RedshiftType.of(Kind.BIGINT);
            case "float4" -> RedshiftType.of(Kind.REAL);
            case "float8" -> RedshiftType.of(Kind.DOUBLE);
            case "bool" -> RedshiftType.of(Kind.BOOLEAN);
            case "numeric" -> decimal(type);
            case "date" -> RedshiftType.of(Kind.DATE);
            case "timestamp" -> RedshiftType.of(Kind.TIMESTAMP);
            case "timestamptz" -> RedshiftType.of(Kind.TIMESTAMPTZ);
            case "time" -> RedshiftType.of(Kind.TIME);
            case "timetz" -> RedshiftType.of(Kind.TIMETZ);
            case "varchar", "bpchar", "bit", "varbit" ->
                RedshiftType.varchar(type.sized() ? type.widest() : RedshiftType.MAX_VARCHAR);
            case "uuid" -> RedshiftType.varchar(36);
            case "inet", "cidr", "macaddr", "macaddr8", "interval", "money" -> RedshiftType.varchar(64);
            case "name" -> RedshiftType.varchar(256);
            case "char" -> RedshiftType.varchar(4);
            case "bytea" -> RedshiftType.varbyte(DEFAULT_VARBYTE);
            default -> RedshiftType.varchar(RedshiftType.MAX_VARCHAR);
        };
    }

    private static @Nullable RedshiftType decimal(SourceType type) {
        int before = type.digitsBefore();
        int after = type.digitsAfter();
        int precision = precision(before + after);
        boolean fits = type.sized() && precision <= RedshiftType.MAX_PRECISION && after <= RedshiftType.MAX_SCALE;
        return fits ? RedshiftType.decimal(precision, after) : null;
    }

    /** How values of the source's type get into the target; empty where that would change some of them in silence. */
    static Optional<Conversion> conversion(SourceType source, RedshiftType target, ServerEncoding encoding) {
        Kind kind = target.kind();
        return switch (kind) {
            case VARCHAR, CHAR -> text(source, target, encoding);
            case VARBYTE -> bytes(source, target);
            // It reads JSON into numbers and objects of its own, and prints others.
            case SUPER -> Optional.empty();
            case SMALLINT, INTEGER, BIGINT -> integer(source, target);
            case DECIMAL -> decimal(source, target);
            case REAL -> printed(target, source.typeName().equals("float4") || isShort(source));
            case DOUBLE -> floating(source, target);
            case BOOLEAN -> printed(target, source.family() == Family.BOOLEAN);
            case TIME -> printed(target, source.family() == Family.TIME);
            case TIMETZ -> checked(target, source.family() == Family.TIMETZ, new Utc());
            case DATE -> checked(target, source.family() == Family.DATE, new Day());
            case TIMESTAMP ->
                checked(target, source.family() == Family.TIMESTAMP || source.family() == Family.DATE, new Day());
            case TIMESTAMPTZ -> checked(target, source.family() == Family.TIMESTAMPTZ, new Day());
        };
    }

    private static Optional<Conversion> printed(RedshiftType target, boolean carried) {
        return carried ? Optional.of(new Conversion(target, Form.PRINTED, null)) : Optional.empty();
    }

    private static Optional<Conversion> checked(RedshiftType target, boolean carried, @Nullable ValueCheck check) {
        return carried ? Optional.of(new Conversion(target, Form.PRINTED, check)) : Optional.empty();
    }

    private static Optional<Conversion> text(SourceType source, RedshiftType target, ServerEncoding encoding) {
        ValueCheck check;
        if (target.kind() == Kind.CHAR) {
            check = new ExactWidth(target.size());
        } else if (encoding == ServerEncoding.SQL_ASCII && source.holdsAnyBytes()) {
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

    private static boolean isShort(SourceType source) {
        return source.typeName().equals("int2") || source.typeName().equals("smallserial");
    }

    private static Optional<Conversion> floating(SourceType source, RedshiftType target) {
        return switch (source.typeName()) {
            case "float4" -> Optional.of(new Conversion(target, Form.AS_DOUBLE, null));
            case "float8", "int2", "smallserial", "int4", "serial", "oid" -> printed(target, true);
            default -> Optional.empty();
        };
    }

    private static Optional<Conversion> integer(SourceType source, RedshiftType target) {
        boolean decimal = source.family() == Family.DECIMAL && source.sized() && source.scale() <= 0;
        if (source.family() != Family.INTEGER && !decimal) {
            return Optional.empty();
        }
        Range range = range(target.kind(), decimal);
        Range own = decimal ? null : range(source);
        boolean fits = own != null && own.least() >= range.least() && own.most() <= range.most();
        return checked(target, true, fits ? null : range);
    }

    private static Range range(Kind kind, boolean orNaN) {
        return switch (kind) {
            case SMALLINT -> new Range(Short.MIN_VALUE, Short.MAX_VALUE, orNaN);
            case INTEGER -> new Range(Integer.MIN_VALUE, Integer.MAX_VALUE, orNaN);
            default -> new Range(Long.MIN_VALUE, Long.MAX_VALUE, orNaN);
        };
    }

    private static Range range(SourceType source) {
        return switch (source.typeName()) {
            case "int2", "smallserial" -> range(Kind.SMALLINT, false);
            case "int4", "serial" -> range(Kind.INTEGER, false);
            case "oid" -> new Range(0, 0xffff_ffffL, false);
            default -> range(Kind.BIGINT, false);
        };
    }

    private static Optional<Conversion> decimal(SourceType source, RedshiftType target) {
        int before = target.size() - target.scale();
        ValueCheck digits = new Digits(before, target.scale(), source.family() == Family.DECIMAL);
        boolean roomy = target.size() != 19;
        return switch (source.family()) {
            case INTEGER -> checked(target, true, roomy && before >= digits(source) ? null : digits);
            case DECIMAL -> {
                boolean fits = roomy
                        && source.sized()
                        && source.digitsBefore() <= before
                        && source.digitsAfter() <= target.scale();
                yield checked(target, true, fits ? new Finite() : digits);
            }
            default -> Optional.empty();
        };
    }

    /** The most digits of a whole number. */
    private static int digits(SourceType source) {
        return String.valueOf(range(source).most()).length();
    }

    /** Redshift keeps up to 19 digits in 64 bits, which hold 18 of any kind; so 19 of any kind need room for 20. */
    static int precision(int digits) {
        return digits == 19 ? 20 : Math.max(digits, 1);
    }

    /** Types to advise where another would change values: the default one, and those that take every value. */
    static List<RedshiftType> carriers(SourceType source) {
        List<RedshiftType> carriers = new ArrayList<>();
        RedshiftType own = target(source);
        if (own != null) {
            carriers.add(own);
        }
        if (source.family() == Family.INTEGER) {
            carriers.add(RedshiftType.decimal(precision(digits(source)), 0));
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
        return carriers.stream()
                .filter(type -> conversion(source, type, ServerEncoding.UTF8).isPresent())
                .toList();
    }
}
