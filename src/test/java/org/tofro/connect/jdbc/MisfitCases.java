package org.tofro.connect.jdbc;

import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** What {@link MisfitTest} tries. */
final class MisfitCases {
    private MisfitCases() {}

    /** A type, values that misfit and one that fits, the type that is asked for, and what is said. */
    static Stream<Arguments> all() {
        return Stream.of(
                arguments(
                        "text",
                        "'ok', '\u00e4\u00e4\"\u00e4', '123456', NULL",
                        "varchar(5)",
                        "(text -> varchar(5)): 2 values longer than its type in bytes; the longest has 7 bytes by"
                                + " octet_length(\"v\"), `columns: type` with varchar(7) would carry them"),
                arguments(
                        "json",
                        "'1', '[\"' || repeat('x', 66000) || '\"]'",
                        null,
                        "(json -> varchar(65535)): 1 value longer than its type in bytes; the longest has 66004 bytes by"
                                + " octet_length(CAST(\"v\" AS text)), `columns: type` with varbyte(66004) would carry them"
                                + " as bytes"),
                arguments(
                        "text",
                        "'ok', repeat('x', 2097151)",
                        null,
                        "(text -> varchar(65535)): 1 value longer than its type in bytes; the longest has 2097151 bytes by"
                                + " octet_length(\"v\"), no type of Redshift takes them; leave them out by `sql:`"),
                arguments(
                        "bigint",
                        "1, -9223372036854775808",
                        "varchar(2)",
                        "(bigint -> varchar(2)): 1 value longer than its type in bytes; the longest has 20 bytes by"
                                + " octet_length(CAST(\"v\" AS text)), `columns: type` with varchar(20) would carry them"),
                arguments(
                        "bytea",
                        "'\\x01', '\\x01020304'",
                        "varbyte(3)",
                        "(bytea -> varbyte(3)): 1 value longer than its type in bytes; the longest has 4 bytes by"
                                + " octet_length(\"v\"), `columns: type` with varbyte(4) would carry them"),
                arguments(
                        "bytea",
                        "'\\x01', '\\x01020304'",
                        "varchar(6)",
                        "(bytea -> varchar(6)): 1 value longer than its type in bytes; the longest has 8 bytes by"
                                + " octet_length(encode(\"v\", 'hex')), `columns: type` with varchar(8) would carry them as"
                                + " hexadecimal digits"),
                arguments(
                        "bytea",
                        "'\\x01', ''",
                        null,
                        "(bytea -> varbyte(1024000)): 1 value empty, which COPY takes for NULL in a varbyte;"
                                + " `columns: type` with varchar(65535) would carry them as hexadecimal digits"),
                arguments(
                        "text",
                        "'x', ''",
                        "varbyte(10)",
                        "(text -> varbyte(10)): 1 value empty, which COPY takes for NULL in a varbyte;"
                                + " `columns: type` with varchar(65535) would carry them"),
                arguments(
                        "text",
                        "'12345', '123456'",
                        "char(5)",
                        "(text -> char(5)): 1 value longer than its type in bytes; the longest has 6 bytes by"
                                + " octet_length(\"v\"), `columns: type` with varchar(6) would carry them"),
                arguments(
                        "char(5)",
                        "'12345', '\u00e4'",
                        "char(5)",
                        "(char(5) -> char(5)): 1 value longer than its type in bytes; the longest has 6 bytes by"
                                + " octet_length(\"v\"), `columns: type` with varchar(6) would carry them"),
                arguments(
                        "text",
                        "'12345', '123', ''",
                        "char(5)",
                        "(text -> char(5)): 2 values shorter than its type, which would fill them up with blanks;"
                                + " `columns: type` with varchar(5) would carry them"),
                arguments(
                        "text",
                        "'12345', '\u00e4bcd'",
                        "char(5)",
                        "(text -> char(5)): 1 value with characters of more than one byte, which char does not take;"
                                + " `columns: type` with varchar(5) would carry them"),
                arguments(
                        "numeric(5,2)",
                        "-999.99, 'NaN'",
                        null,
                        "(numeric(5,2) -> decimal(5,2)): 1 value NaN or infinite; `columns: type` with varchar(7) would"
                                + " carry them"),
                arguments(
                        "numeric",
                        "1, 'NaN', 'Infinity', '-Infinity'",
                        "decimal(38,10)",
                        "(numeric -> decimal(38,10)): 3 values NaN or infinite; `columns: type` with varchar(65535) would"
                                + " carry them"),
                arguments(
                        "numeric",
                        "12345, 1.50, 1.0",
                        "decimal(5,0)",
                        "(numeric -> decimal(5,0)): 1 value with more digits than its type; `columns: type` with"
                                + " decimal(6,1) or varchar(65535) would carry them"),
                arguments(
                        "numeric(40,2)",
                        "1, 12345678901234567890123456789012345678",
                        "decimal(38,2)",
                        "(numeric(40,2) -> decimal(38,2)): 1 value with more digits than its type; `columns: type` with"
                                + " varchar(42) would carry them"),
                arguments(
                        "numeric(19,2)",
                        "-92233720368547758.07, 92233720368547758.08, -92233720368547758.08",
                        "decimal(19,2)",
                        "(numeric(19,2) -> decimal(19,2)): 2 values with more digits than its type; `columns: type` with"
                                + " decimal(20,2) or varchar(21) would carry them"),
                arguments(
                        "bigint",
                        "99999, 100000",
                        "decimal(5,0)",
                        "(bigint -> decimal(5,0)): 1 value with more digits than its type; `columns: type` with"
                                + " decimal(6,0) or varchar(20) would carry them"),
                arguments(
                        "bigint",
                        "-32768, 32767, 32768, -9223372036854775808",
                        "smallint",
                        "(bigint -> smallint): 2 values out of the range of its type; `columns: type` with bigint or"
                                + " varchar(20) would carry them"),
                arguments(
                        "numeric(20,0)",
                        "9223372036854775807, -9223372036854775808, 9223372036854775808",
                        "bigint",
                        "(numeric(20,0) -> bigint): 1 value out of the range of its type; `columns: type` with"
                                + " decimal(20,0) or varchar(21) would carry them"),
                arguments(
                        "numeric(5,0)",
                        "1, 'NaN'",
                        "integer",
                        "(numeric(5,0) -> integer): 1 value NaN or infinite; `columns: type` with varchar(6) would carry"
                                + " them"),
                arguments(
                        "date",
                        "'0001-01-01', '9999-12-31', 'infinity', '-infinity'",
                        null,
                        "(date -> date): 2 values infinite; `columns: type` with varchar(13) would carry them"),
                arguments(
                        "date",
                        "'2020-01-01', '0001-12-31 BC', '10000-01-01'",
                        "timestamp",
                        "(date -> timestamp): 2 values outside of the years 1 to 9999; `columns: type` with varchar(13)"
                                + " would carry them"),
                arguments(
                        "timestamp",
                        "'2020-01-01', '4714-11-24 00:00:00.000001 BC'",
                        null,
                        "(timestamp -> timestamp): 1 value outside of the years 1 to 9999; `columns: type` with"
                                + " varchar(29) would carry them"),
                arguments(
                        "timestamptz",
                        "'2020-01-01', '-infinity', '0001-01-01 00:00+01', '294276-12-31 23:59:59.999999+00'",
                        null,
                        "(timestamptz -> timestamptz): 1 value infinite; `columns: type` with varchar(32) would carry"
                                + " them; column 'v' (timestamptz -> timestamptz): 2 values outside of the years 1 to 9999;"
                                + " `columns: type` with varchar(32) would carry them"),
                arguments(
                        "timetz",
                        "'00:00+00', '12:00+05:30', '23:59:59.999999+15:59:59', '24:00:00+00'",
                        null,
                        "(timetz -> timetz): 2 values with an offset other than +00, which timetz of Redshift does not"
                                + " keep; `columns: type` with varchar(24) would carry them; column 'v' (timetz -> timetz):"
                                + " 1 value of 24:00:00, which timetz of Redshift does not have; `columns: type` with"
                                + " varchar(24) would carry them"));
    }
}
