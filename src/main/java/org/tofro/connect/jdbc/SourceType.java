package org.tofro.connect.jdbc;

/**
 * A column's type as the server describes it: a domain is the type below it, and everything that no rule knows is {@link
 * Family#TEXT text}, as the server prints it.
 *
 * @param typeName the type's internal name, such as {@code int4} or {@code bpchar}; in quotes where a type of the user's
 *     own has the name of one of PostgreSQL's
 * @param precision digits of a numeric, characters of a string, bits of a bit string; 0 or less, or huge, where there is none
 * @param scale decimal places of a numeric; below zero in PostgreSQL 15 and later
 */
record SourceType(String typeName, int precision, int scale) {
    /** Types whose values look alike as text and have the same places to go to. */
    enum Family {
        INTEGER,
        DECIMAL,
        FLOAT,
        BOOLEAN,
        DATE,
        TIMESTAMP,
        TIMESTAMPTZ,
        TIME,
        TIMETZ,
        BYTES,
        TEXT
    }

    Family family() {
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
            case "bpchar" -> sized() ? "char(%d)".formatted(precision) : "bpchar";
            case "varchar", "varbit", "bit" -> sized() ? "%s(%d)".formatted(typeName, precision) : typeName;
            case "char" -> "\"char\"";
            default ->
                typeName.startsWith("_")
                        ? new SourceType(typeName.substring(1), precision, scale).ddl() + "[]"
                        : typeName;
        };
    }

    boolean sized() {
        return precision > 0 && precision < 100_000_000;
    }

    /** Digits of a sized numeric before its point, at least 0. */
    int digitsBefore() {
        return Math.max(precision - scale, 0);
    }

    /** Digits of a sized numeric after its point. */
    int digitsAfter() {
        return Math.max(scale, 0);
    }

    /** Bytes of the longest text that the server prints for a value, in UTF-8; 0 where there is no telling. */
    int widest() {
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

    /** Whether its text can hold whatever bytes a client of an SQL_ASCII database once sent. */
    boolean holdsAnyBytes() {
        return switch (typeName) {
            case "interval", "uuid", "macaddr", "macaddr8", "inet", "cidr", "bit", "varbit" -> false;
            default -> family() == Family.TEXT;
        };
    }
}
