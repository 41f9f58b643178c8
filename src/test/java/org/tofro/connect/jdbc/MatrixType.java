package org.tofro.connect.jdbc;

import java.util.List;
import java.util.function.Function;

/**
 * A type of PostgreSQL as tests and the page of types know it.
 *
 * @param ddl as a table's definition names it
 * @param example a value, as SQL
 * @param random gives values that its type in Redshift has a place for, as text
 */
record MatrixType(String ddl, String example, Function<RandomValues, String> random) {
    /** What the types of a user's own need. */
    static final String OWN_TYPES = """
            CREATE EXTENSION hstore;
            CREATE TYPE mood AS ENUM ('so, so', 'fine', ' ', 'NULL', E'new\\nline', '"', '\\N', '\ud83d\ude00');
            CREATE TYPE pair AS (a integer, b text);
            CREATE DOMAIN short AS varchar(3);
            CREATE DOMAIN positive AS integer CHECK (VALUE > 0);
            """;

    static final List<MatrixType> ALL = List.of(
            new MatrixType("smallint", "-32768", random -> random.integer(16)),
            new MatrixType("integer", "2147483647", random -> random.integer(32)),
            new MatrixType("bigint", "-9223372036854775808", random -> random.integer(64)),
            new MatrixType("oid", "4294967295", RandomValues::oid),
            new MatrixType("numeric(38,10)", "0.0000000001", random -> random.decimal(28, 10)),
            new MatrixType("numeric(19,4)", "999999999999999.9999", random -> random.decimal(15, 4)),
            new MatrixType("numeric(5,-2)", "1234500", random -> random.decimal(5, 0) + "00"),
            new MatrixType("numeric(3,5)", "0.00999", RandomValues::small),
            new MatrixType("numeric(50,5)", "1.5", random -> random.decimal(28, 5)),
            new MatrixType("numeric", "123456789.123456789", random -> random.decimal(28, 10)),
            new MatrixType("real", "1e-45", RandomValues::real),
            new MatrixType("double precision", "5e-324", RandomValues::doublePrecision),
            new MatrixType("boolean", "true", random -> random.one("t", "f")),
            new MatrixType("date", "'0001-01-01'", RandomValues::date),
            new MatrixType("timestamp", "'9999-12-31 23:59:59.999999'", RandomValues::timestamp),
            new MatrixType(
                    "timestamptz",
                    "'2020-02-29 12:34:56.000001+05:30'",
                    random -> random.timestamp() + random.offset()),
            new MatrixType("time", "'24:00:00'", random -> random.one("24:00:00", random.time())),
            new MatrixType("timetz", "'12:34:56.000001+00'", random -> random.time() + "+00"),
            new MatrixType("interval", "'1 year 2 mons -3 days 04:05:06.7'", RandomValues::interval),
            new MatrixType("varchar(20)", "E'\\\\N \"quoted\"'", random -> random.text(20)),
            new MatrixType("varchar", "'any length'", random -> random.text(40)),
            new MatrixType("text", "'\ud83d\ude00'", random -> random.text(60)),
            new MatrixType("char(5)", "'abc'", random -> random.text(5)),
            new MatrixType("bpchar", "'abc'", random -> random.text(9)),
            new MatrixType("\"char\"", "'\\377'", random -> random.one("a", "\\377", ",", "\"", "\n", "\\")),
            new MatrixType("name", "'a_name'", random -> random.text(15)),
            new MatrixType("bytea", "'\\x00ff5c22'", RandomValues::bytes),
            new MatrixType("uuid", "'00000000-0000-0000-0000-000000000001'", RandomValues::uuid),
            new MatrixType("json", "'{\"a\": 1.50, \"a\": \"\\ud83d\"}'", RandomValues::json),
            new MatrixType("jsonb", "'{\"b\": [1.50, null]}'", RandomValues::jsonb),
            new MatrixType("xml", "'<a b=\"c\"/>'", RandomValues::xml),
            new MatrixType(
                    "mood",
                    "'so, so'",
                    random -> random.one("so, so", "fine", " ", "NULL", "new\nline", "\"", "\\N", "\ud83d\ude00")),
            new MatrixType("short", "'abc'", random -> random.text(3)),
            new MatrixType("positive", "1", random -> random.one("1", "2147483647")),
            new MatrixType(
                    "integer[]", "'{1,NULL,3}'", random -> random.one("{}", "{1,NULL,-2147483648}", "{{1,2},{3,4}}")),
            new MatrixType("text[]", "'{\"a,b\",NULL,\"c\\\"d\"}'", RandomValues::texts),
            new MatrixType(
                    "timestamptz[]",
                    "'{\"2020-01-01 00:00:00+13\"}'",
                    random -> random.one("{}", "{infinity}", "{\"2020-01-01 00:00:00.000001+13\"}")),
            new MatrixType(
                    "pair", "ROW(1, 'a \"b\"')", random -> random.one("(,)", "(1,\"\")", "(-1,\"a \"\"b\"\", c\")")),
            new MatrixType("pair[]", "ARRAY[ROW(1, 'x')::pair]", random -> random.one("{}", "{\"(1,\\\"a b\\\")\"}")),
            new MatrixType("int4range", "'[1,10)'", random -> random.one("empty", "[1,10)", "(,5)", "(,)")),
            new MatrixType(
                    "tstzrange",
                    "'[2020-01-01 00:00+01,)'",
                    random -> random.one("empty", "[\"2020-01-01 00:00:00+13\",infinity)")),
            new MatrixType("int4multirange", "'{[1,3),[5,7)}'", random -> random.one("{}", "{[1,3),[5,7)}")),
            new MatrixType("inet", "'10.0.0.1/8'", RandomValues::inet),
            new MatrixType("cidr", "'2001:db8::/32'", random -> random.one("10.0.0.0/8", "2001:db8::/32", "::/0")),
            new MatrixType(
                    "macaddr", "'08:00:2b:01:02:03'", random -> random.one("08:00:2b:01:02:03", "ff:ff:ff:ff:ff:ff")),
            new MatrixType("macaddr8", "'08:00:2b:01:02:03:04:05'", random -> random.one("08:00:2b:01:02:03:04:05")),
            new MatrixType("bit(3)", "B'101'", random -> random.one("000", "101", "111")),
            new MatrixType("varbit(8)", "B'10101'", random -> random.one("", "1", "10101010")),
            new MatrixType("money", "'-1234.5'", random -> random.one("0", "-92233720368547758.08", "12.34")),
            new MatrixType("pg_lsn", "'16/B374D848'", random -> random.one("0/0", "FFFFFFFF/FFFFFFFF")),
            new MatrixType("tsvector", "'a:1 b:2A'", random -> random.one("", "'it''s' a:1 b:2A", "'x y':3")),
            new MatrixType("tsquery", "'a & !b'", random -> random.one("", "a & ( b | !c )")),
            new MatrixType("point", "'(0.1,-1e300)'", random -> random.one("(0.1,-1e300)", "(NaN,Infinity)")),
            new MatrixType(
                    "hstore", "'\"a\"=>\"1\", b=>NULL'", random -> random.one("", "a=>NULL", "\"a b\"=>\"c, d\"")));

    /** The name of a column of it. */
    String column() {
        return "t_" + ddl.replaceAll("[^a-z0-9]+", "_").replaceAll("^_|_$", "") + (ddl.endsWith("]") ? "_s" : "");
    }
}
