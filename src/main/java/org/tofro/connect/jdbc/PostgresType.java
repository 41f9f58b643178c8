package org.tofro.connect.jdbc;

import org.jspecify.annotations.Nullable;
import org.tofro.connect.types.Conversions;
import org.tofro.connect.types.Form;
import org.tofro.connect.types.SourceType;
import org.tofro.data.RedshiftType;
import org.tofro.data.RedshiftType.Kind;
import org.tofro.data.TableName;

/**
 * A column's type as PostgreSQL describes it: a domain is the type below it, and everything that no rule knows is {@link
 * SourceType.Family#TEXT text}, as the server prints it. The rules:
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
 * @param typeName the type's internal name, such as {@code int4} or {@code bpchar}; in quotes where a type of the user's
 *     own has the name of one of PostgreSQL's
 * @param precision digits of a numeric, characters of a string, bits of a bit string; 0 or less, or huge, where there is none
 * @param scale decimal places of a numeric; below zero in PostgreSQL 15 and later
 * @param encoding the encoding of the database's text
 */
record PostgresType(String typeName, int precision, int scale, ServerEncoding encoding) implements SourceType {
    @Override
    public Family family() {
        return switch (typeName) {
            case "int2", "smallserial", "int4", "serial", "int8", "bigserial", "oid" -> Family.INTEGER;
            case "numeric" -> Family.DECIMAL;
            case "float4", "float8" -> Family.FLOAT;
            case "bool" -> Family.BOOLEAN;
            case "date" -> Family.DATE;
            case "timestamp" -> Family.TIMESTAMP;
            case "timestamptz" -> Family.TIMESTAMPTZ;
            case "time" -> Family.TIME;
            case "timetz" -> Family.TIMETZ;
            case "bytea" -> Family.BYTES;
            default -> Family.TEXT;
        };
    }

    @Override
    public String ddl() {
        return switch (typeName) {
            case "int2", "smallserial" -> "smallint";
            case "int4", "serial" -> "integer";
            case "int8", "bigserial" -> "bigint";
            case "float4" -> "real";
            case "float8" -> "double precision";
            case "bool" -> "boolean";
            case "numeric" -> sized() ? "numeric(%d,%d)".formatted(precision, scale) : "numeric";
            case "bpchar" -> sized() ? "char(%d)".formatted(precision) : "bpchar";
            case "varchar", "varbit", "bit" -> sized() ? "%s(%d)".formatted(typeName, precision) : typeName;
            case "char" -> "\"char\"";
            default ->
                typeName.startsWith("_")
                        ? new PostgresType(typeName.substring(1), precision, scale, encoding).ddl() + "[]"
                        : typeName;
        };
    }

    @Override
    public @Nullable RedshiftType target() {
        return switch (typeName) {
            case "int2", "smallserial" -> RedshiftType.of(Kind.SMALLINT);
            case "int4", "serial" -> RedshiftType.of(Kind.INTEGER);
            case "int8", "bigserial", "oid" -> RedshiftType.of(Kind.BIGINT);
            case "float4" -> RedshiftType.of(Kind.REAL);
            case "float8" -> RedshiftType.of(Kind.DOUBLE);
            case "bool" -> RedshiftType.of(Kind.BOOLEAN);
            case "numeric" -> decimal();
            case "date" -> RedshiftType.of(Kind.DATE);
            case "timestamp" -> RedshiftType.of(Kind.TIMESTAMP);
            case "timestamptz" -> RedshiftType.of(Kind.TIMESTAMPTZ);
            case "time" -> RedshiftType.of(Kind.TIME);
            case "timetz" -> RedshiftType.of(Kind.TIMETZ);
            case "varchar", "bpchar", "bit", "varbit" ->
                RedshiftType.varchar(sized() ? widest() : RedshiftType.MAX_VARCHAR);
            case "uuid" -> RedshiftType.varchar(36);
            case "inet", "cidr", "macaddr", "macaddr8", "interval", "money" -> RedshiftType.varchar(64);
            case "name" -> RedshiftType.varchar(256);
            case "char" -> RedshiftType.varchar(4);
            case "bytea" -> RedshiftType.varbyte(Conversions.DEFAULT_VARBYTE);
            default -> RedshiftType.varchar(RedshiftType.MAX_VARCHAR);
        };
    }

    private @Nullable RedshiftType decimal() {
        int digits = Conversions.precision(digitsBefore() + digitsAfter());
        boolean fits = sized() && digits <= RedshiftType.MAX_PRECISION && digitsAfter() <= RedshiftType.MAX_SCALE;
        return fits ? RedshiftType.decimal(digits, digitsAfter()) : null;
    }

    @Override
    public Whole whole() {
        return switch (typeName) {
            case "int2", "smallserial" -> Whole.SMALLINT;
            case "int4", "serial" -> Whole.INTEGER;
            case "oid" -> new Whole(0, 0xffff_ffffL);
            default -> Whole.BIGINT;
        };
    }

    @Override
    public @Nullable Digits digits() {
        return sized() ? new Digits(digitsBefore(), digitsAfter()) : null;
    }

    @Override
    public boolean orNaN() {
        return true;
    }

    @Override
    public int bits() {
        return typeName.equals("float4") ? 32 : 64;
    }

    boolean sized() {
        return precision > 0 && precision < 100_000_000;
    }

    /** Digits of a sized numeric before its point, at least 0. */
    private int digitsBefore() {
        return Math.max(precision - scale, 0);
    }

    /** Digits of a sized numeric after its point. */
    private int digitsAfter() {
        return Math.max(scale, 0);
    }

    @Override
    public int widest() {
        return switch (typeName) {
            case "int2", "smallserial" -> 6;
            case "int4", "serial" -> 11;
            case "int8", "bigserial" -> 20;
            case "oid" -> 10;
            // A sign, the digits, a point with a digit before it; or NaN.
            case "numeric" ->
                sized()
                        ? Math.max(3, 1 + Math.max(digitsBefore(), 1) + (digitsAfter() > 0 ? 1 + digitsAfter() : 0))
                        : 0;
            // -1.17549435e-38, as servers before PostgreSQL 12 print it, and -2.2250738585072014e-308.
            case "float4" -> 15;
            case "float8" -> 24;
            case "bool" -> 1;
            case "date" -> "4714-11-24 BC".length();
            case "timestamp" -> "4714-11-24 00:00:00.000001 BC".length();
            case "timestamptz" -> "4714-11-24 00:00:00.000001+00 BC".length();
            case "time" -> "23:59:59.999999".length();
            case "timetz" -> "23:59:59.999999+15:59:59".length();
            case "interval" -> "P-178956970Y-11M-2147483648DT-2562047788H-54M-54.775808S".length();
            case "uuid" -> 36;
            case "macaddr" -> 17;
            case "macaddr8" -> 23;
            case "inet", "cidr" -> "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255/128".length();
            case "bit", "varbit" -> sized() ? precision : 0;
            case "char" -> 4;
            case "name" -> 63 * 4;
            case "varchar", "bpchar" -> sized() ? (int) Math.min(4L * precision, Integer.MAX_VALUE) : 0;
            default -> 0;
        };
    }

    /** In a database in SQL_ASCII it is whatever bytes a client once sent. */
    @Override
    public boolean holdsAnyBytes() {
        return encoding == ServerEncoding.SQL_ASCII
                && switch (typeName) {
                    case "interval", "uuid", "macaddr", "macaddr8", "inet", "cidr", "bit", "varbit" -> false;
                    default -> family() == Family.TEXT;
                };
    }

    @Override
    public String measure(String column, boolean hexadecimal) {
        String name = TableName.quote(column);
        String text = switch (typeName) {
            case "bytea" -> hexadecimal ? "encode(%s, 'hex')".formatted(name) : name;
            case "text", "varchar", "bpchar" -> converted(name);
            default -> converted("CAST(%s AS text)".formatted(name));
        };
        return "octet_length(%s)".formatted(text);
    }

    private String converted(String text) {
        return encoding == ServerEncoding.CONVERTED ? "convert_to(%s, 'UTF8')".formatted(text) : text;
    }

    /** A column's values in that form, as an expression of a select list. */
    String sql(Form form, String column) {
        String name = TableName.quote(column);
        return switch (form) {
            case PRINTED -> name;
            case HEX -> "pg_catalog.encode(%s, 'hex')".formatted(name);
            // A cast to text would take the padding off a char and add a netmask to an inet; IS NULL is true of a row
            // of NULLs, and format() makes an empty string of NULL.
            case HEX_OF_TEXT ->
                ("CASE WHEN %1$s IS DISTINCT FROM NULL THEN"
                                + " pg_catalog.encode(pg_catalog.convert_to(pg_catalog.format('%%s', %1$s), '%2$s'), 'hex') END")
                        .formatted(name, encoding.sent());
            case AS_DOUBLE -> "CAST(%s AS pg_catalog.float8)".formatted(name);
        };
    }
}
