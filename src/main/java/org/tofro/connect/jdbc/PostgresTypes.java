package org.tofro.connect.jdbc;

import org.jspecify.annotations.Nullable;
import org.tofro.connect.jdbc.RedshiftType.Kind;

/**
 * How the types of PostgreSQL travel to Redshift. The rules, for every type that is not named here too:
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
 */
final class PostgresTypes {
    private PostgresTypes() {}

    /**
     * A column as the server describes it.
     *
     * @param typeName the type's internal name, such as {@code int4} or {@code bpchar}
     * @param precision digits of a numeric, or characters of a string; 0 or less, or huge, where it has none
     * @param scale decimal places of a numeric
     */
    record SourceType(String typeName, int precision, int scale) {
        /** The type as PostgreSQL's DDL spells it. */
        String ddl() {
            return switch (typeName) {
                case "int2", "smallserial" -> "smallint";
                case "int4", "serial" -> "integer";
                case "int8", "bigserial" -> "bigint";
                case "float4" -> "real";
                case "float8" -> "double precision";
                case "bool" -> "boolean";
                case "numeric" -> sized() ? "numeric(%d,%d)".formatted(precision, scale) : "numeric";
                case "varchar" -> sized() ? "varchar(%d)".formatted(precision) : "varchar";
                case "bpchar" -> sized() ? "char(%d)".formatted(precision) : "char";
                default -> typeName.startsWith("_") ? typeName.substring(1) + "[]" : typeName;
            };
        }

        boolean sized() {
            return precision > 0 && precision < 100_000_000;
        }
    }

    /** The type in Redshift, or null where only the user can say which one. */
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
            case "varchar", "bpchar" ->
                RedshiftType.varchar(type.sized() ? 4L * type.precision() : RedshiftType.MAX_VARCHAR);
            case "uuid" -> RedshiftType.varchar(36);
            case "inet", "cidr", "macaddr", "macaddr8", "interval", "money" -> RedshiftType.varchar(64);
            case "name" -> RedshiftType.varchar(256);
            case "bytea" -> new RedshiftType(Kind.VARBYTE, RedshiftType.MAX_VARBYTE, 0);
            default -> RedshiftType.varchar(RedshiftType.MAX_VARCHAR);
        };
    }

    private static @Nullable RedshiftType decimal(SourceType type) {
        // PostgreSQL 15 and later allow scales below zero and above the precision.
        int scale = type.scale();
        int precision = Math.max(type.precision(), scale);
        boolean fits = type.sized()
                && precision <= RedshiftType.MAX_PRECISION
                && scale >= 0
                && scale <= RedshiftType.MAX_SCALE;
        return fits ? RedshiftType.decimal(precision, scale) : null;
    }

    /** Whether the server prints values of the type without anything that CSV would have to quote. */
    static boolean bare(SourceType type) {
        return switch (type.typeName()) {
            case "int2",
                    "int4",
                    "int8",
                    "smallserial",
                    "serial",
                    "bigserial",
                    "oid",
                    "float4",
                    "float8",
                    "bool",
                    "numeric",
                    "date",
                    "timestamp",
                    "timestamptz",
                    "time",
                    "timetz" -> true;
            default -> false;
        };
    }

    /** Whether every value of the source's type, as the server prints it, fits so many bytes. */
    static boolean alwaysFits(SourceType type, int bytes) {
        return switch (type.typeName()) {
            case "varchar", "bpchar" -> type.sized() && 4L * type.precision() <= bytes;
            case "uuid" -> bytes >= 36;
            case "bool" -> true;
            case "int2", "int4", "int8", "oid" -> bytes >= 20;
            case "name" -> bytes >= 63;
            case "date", "timestamp", "timestamptz", "float4", "float8", "inet", "cidr", "macaddr", "macaddr8" ->
                bytes >= 64;
            default -> false;
        };
    }
}
