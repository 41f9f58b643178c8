package org.tofro.connect.cassandra;

import static org.tofro.connect.cassandra.Extracted.column;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tofro.cli.GoldenFile;
import org.tofro.connect.types.MatrixRow;
import org.tofro.connect.types.TypedColumn;
import org.tofro.local.TestCassandra;

/** {@code docs/types-cassandra.md}: the words of {@code types-page.md}, and the matrix as a real server has it. */
class CassandraTypesPageTest {
    private static final Path PAGE = Path.of("docs/types-cassandra.md");
    private static final Path WORDS = Path.of("src/test/resources/org/tofro/connect/cassandra/types-page.md");

    /** A type, and a value of it as CQL has it. */
    private record Example(String ddl, String cql) {}

    private static final List<Example> ALL = List.of(
            new Example("tinyint", "-128"),
            new Example("smallint", "32767"),
            new Example("int", "-2147483648"),
            new Example("bigint", "9223372036854775807"),
            new Example("varint", "-99999999999999999999"),
            new Example("decimal", "-1.50"),
            new Example("float", "1.1e-45"),
            new Example("double", "NaN"),
            new Example("boolean", "true"),
            new Example("ascii", "'it''s \\N'"),
            new Example("text", "'\ud83d\ude00 \"q\"'"),
            new Example("uuid", "00000000-0000-0000-0000-000000000001"),
            new Example("timeuuid", "50554d6e-29bb-11e5-b345-feff819cdc9f"),
            new Example("timestamp", "'2014-09-01T08:00:00.250+0200'"),
            new Example("date", "'0001-01-01'"),
            new Example("time", "'23:59:59.000001'"),
            new Example("duration", "-1y2mo3d4h5m6s7ms8us9ns"),
            new Example("inet", "'2001:db8::1:0:0'"),
            new Example("blob", "0x00ff5c22"),
            new Example("list<int>", "[1, 2, 1]"),
            new Example("set<text>", "{'b', 'a\"\\', '\n'}".replace("\\n", "\n")),
            new Example("map<text, timestamp>", "{'k': '2014-09-01T08:00:00.250Z'}"),
            new Example("map<int, boolean>", "{1: true, -2: false}"),
            new Example("frozen<map<frozen<list<text>>, decimal>>", "{['a', 'b']: 1.50}"),
            new Example("list<double>", "[1.5, NaN, -Infinity]"),
            new Example("list<varint>", "[123456789012345678901234567890]"),
            new Example("frozen<list<blob>>", "[0x, 0xff]"),
            new Example("frozen<tuple<int, text, duration>>", "(1, null, 3d)"),
            new Example("place", "{\"Street\": 'É 1', number: null, at: 'fe80::1'}"),
            new Example("frozen<list<frozen<place>>>", "[{\"Street\": 'x', number: 5, at: '10.0.0.1'}]"),
            new Example("vector<float, 3>", "[0.1, -2, 3e10]"),
            new Example("vector<text, 2>", "['', 'é']"),
            new Example("vector<smallint, 2>", "[1, -1]"),
            new Example("vector<date, 2>", "['2014-09-01', '1969-12-31']"),
            new Example("vector<frozen<list<uuid>>, 1>", "[[00000000-0000-0000-0000-000000000001]]"));

    @TempDir
    private Path folder;

    @Test
    void thePageSaysWhatTheProgramDoes() throws Exception {
        TestCassandra cassandra = TestCassandra.shared();
        String keyspace = cassandra.keyspace();
        cassandra.session().execute("CREATE TYPE " + keyspace + ".place (\"Street\" text, number int, at inet)");
        StringBuilder columns = new StringBuilder("k int PRIMARY KEY");
        StringBuilder names = new StringBuilder("k");
        StringBuilder values = new StringBuilder("1");
        for (int i = 0; i < ALL.size(); i++) {
            columns.append(", c%02d %s"
                    .formatted(
                            i,
                            ALL.get(i)
                                    .ddl()
                                    .replace("<place", "<" + keyspace + ".place")
                                    .replaceFirst("^place", keyspace + ".place")));
            names.append(", c%02d".formatted(i));
            values.append(", ").append(ALL.get(i).cql());
        }
        cassandra.session().execute("CREATE TABLE %s.types (%s)".formatted(keyspace, columns));
        cassandra.session().execute("INSERT INTO %s.types (%s) VALUES (%s)".formatted(keyspace, names, values));
        cassandra.session().execute("CREATE TABLE %s.counters (k int PRIMARY KEY, n counter)".formatted(keyspace));
        cassandra.session().execute("UPDATE %s.counters SET n = n - 5 WHERE k = 1".formatted(keyspace));

        List<CassandraColumn> wanted = new ArrayList<>();
        for (int i = 0; i < ALL.size(); i++) {
            boolean endless = List.of("decimal", "varint").contains(ALL.get(i).ddl());
            wanted.add(column("c%02d".formatted(i), endless ? "decimal(38,10)" : null));
        }
        CassandraRequest request = Extracted.table(keyspace, "types", wanted.toArray(CassandraColumn[]::new));
        StringBuilder matrix = new StringBuilder("""
                | Cassandra | a value as staged | Redshift | what fails | as text it always fits | other types |
                |---|---|---|---|---|---|
                """);
        String[] staged = Extracted.of(request, folder).rows().get(0).split("\\|", -1);
        List<TypedColumn> typed = CassandraExtract.plan(request).columns();
        for (int i = 0; i < ALL.size(); i++) {
            matrix.append(row(typed.get(i), staged[i]));
        }
        CassandraRequest counters = Extracted.table(keyspace, "counters", column("n"));
        matrix.append(row(
                CassandraExtract.plan(counters).columns().get(0),
                Extracted.of(counters, folder).rows().get(0)));
        GoldenFile.check(
                PAGE,
                Files.readString(WORDS)
                        .replace("<!-- matrix -->\n", matrix.toString().replace(keyspace + ".", "")));
    }

    private static String row(TypedColumn column, String example) {
        String cell = column.quoted() ? '"' + example.replace("\"", "\"\"") + '"' : example;
        return MatrixRow.of("`" + column.type().ddl() + "`", "`" + cell.replace("|", "\\|") + "`", column.type());
    }
}
