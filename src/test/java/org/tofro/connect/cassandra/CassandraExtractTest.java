package org.tofro.connect.cassandra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.tofro.connect.cassandra.Extracted.column;
import static org.tofro.connect.cassandra.Extracted.request;
import static org.tofro.connect.cassandra.Extracted.table;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tofro.connect.extract.ExtractException;
import org.tofro.connect.types.Mask;
import org.tofro.data.RunContext.OptionalLimit;
import org.tofro.local.TestCassandra;

/** What arrives of a table. */
class CassandraExtractTest {
    private final CqlSession session = TestCassandra.shared().session();
    private String keyspace;

    @TempDir
    private Path folder;

    @BeforeEach
    void makeKeyspace() {
        keyspace = TestCassandra.shared().keyspace();
    }

    private void run(String... statements) {
        for (String statement : statements) {
            session.execute(statement.replace("KS", keyspace));
        }
    }

    /** Rows whose token is the least, the greatest, that of a node, or the last or first of a range: each once. */
    @Test
    void everyTokenOfTheRingIsReadOnce() throws Exception {
        run("CREATE TABLE KS.t (k blob PRIMARY KEY)");
        CassandraRequest whole = table(keyspace, "t");
        List<TokenRange> ranges = CassandraExtract.plan(whole).ranges();
        assertThat(ranges).hasSizeGreaterThan(16);
        Set<Long> tokens = new HashSet<>(
                List.of(Long.MIN_VALUE + 1, Long.MIN_VALUE + 2, -1L, 0L, 1L, Long.MAX_VALUE - 1, Long.MAX_VALUE));
        for (TokenRange range : ranges) {
            if (range.upTo() != null) {
                tokens.addAll(List.of(range.upTo() - 1, range.upTo(), range.upTo() + 1));
            }
        }
        PreparedStatement insert = session.prepare("INSERT INTO " + keyspace + ".t (k) VALUES (?)");
        tokens.forEach(token -> session.execute(insert.bind(KeysAtTokens.key(token))));
        // The hash that would be the least token becomes the greatest.
        session.execute(insert.bind(KeysAtTokens.key(Long.MIN_VALUE)));
        assertThat(session.execute("SELECT token(k) FROM " + keyspace + ".t")
                        .map(row -> row.getLong(0))
                        .all())
                .containsAll(tokens)
                .hasSize(tokens.size() + 1);

        Extracted extracted = Extracted.of(whole, folder);

        assertThat(extracted.rows()).hasSize(tokens.size() + 1).doesNotHaveDuplicates();
        assertThat(extracted.files().rowsRead()).isEqualTo(tokens.size() + 1);
    }

    @Test
    void nullsExpiredCellsStaticColumnsAndDroppedOnesAreAsTheServerHasThem() throws Exception {
        run(
                "CREATE TABLE KS.t (\"K\" int, c int, \"a \"\"b\"\"\" text, s text static, gone int, PRIMARY KEY (\"K\", c))",
                "INSERT INTO KS.t (\"K\", c, \"a \"\"b\"\"\", s, gone) VALUES (1, 1, 'x', 'one', 7)",
                "INSERT INTO KS.t (\"K\", c, \"a \"\"b\"\"\") VALUES (1, 2, '')",
                "INSERT INTO KS.t (\"K\", c) VALUES (1, 3)",
                "INSERT INTO KS.t (\"K\", s) VALUES (2, 'alone')",
                "INSERT INTO KS.t (\"K\", c, \"a \"\"b\"\"\") VALUES (3, 1, 'expired') USING TTL 1",
                "UPDATE KS.t USING TTL 1 SET \"a \"\"b\"\"\" = 'expired' WHERE \"K\" = 1 AND c = 3",
                "INSERT INTO KS.t (\"K\", c) VALUES (4, 1)",
                "DELETE FROM KS.t WHERE \"K\" = 4 AND c = 1",
                "ALTER TABLE KS.t DROP gone");
        Thread.sleep(2100);

        Extracted extracted = Extracted.of(table(keyspace, "t"), folder);

        assertThat(extracted.rows()).containsExactlyInAnyOrder("1|1|x|one", "1|2||one", "1|3|~|one", "2|~|~|alone");
        assertThat(extracted.files().schema().names()).containsExactly("K", "c", "a \"b\"", "s");
        assertThat(extracted.progress().notes()).contains(CassandraReadPlan.NO_SNAPSHOT);
    }

    @Test
    void columnsAreChosenRenamedAndAskedWhenTheyWereWritten() throws Exception {
        run(
                "CREATE TABLE KS.t (k int PRIMARY KEY, v text, w text, n counter) ".replace(", n counter", ""),
                "INSERT INTO KS.t (k, v) VALUES (1, 'x') USING TIMESTAMP 1234567890123456 AND TTL 100000",
                "INSERT INTO KS.t (k, w) VALUES (2, 'y') USING TIMESTAMP 5");
        List<String> rows = Extracted.of(
                        table(
                                keyspace,
                                "t",
                                new CassandraColumn(CassandraColumn.What.VALUE, "v", "value", "varchar(10)"),
                                new CassandraColumn(CassandraColumn.What.WRITETIME, "v", "written", null),
                                new CassandraColumn(CassandraColumn.What.TTL, "v", "ttl", "bigint"),
                                new CassandraColumn(CassandraColumn.What.WRITETIME, "w", "w_written", null),
                                column("k")),
                        folder)
                .rows();

        assertThat(rows)
                .hasSize(2)
                .contains("~|~|~|5|2")
                .anyMatch(row -> row.matches("x\\|1234567890123456\\|(100000|9999\\d)\\|~\\|1"));
    }

    @Test
    void maskedColumnsAreStagedMaskedOnly() throws Exception {
        run(
                "CREATE TABLE KS.t (k int PRIMARY KEY, v text)",
                "INSERT INTO KS.t (k, v) VALUES (1, 'planted-value')",
                "INSERT INTO KS.t (k) VALUES (2)");
        CassandraColumn masked =
                new CassandraColumn(CassandraColumn.What.VALUE, "v", null, null, new Mask(Mask.Kind.REDACT, null));
        assertThat(Extracted.of(table(keyspace, "t", column("k"), masked), folder)
                        .rows())
                .containsExactlyInAnyOrder("1|***", "2|~");
    }

    @Test
    void conditionsAndSelectsAreReadRangeByRange() throws Exception {
        run("CREATE TABLE KS.t (k int, c int, v text, PRIMARY KEY (k, c))");
        for (int k = 0; k < 200; k++) {
            run("INSERT INTO KS.t (k, c, v) VALUES (%d, %d, '%d')".formatted(k, k % 3, k % 5));
        }
        List<String> expected = IntStream.range(0, 200)
                .filter(k -> k % 5 == 4)
                .mapToObj(Integer::toString)
                .toList();
        assertThat(Extracted.of(
                                request(
                                        keyspace,
                                        new CassandraRequest.OfTable("t", "v = '4' -- four", true),
                                        column("k")),
                                folder)
                        .rows())
                .containsExactlyInAnyOrderElementsOf(expected);
        Extracted select = Extracted.of(
                request(
                        keyspace,
                        new CassandraRequest.OfSelect(
                                SelectShape.parse(
                                        "SELECT k AS key, blobAsInt(intAsBlob(c)) AS c FROM t WHERE v = '4' ALLOW FILTERING;"),
                                "p.yaml:3")),
                folder);
        assertThat(select.files().schema().names()).containsExactly("key", "c");
        assertThat(select.rows())
                .containsExactlyInAnyOrderElementsOf(expected.stream()
                        .map(k -> k + "|" + Integer.parseInt(k) % 3)
                        .toList());
        Extracted one =
                Extracted.of(request(keyspace, new CassandraRequest.OfTable("t", "k IN (1, 2)", false)), folder);
        assertThat(one.rows()).containsExactlyInAnyOrder("1|1|1", "2|2|2");
        assertThat(one.progress().notes())
                .contains("read by one reader, because the conditions name a column of the partition key");
    }

    @Test
    void aTrialTakesSoManyRowsAndALimitOfRowsTakesItsTime() throws Exception {
        run("CREATE TABLE KS.t (k int PRIMARY KEY)");
        for (int k = 0; k < 300; k++) {
            run("INSERT INTO KS.t (k) VALUES (%d)".formatted(k));
        }
        CassandraRequest all = table(keyspace, "t");
        CassandraRequest trial = new CassandraRequest(
                all.connection(), keyspace, all.source(), List.of(), all.consistency(), 4, null, new OptionalLimit(7));
        assertThat(Extracted.of(trial, folder).rows()).hasSize(7).doesNotHaveDuplicates();

        CassandraRequest slow = new CassandraRequest(
                all.connection(), keyspace, all.source(), List.of(), all.consistency(), 4, 200, OptionalLimit.NONE);
        long begun = System.nanoTime();
        assertThat(Extracted.of(slow, folder).rows()).hasSize(300).doesNotHaveDuplicates();
        assertThat(System.nanoTime() - begun).isGreaterThan(1_300_000_000L);
    }

    @Test
    void valuesThatDoNotFitAreCountedAndNothingIsLeft() throws Exception {
        run(
                "CREATE TABLE KS.t (k int PRIMARY KEY, d decimal, v varint, at time, ts timestamp, x text)",
                "INSERT INTO KS.t (k, d, v, at, ts, x) VALUES (1, 1.55, 99999999999, '01:02:03.000000001', 253402300800000, 'four')",
                "INSERT INTO KS.t (k, d, v, at, ts, x) VALUES (2, 1.5, 9, '01:02:03.000001', 253402300799999, '日')",
                "INSERT INTO KS.t (k) VALUES (3)");
        // Zeros that no memory holds.
        session.execute(session.prepare("INSERT INTO " + keyspace + ".t (k, d) VALUES (3, ?)")
                .bind(new java.math.BigDecimal(java.math.BigInteger.ONE, -2147483640)));
        CassandraRequest request = table(
                keyspace,
                "t",
                column("d", "decimal(3,1)"),
                column("v", "integer"),
                column("at"),
                column("ts"),
                column("x", "varchar(3)"));

        assertThatThrownBy(() -> Extracted.of(request, folder))
                .isInstanceOf(ExtractException.class)
                .hasMessage("connection 'cassandra', keyspace '" + keyspace
                        + "': column 'd' (decimal -> decimal(3,1)): 2 values with more digits than its type;"
                        + " `columns: type` with varchar(65535) would carry them; "
                        + "column 'v' (varint -> integer): 1 value out of the range of its type; `columns: type` with"
                        + " varchar(65535) would carry them; "
                        + "column 'at' (time -> time): 1 value finer than a microsecond; `columns:"
                        + " type` with varchar(18) would carry them; "
                        + "column 'ts' (timestamp -> timestamptz): 1 value outside of the years 1 to 9999; `columns:"
                        + " type` with varchar(34) would carry them; "
                        + "column 'x' (text -> varchar(3)): 1 value longer than its type in bytes; the longest has 4"
                        + " bytes, `columns: type` with varchar(4) would carry them");
        assertThat(Extracted.files(folder)).isEmpty();
    }

    @Test
    void anEmptyTableIsNoFile() throws Exception {
        run("CREATE TABLE KS.t (k int PRIMARY KEY)");
        Extracted extracted = Extracted.of(table(keyspace, "t"), folder);
        assertThat(extracted.files().files()).isEmpty();
        assertThat(extracted.files().rowsRead()).isZero();
    }

    /** Under a small heap each page has as many rows as fit; see the page's size in {@link PageSize}. */
    @Test
    @Tag("slow")
    void wideCellsAmongNarrowOnesComeWhole() throws Exception {
        run("CREATE TABLE KS.t (k int, c int, b blob, PRIMARY KEY (k, c))");
        PreparedStatement insert = session.prepare("INSERT INTO " + keyspace + ".t (k, c, b) VALUES (?, ?, ?)");
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 24; i++) {
            int size = i % 2 == 0 ? 15 << 20 : 10;
            session.execute(insert.bind(i % 6, i, ByteBuffer.allocate(size)));
            expected.add(i % 6 + "|" + i + "|" + 2 * size);
        }
        CassandraRequest request = table(keyspace, "t", column("k"), column("c"), column("b", "varbyte(16000000)"));
        assertThat(Extracted.of(request, folder).rows().stream()
                        .map(row ->
                                row.substring(0, row.lastIndexOf('|') + 1) + (row.length() - row.lastIndexOf('|') - 1)))
                .containsExactlyInAnyOrderElementsOf(expected);
    }
}
