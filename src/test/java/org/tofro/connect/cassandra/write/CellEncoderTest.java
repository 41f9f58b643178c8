package org.tofro.connect.cassandra.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.Row;
import com.datastax.oss.driver.api.core.type.DataType;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tofro.local.TestCassandra;

final class CellEncoderTest {
    /** A value: its type, its text as it is staged, and the same as the server reads it in CQL. */
    private record Case(String type, String staged, String cql) {}

    private static final List<Case> CASES = List.of(
            new Case("text", "", "''"),
            new Case("text", "né \"ü\" 😀", "'né \"ü\" 😀'"),
            new Case("ascii", "plain", "'plain'"),
            new Case("int", "-2147483648", "-2147483648"),
            new Case("int", "+7", "7"),
            new Case("bigint", "9223372036854775807", "9223372036854775807"),
            new Case("bigint", "-9223372036854775808", "-9223372036854775808"),
            new Case("bigint", "000000000000000000000012", "12"),
            new Case("smallint", "-32768", "-32768"),
            new Case("tinyint", "127", "127"),
            new Case("varint", "0", "0"),
            new Case("varint", "-128", "-128"),
            new Case("varint", "128", "128"),
            new Case("varint", "-123456789012345678901234567890", "-123456789012345678901234567890"),
            new Case("double", "0.1", "0.1"),
            new Case("double", "-0.0", "-0.0"),
            new Case("double", "9007199254740993", "9007199254740993"),
            new Case("double", "1.7976931348623157E308", "1.7976931348623157E308"),
            new Case("double", "4.9e-324", "4.9e-324"),
            new Case("double", "123456789.987654321", "123456789.987654321"),
            new Case("double", "NaN", "NaN"),
            new Case("double", "-Infinity", "-Infinity"),
            new Case("float", "0.1", "0.1"),
            new Case("float", "16777217", "16777217"),
            new Case("float", "Infinity", "Infinity"),
            new Case("decimal", "0.00", "0.00"),
            new Case("decimal", "-12.50", "-12.50"),
            new Case("decimal", "123456789012345678901234567890.123", "123456789012345678901234567890.123"),
            new Case("decimal", "1E+5", "1E+5"),
            new Case("boolean", "t", "true"),
            new Case("boolean", "false", "false"),
            new Case("date", "2024-02-29", "'2024-02-29'"),
            new Case("date", "1969-12-31", "'1969-12-31'"),
            new Case("date", "0044-03-15 BC", "'-0043-03-15'"),
            new Case("time", "07:04:56.000001", "'07:04:56.000001'"),
            new Case("time", "23:59:59.999999999", "'23:59:59.999999999'"),
            new Case("timestamp", "2014-09-01 08:00:00.25+00", "'2014-09-01T08:00:00.250Z'"),
            new Case("timestamp", "2014-09-01 08:00:00.250000", "'2014-09-01T08:00:00.250Z'"),
            new Case("timestamp", "2014-09-01T10:00:00+02:00", "'2014-09-01T08:00:00.000Z'"),
            new Case("timestamp", "1969-12-31 23:59:59.999+00", "'1969-12-31T23:59:59.999Z'"),
            new Case("timestamp", "2014-09-01", "'2014-09-01T00:00:00.000Z'"),
            new Case("duration", "P1Y2M3DT4H5M6.789S", "1y2mo3d4h5m6s789ms"),
            new Case("duration", "P-1M", "-1mo"),
            new Case("uuid", "123e4567-E89B-12d3-a456-426614174000", "123e4567-e89b-12d3-a456-426614174000"),
            new Case("timeuuid", "123e4567-e89b-12d3-a456-426614174000", "123e4567-e89b-12d3-a456-426614174000"),
            new Case("blob", "00ffAB", "0x00ffab"),
            new Case("blob", "0x", "0x"),
            new Case("inet", "10.0.255.1", "'10.0.255.1'"),
            new Case("inet", "2001:db8::1", "'2001:db8::1'"),
            new Case("frozen<list<int>>", "[3,1,2,1]", "[3,1,2,1]"),
            new Case("frozen<list<int>>", "[]", "[]"),
            new Case("frozen<set<text>>", "[\"a\",\"b\"]", "{'a','b'}"),
            new Case("frozen<map<bigint, boolean>>", "{\"1\":true,\"2\":false}", "{1:true,2:false}"),
            new Case(
                    "frozen<map<text, frozen<list<timestamp>>>>",
                    "{\"k\":[\"2014-09-01 08:00:00.25Z\"]}",
                    "{'k':['2014-09-01T08:00:00.250Z']}"),
            new Case("frozen<tuple<int, text, double>>", "[1,null,0.5]", "(1,null,0.5)"),
            new Case("vector<float, 3>", "[0.5,1,-2.25]", "[0.5,1,-2.25]"),
            new Case("frozen<point>", "{\"y\":2,\"x\":1}", "{x:1,y:2}"));

    @Test
    void everyTypeHasTheBytesThatTheServerMakesOfIt() {
        CqlSession session = TestCassandra.shared().session();
        String keyspace = TestCassandra.shared().keyspace();
        session.execute("CREATE TYPE " + keyspace + ".point (x int, y int)");
        List<String> types = CASES.stream().map(Case::type).distinct().toList();
        StringBuilder columns = new StringBuilder();
        for (int i = 0; i < types.size(); i++) {
            columns.append(", c").append(i).append(' ').append(types.get(i));
        }
        session.execute("CREATE TABLE " + keyspace + ".cells (id int PRIMARY KEY" + columns + ")");
        for (int i = 0; i < CASES.size(); i++) {
            Case each = CASES.get(i);
            String column = "c" + types.indexOf(each.type());
            String insert = "INSERT INTO " + keyspace + ".cells (id, " + column + ") VALUES (";
            session.execute(insert + 2 * i + ", " + each.cql() + ")");
            var prepared = session.prepare(insert + (2 * i + 1) + ", ?)");
            DataType type = prepared.getVariableDefinitions().get(0).getType();
            CellEncoder encoder = each.type().contains("point")
                    ? CellEncoder.of("v", type)
                    : CellEncoder.of(new TargetColumn("v", each.type()));
            byte[] padded = ("<" + each.staged() + ">").getBytes(StandardCharsets.UTF_8);
            ByteBuffer cell = encoder.encode(padded, 1, padded.length - 1);
            assertThat(encoder.encode(each.staged().getBytes(StandardCharsets.UTF_8)))
                    .isEqualTo(cell);
            session.execute(prepared.bind().setBytesUnsafe(0, cell));
            assertThat(stored(session, keyspace, column, 2 * i + 1))
                    .as(each.type() + " " + each.staged())
                    .isEqualTo(stored(session, keyspace, column, 2 * i));
        }
    }

    private static ByteBuffer stored(CqlSession session, String keyspace, String column, int id) {
        Row row = Objects.requireNonNull(
                session.execute("SELECT " + column + " FROM " + keyspace + ".cells WHERE id = " + id)
                        .one());
        return Objects.requireNonNull(row.getBytesUnsafe(0));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "ascii|é|has characters other than ASCII",
                "int|2147483648|is out of the range of its type",
                "int|1.0|is not a whole number",
                "int|``|is not a whole number",
                "int|-|is not a whole number",
                "bigint|9223372036854775808|is out of the range of its type",
                "smallint|32768|is out of the range of its type",
                "tinyint|-129|is out of the range of its type",
                "varint|1e3|is not a whole number",
                "double|1e400|is out of the range of its type",
                "double|0x1p3|is not a number",
                "double|1f|is not a number",
                "double|.|is not a number",
                "float|3.5e38|is out of the range of its type",
                "decimal|1e99999|is not a number",
                "decimal|NaN|is not a number",
                "boolean|T|is neither true nor false",
                "date|2023-02-29|has a day that its month does not have",
                "date|23-02-01|is not a date, which is written 2026-11-23",
                "date|5881581-01-01|is out of the range of its type",
                "time|24:00:00|is not between 00:00:00 and 23:59:59",
                "time|07:04|is not a time of a day, which is written 07:04:56.000001",
                "time|07:04:56.0000000001|is finer than a nanosecond",
                "timestamp|2014-09-01 08:00:00.000001|is finer than a millisecond; truncate it in the query, or let the column"
                        + " be bigint or text",
                "timestamp|2014-09-01 08:00:00 CET|is not a timestamp, which is written 2026-11-23 07:04:56.25+00",
                "timestamp|999999999-01-01|is out of the range of its type",
                "duration|P|is not a duration of ISO 8601, which is written P1M2DT3.5S",
                "duration|P1M-1D|is no duration of Cassandra, whose parts have one sign and no more than nanoseconds",
                "uuid|123e4567-e89b-12d3-a456-42661417400|is not a UUID",
                "uuid|123e4567-e89b-12d3-a456_426614174000|is not a UUID",
                "timeuuid|123e4567-e89b-42d3-a456-426614174000|is a UUID of another version than 1, the one that has a time",
                "blob|abc|has an odd number of hexadecimal digits",
                "blob|0xzz|is not written in hexadecimal digits",
                "inet|1.2.3|is not an IP address",
                "inet|1.2.3.256|is not an IP address",
                "inet|localhost|is not an IP address",
                "inet|fe80::1%eth0|is not an IP address",
                "frozen<set<int>>|[1,null]|has a null among its elements, which Cassandra does not take",
                "frozen<set<int>>|[1,[2]]|has an array or an object of JSON where its type has a single value",
                "frozen<set<int>>|{}|is not an array of JSON where its type has to have one",
                "frozen<set<int>>|[1|is not JSON, or has a key twice",
                "frozen<set<int>>|[1] 2|has something behind its JSON",
                "frozen<set<int>>|null|is JSON's null, which is not NULL",
                "frozen<list<tinyint>>|[300]|is out of the range of its type",
                "`frozen<map<text, int>>`|{\"a\":1,\"a\":2}|is not JSON, or has a key twice",
                "`tuple<int, int>`|[1,2,3]|has more components than its tuple",
                "`vector<float, 2>`|[1]|has fewer elements than its vector"
            })
    void whatATypeWouldChangeIsRefused(String type, String text, String how) {
        CellEncoder encoder = CellEncoder.of(new TargetColumn("v", type));
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> encoder.encode(bytes))
                .isInstanceOf(CellException.class)
                .hasMessage("a value for the column 'v' " + how + " (its type is "
                        + TypeText.parse(type).asCql(true, false) + ")");
    }

    @Test
    void bytesThatAreNotTextAreRefused() {
        CellEncoder encoder = CellEncoder.of(new TargetColumn("v", "text"));
        assertThatThrownBy(() -> encoder.encode(new byte[] {(byte) 0xc3, 'a'}))
                .hasMessage("a value for the column 'v' is not UTF-8 (its type is text)");
    }

    @Test
    void nothingStaysNothing() {
        assertThat(CellEncoder.of(new TargetColumn("v", "int")).encode(null)).isNull();
    }

    @Test
    void whatIsKeptFromAnAddressOfTwoVersionsStaysSo() {
        ByteBuffer cell = CellEncoder.of(new TargetColumn("v", "inet"))
                .encode("::ffff:10.0.0.1".getBytes(StandardCharsets.UTF_8));
        assertThat(cell).isNotNull();
        assertThat(Stream.of(cell).map(ByteBuffer::remaining)).containsExactly(16);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nothing", "list<int", "list<int, int>", "map<int>", "int x", "frozen<address>"})
    void whatIsNoTypeIsRefused(String type) {
        assertThatThrownBy(() -> CellEncoder.of(new TargetColumn("v", type)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("'" + type + "' is no type that can be written");
    }

    @Test
    void aCounterIsRefused() {
        assertThatThrownBy(() -> CellEncoder.of(new TargetColumn("v", "counter")))
                .hasMessage("a counter is added to and cannot be written");
    }
}
