package org.tofro.connect.jdbc.mysql;

import java.math.BigInteger;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.types.Conversions;
import org.tofro.connect.types.SourceType;
import org.tofro.connect.types.TimeCheck;
import org.tofro.connect.types.ValueCheck;
import org.tofro.data.RedshiftType;
import org.tofro.data.RedshiftType.Kind;

/**
 * A column's type as MySQL describes it. The rules:
 *
 * <ul>
 *   <li>whole numbers become the smallest type that holds all of theirs: an unsigned integer a {@code bigint}, an unsigned
 *       bigint a {@code decimal(20,0)}; a {@code tinyint}, also one of width 1, is a {@code smallint} where {@code columns:
 *       type} does not call it a {@code boolean}, which then takes 0 and 1 only; a {@code bit(1)} is a {@code boolean}, a
 *       wider one the number of its bits;
 *   <li>floating-point numbers are printed with all digits of their number;
 *   <li>a {@code timestamp} is a moment, a {@code datetime} is not; dates with a month or day of zero are no dates;
 *   <li>a {@code time} is a stretch of up to 838 hours, which Redshift takes as far as it is a time of a day;
 *   <li>strings count characters, so they become {@code varchar(4n)}, whatever their character set; enums and sets are their
 *       labels, JSON is its text;
 *   <li>bytes become {@code varbyte(1024000)}, staged as hexadecimal digits; geometries need {@code columns: type}.
 * </ul>
 *
 * @param name as the server's DDL has it, in lower case
 * @param unsigned whether a number has no sign
 * @param zerofill whether the server prints zeros in front
 * @param precision digits, characters, bytes or bits
 * @param scale decimals
 * @param charset of a text, or {@code binary}
 * @param nullable whether it may be NULL
 */
record MysqlType(
        String name, boolean unsigned, boolean zerofill, long precision, int scale, String charset, boolean nullable)
        implements SourceType {
    private static final int MOST_SIZED = 65_535;

    @Override
    public Family family() {
        return switch (name) {
            case "tinyint", "smallint", "mediumint", "int", "bigint", "year", "bit" -> Family.INTEGER;
            case "decimal" -> Family.DECIMAL;
            case "float", "double" -> Family.FLOAT;
            case "date" -> Family.DATE;
            case "datetime" -> Family.TIMESTAMP;
            case "timestamp" -> Family.TIMESTAMPTZ;
            case "time" -> Family.TIME;
            case "binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob", "geometry" -> Family.BYTES;
            default -> Family.TEXT;
        };
    }

    @Override
    public String ddl() {
        String sized = switch (name) {
            case "decimal" -> "decimal(%d,%d)".formatted(precision, scale);
            case "char", "varchar", "binary", "varbinary", "bit" -> "%s(%d)".formatted(name, precision);
            case "datetime", "timestamp", "time" -> scale > 0 ? "%s(%d)".formatted(name, scale) : name;
            default -> name;
        };
        return unsigned && (family() != Family.INTEGER || isSigned()) ? sized + " unsigned" : sized;
    }

    /** Whether the type has a sign where it is not called unsigned. */
    private boolean isSigned() {
        return !name.equals("year") && !name.equals("bit");
    }

    @Override
    public @Nullable RedshiftType target() {
        return switch (family()) {
            case INTEGER -> integer();
            case DECIMAL -> decimal();
            case FLOAT -> RedshiftType.of(bits() == 32 ? Kind.REAL : Kind.DOUBLE);
            case DATE -> RedshiftType.of(Kind.DATE);
            case TIMESTAMP -> RedshiftType.of(Kind.TIMESTAMP);
            case TIMESTAMPTZ -> RedshiftType.of(Kind.TIMESTAMPTZ);
            case TIME -> RedshiftType.of(Kind.TIME);
            case BYTES -> name.equals("geometry") ? null : RedshiftType.varbyte(Conversions.DEFAULT_VARBYTE);
            default ->
                RedshiftType.varchar(
                        widest() == 0 ? RedshiftType.MAX_VARCHAR : Math.min(widest(), RedshiftType.MAX_VARCHAR));
        };
    }

    private RedshiftType integer() {
        if (name.equals("bit") && precision == 1) {
            return RedshiftType.of(Kind.BOOLEAN);
        }
        BigInteger most = whole().most();
        int bits = most.bitLength();
        return bits < 16
                ? RedshiftType.of(Kind.SMALLINT)
                : bits < 32
                        ? RedshiftType.of(Kind.INTEGER)
                        : bits < 64 ? RedshiftType.of(Kind.BIGINT) : RedshiftType.decimal(20, 0);
    }

    private @Nullable RedshiftType decimal() {
        int digits = Conversions.precision((int) precision);
        return digits <= RedshiftType.MAX_PRECISION && scale <= RedshiftType.MAX_SCALE
                ? RedshiftType.decimal(digits, scale)
                : null;
    }

    @Override
    public Whole whole() {
        return switch (name) {
            case "tinyint" -> whole(8);
            case "smallint" -> whole(16);
            case "mediumint" -> whole(24);
            case "int" -> whole(32);
            case "year" -> new Whole(0, 2155);
            case "bit" -> new Whole(BigInteger.ZERO, power((int) precision).subtract(BigInteger.ONE));
            default -> whole(64);
        };
    }

    private Whole whole(int bits) {
        return unsigned
                ? new Whole(BigInteger.ZERO, power(bits).subtract(BigInteger.ONE))
                : new Whole(power(bits - 1).negate(), power(bits - 1).subtract(BigInteger.ONE));
    }

    private static BigInteger power(int bits) {
        return BigInteger.ONE.shiftLeft(bits);
    }

    @Override
    public boolean flag() {
        return name.equals("tinyint") || (name.equals("bit") && precision == 1);
    }

    @Override
    public Digits digits() {
        return new Digits((int) precision - scale, scale);
    }

    @Override
    public int bits() {
        return name.equals("float") ? 32 : 64;
    }

    @Override
    public ValueCheck calendar() {
        return new TimeCheck.Calendar();
    }

    @Override
    public ValueCheck clock() {
        return new TimeCheck.Clock();
    }

    @Override
    public int widest() {
        return switch (name) {
            case "tinyint", "smallint", "mediumint", "int", "bigint", "year", "bit" ->
                Math.max(
                        whole().least().toString().length(),
                        whole().most().toString().length());
            case "decimal" -> (int) precision + 1 + (scale > 0 ? 1 : 0) + (precision == scale ? 1 : 0);
            case "float", "double" -> "-2.2250738585072014e-308".length();
            case "date" -> "9999-12-31".length();
            case "datetime" -> "9999-12-31 23:59:59.999999".length();
            case "timestamp" -> "2038-01-19 03:14:07.999999+00".length();
            case "time" -> "-838:59:59.999999".length();
            case "char", "varchar", "enum", "set", "tinytext" ->
                (int) Math.min(4 * Math.max(1, precision), Integer.MAX_VALUE);
            case "binary", "varbinary" -> precision <= MOST_SIZED ? (int) (2 * precision) : 0;
            default -> 0;
        };
    }

    @Override
    public String measure(String column, boolean hexadecimal) {
        String quoted = Identifiers.quote(column);
        return family() == Family.BYTES
                ? (hexadecimal ? "2 * LENGTH(%s)" : "LENGTH(%s)").formatted(quoted)
                : "LENGTH(CONVERT(%s USING utf8mb4))".formatted(quoted);
    }

    /** Whether the server may have stored bytes that are no characters, and sends question marks for them. */
    boolean mayBeReplaced() {
        return family() == Family.TEXT
                && switch (charset) {
                    case "utf8", "utf8mb3", "utf8mb4", "ucs2", "utf16", "utf16le", "utf32", "latin1", "binary" -> false;
                    default -> true;
                };
    }

    /** The column's values, as an expression of a select list, whose text is what is staged or what it is made of. */
    String sql(String column) {
        String quoted = Identifiers.quote(column);
        return switch (name) {
            case "bit" -> "(" + quoted + " + 0)";
            // In six digits as it stands, or in as many decimals as it declares.
            case "float" -> "(" + quoted + " * 1e0)";
            case "double" -> scale > 0 ? "(" + quoted + " * 1e0)" : quoted;
            default -> zerofill ? "(" + quoted + " + 0)" : quoted;
        };
    }

    /** An expression that is 1 where the server sends the very characters that the column has. */
    String unreplaced(String column) {
        String quoted = Identifiers.quote(column);
        return "(BINARY CONVERT(CONVERT(%1$s USING utf8mb4) USING %2$s) <=> BINARY %1$s)".formatted(quoted, charset);
    }
}
