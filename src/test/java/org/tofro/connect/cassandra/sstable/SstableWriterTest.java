package org.tofro.connect.cassandra.sstable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.driver.api.core.CqlIdentifier;
import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.ColumnDefinition;
import com.datastax.oss.driver.api.core.cql.Row;
import com.datastax.oss.driver.api.core.metadata.schema.TableMetadata;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.tofro.connect.cassandra.session.CassandraException;
import org.tofro.connect.cassandra.session.CassandraSessions;
import org.tofro.connect.cassandra.write.RowWriter;
import org.tofro.connect.cassandra.write.TargetColumn;
import org.tofro.connect.cassandra.write.TargetTable;
import org.tofro.local.TestCassandra;

class SstableWriterTest {
    private static final long WRITTEN_AT = 1_700_000_000_123_456L;

    private static final String EVERY_TYPE = """
            (k1 text, "K2" bigint, k3 uuid, "entityId1" text, a ascii, b bigint, c blob, d boolean, e date, f decimal,
             g double, h duration, i float, j inet, k int, l smallint, m time, n timestamp, o timeuuid, p tinyint,
             q varint, r frozen<set<text>>, s frozen<list<bigint>>, t frozen<map<text, double>>,
             u frozen<tuple<int, text>>, v frozen<place>, w vector<float, 3>, "select" text,
             x frozen<list<frozen<map<text, frozen<set<int>>>>>>, PRIMARY KEY ((k1, "K2", k3)))""";

    private static final String FULL = """
            INSERT INTO plain (k1, "K2", k3, "entityId1", a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v,
              w, "select", x) VALUES ('a key', %d, 11111111-2222-3333-4444-555555555555, 'grüße, 漢字 "quoted"', 'ascii',
              -9223372036854775808, 0x00ff, true, '2024-02-29', -1234567890.00000000001, 1e308, 1mo2d3h, 1.5,
              '2001:db8::1', -2147483648, 32767, '23:59:59.999999999', '2024-02-29T12:34:56.789Z',
              d2177dd0-eaa2-11de-a572-001b779c76e3, -128, 123456789012345678901234567890, {'b', 'a', ''}, [3, 1, 2],
              {'y': 0.5, 'x': -0.0}, (7, 'seven'), {street: 'Main', number: 5}, [1, 2, 3], 'a word', [{'m': {2, 1}}])
            USING TIMESTAMP %d""";

    private static CassandraSessions.Lease lease;
    private static CqlSession session;

    @BeforeAll
    static void connect() {
        lease = CassandraSessions.open(TestCassandra.shared().connection());
        session = lease.session();
    }

    @AfterAll
    static void disconnect() {
        lease.close();
    }

    static SstableOptions options() {
        return SstableOptions.of(
                Path.of("target/class-path-5.0.6.txt").toAbsolutePath().toString());
    }

    private static SstableWriter open(TargetTable table, SstableOptions options) {
        return SstableWriter.open(TestCassandra.shared().connection(), session, table, WRITTEN_AT, options);
    }

    /** The table as the server knows it, all columns in the order in which `SELECT *` gives them. */
    private static TargetTable target(String keyspace, String name) {
        TableMetadata table = session.getMetadata()
                .getKeyspace(keyspace)
                .flatMap(all -> all.getTable(name))
                .orElseThrow();
        List<TargetColumn> columns = new ArrayList<>();
        table.getColumns()
                .forEach((column, about) -> columns.add(
                        new TargetColumn(column.asInternal(), about.getType().asCql(true, true))));
        return new TargetTable(
                keyspace,
                name,
                columns,
                table.getPartitionKey().size(),
                table.getClusteringColumns().size());
    }

    private static ByteBuffer[] cells(Row row) {
        ByteBuffer[] cells = new ByteBuffer[row.size()];
        for (int i = 0; i < cells.length; i++) {
            cells[i] = row.getBytesUnsafe(i);
        }
        return cells;
    }

    /** All rows with all bytes, and each column's write time, by their key. */
    private static TreeMap<String, String> content(String keyspace, String name) {
        TableMetadata table = session.getMetadata()
                .getKeyspace(keyspace)
                .flatMap(all -> all.getTable(name))
                .orElseThrow();
        List<String> names = new ArrayList<>();
        for (CqlIdentifier column : table.getColumns().keySet()) {
            names.add(column.asCql(false));
            if (!table.getPrimaryKey().contains(table.getColumns().get(column))) {
                names.add("writetime(" + column.asCql(false) + ")");
                names.add("ttl(" + column.asCql(false) + ")");
            }
        }
        TreeMap<String, String> rows = new TreeMap<>();
        for (Row row : session.execute("SELECT " + String.join(", ", names) + " FROM " + keyspace + "." + name)) {
            StringBuilder text = new StringBuilder();
            for (ColumnDefinition column : row.getColumnDefinitions()) {
                ByteBuffer bytes = row.getBytesUnsafe(column.getName());
                text.append(column.getName().asInternal())
                        .append('=')
                        .append(bytes == null ? "null" : hex(bytes))
                        .append('\n');
            }
            rows.put(text.toString(), text.toString());
        }
        return rows;
    }

    private static String hex(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.duplicate().get(copy);
        return java.util.HexFormat.of().formatHex(copy);
    }

    private static String keyspace() {
        String keyspace = TestCassandra.shared().keyspace();
        session.execute("CREATE TYPE " + keyspace + ".place (street text, number int)");
        return keyspace;
    }

    @Test
    void rowsOfEveryTypeAreThoseThatStatementsWrite() throws Exception {
        String keyspace = keyspace();
        session.execute(
                "CREATE TABLE " + keyspace + ".plain " + EVERY_TYPE.replace("<place>", "<" + keyspace + ".place>"));
        session.execute(
                "CREATE TABLE " + keyspace + ".loaded " + EVERY_TYPE.replace("<place>", "<" + keyspace + ".place>"));
        for (int i = 0; i < 3; i++) {
            session.execute(
                    FULL.replace("INTO plain", "INTO " + keyspace + ".plain").formatted(i, WRITTEN_AT));
        }
        session.execute("INSERT INTO " + keyspace + ".plain (k1, \"K2\", k3, \"entityId1\", r) VALUES ('', 0,"
                + " 11111111-2222-3333-4444-555555555555, '', {}) USING TIMESTAMP " + WRITTEN_AT);
        session.execute("INSERT INTO " + keyspace + ".plain (k1, \"K2\", k3) VALUES ('only a key', 0,"
                + " 11111111-2222-3333-4444-555555555555) USING TIMESTAMP " + WRITTEN_AT);
        TargetTable loaded = target(keyspace, "loaded");
        try (SstableWriter writer = open(loaded, options())) {
            long bytes = 0;
            for (Row row : session.execute("SELECT * FROM " + keyspace + ".plain")) {
                ByteBuffer[] cells = cells(row);
                for (ByteBuffer cell : cells) {
                    bytes += cell == null ? 0 : cell.remaining();
                }
                writer.write(cells);
            }
            assertThat(writer.finish()).isEqualTo(new RowWriter.Written(5, bytes));
            assertThat(writer.summary())
                    .isEqualTo(new SstableSummary(5, 0, 1, writer.summary().bytes()));
        }
        assertThat(content(keyspace, "loaded")).hasSize(5).isEqualTo(content(keyspace, "plain"));
    }

    private static String keyedTable(String keyspace, String name) {
        session.execute("CREATE TABLE " + keyspace + "." + name + " (a text, b int, c timestamp, v text,"
                + " PRIMARY KEY ((a, b), c)) WITH CLUSTERING ORDER BY (c DESC) AND comment = 'it''s; CREATE'");
        return name;
    }

    private static ByteBuffer text(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private static ByteBuffer number(int number) {
        return ByteBuffer.allocate(4).putInt(0, number);
    }

    private static ByteBuffer moment(long millis) {
        return ByteBuffer.allocate(8).putLong(0, millis);
    }

    @Test
    void rowsOfManyBatchesInAnyOrderAreAllThere() throws Exception {
        String keyspace = TestCassandra.shared().keyspace();
        TargetTable table = keyed(keyspace, "keyed");
        int rows = 30_000;
        SstableSummary summary;
        try (SstableWriter writer = open(table, options().buffered(1))) {
            for (int i = 0; i < rows; i++) {
                int n = (int) (i * 7919L % rows);
                writer.write(new ByteBuffer[] {
                    text("key " + n / 10),
                    number(n / 5),
                    moment(n),
                    n % 3 == 0 ? null : text("value " + "x".repeat(n % 90))
                });
            }
            // Its key is one of the last batch too: the greater value wins.
            writer.write(new ByteBuffer[] {text("key 0"), number(0), moment(1), text("z")});
            writer.write(new ByteBuffer[] {text("key 0"), number(0), moment(1), text("y")});
            assertThat(writer.finish().rows()).isEqualTo(rows + 2);
            summary = writer.summary();
        }
        assertThat(summary.duplicates()).isEqualTo(1);
        assertThat(summary.tables()).isBetween(2, 4);
        assertThat(content(keyspace, "keyed")).hasSize(rows);
        assertThat(session.execute("SELECT c, v, writetime(v) FROM " + keyspace + ".keyed WHERE a = 'key 0' AND b = 0")
                        .all())
                .extracting(row -> row.getInstant(0).toEpochMilli() + " " + row.getString(1) + " " + row.getObject(2))
                .containsExactly(
                        "4 value xxxx " + WRITTEN_AT,
                        "3 null null",
                        "2 value xx " + WRITTEN_AT,
                        "1 z " + WRITTEN_AT,
                        "0 null null");
    }

    private static TargetTable keyed(String keyspace, String name) {
        return target(keyspace, keyedTable(keyspace, name));
    }

    @Test
    void noRowsAreNoTrouble() throws Exception {
        String keyspace = TestCassandra.shared().keyspace();
        try (SstableWriter writer = open(keyed(keyspace, "none"), options())) {
            assertThat(writer.finish()).isEqualTo(new RowWriter.Written(0, 0));
            assertThat(writer.summary()).isEqualTo(new SstableSummary(0, 0, 0, 0));
        }
    }

    @Test
    void aValueThatIsNoneOfItsTypeIsNamedByItsColumnAndNotByItself() throws Exception {
        String keyspace = TestCassandra.shared().keyspace();
        TargetTable table = keyed(keyspace, "bad");
        try (SstableWriter writer = open(table, options())) {
            writer.write(new ByteBuffer[] {text("a"), number(1), moment(1), text("fine")});
            writer.write(new ByteBuffer[] {
                text("a"), number(1), moment(2), ByteBuffer.wrap(new byte[] {(byte) 0xff, 's'})
            });
            assertThatThrownBy(writer::finish)
                    .isInstanceOfSatisfying(
                            CassandraException.class,
                            e -> assertThat(e.transientTrouble()).isFalse())
                    .hasMessage("connection 'cassandra', table " + keyspace
                            + ".bad: row 2: the value of column 'v' is none of type text");
        }
        try (SstableWriter writer = open(table, options())) {
            writer.write(new ByteBuffer[] {text("a"), number(1), null, text("fine")});
            assertThatThrownBy(writer::finish)
                    .hasMessage("connection 'cassandra', table " + keyspace
                            + ".bad: row 1: a column of the primary key has no value");
        }
        assertThat(session.execute("SELECT * FROM " + keyspace + ".bad").all()).isEmpty();
    }

    @Test
    void aNodeThatDoesNotTakeThemIsAFailure() throws Exception {
        String keyspace = TestCassandra.shared().keyspace();
        try (SstableWriter writer = open(keyed(keyspace, "dropped"), options())) {
            writer.write(new ByteBuffer[] {text("a"), number(1), moment(1), text("fine")});
            session.execute("DROP TABLE " + keyspace + ".dropped");
            assertThatThrownBy(writer::finish)
                    .isInstanceOfSatisfying(
                            CassandraException.class,
                            e -> assertThat(e.transientTrouble()).isTrue())
                    .hasMessageStartingWith("connection 'cassandra', table " + keyspace
                            + ".dropped: the SSTables were not taken by all nodes: ")
                    .hasMessageEndingWith(". See the nodes' logs; the same rows may be given again");
        }
    }

    @Test
    void aKilledProgramIsOneSentence() throws Exception {
        String keyspace = TestCassandra.shared().keyspace();
        SstableWriter writer = open(keyed(keyspace, "killed"), options());
        writer.write(new ByteBuffer[] {text("a"), number(1), moment(1), text("fine")});
        writer.process().handle().destroyForcibly();
        assertThatThrownBy(writer::finish)
                .isInstanceOfSatisfying(
                        CassandraException.class,
                        e -> assertThat(e.transientTrouble()).isTrue())
                .hasMessage("connection 'cassandra', table " + keyspace
                        + ".killed: the program that writes SSTables ended with exit code 137 (it was killed, as systems do"
                        + " where memory runs out), and printed nothing");
        writer.close();
        assertThat(writer.process().folder()).doesNotExist();
    }

    @Test
    void closingBeforeTheEndLeavesNothing() throws Exception {
        String keyspace = TestCassandra.shared().keyspace();
        SstableWriter writer = open(keyed(keyspace, "closed"), options());
        writer.write(new ByteBuffer[] {text("a"), number(1), moment(1), text("fine")});
        assertThat(writer.process().folder()).exists();
        writer.close();
        assertThat(writer.process().folder()).doesNotExist();
        assertThat(writer.process().handle().isAlive()).isFalse();
        assertThat(session.execute("SELECT * FROM " + keyspace + ".closed").all())
                .isEmpty();
    }

    @Test
    @Tag("slow")
    void rowsThatAreGivenTwiceAreThereOnce() throws Exception {
        String keyspace = TestCassandra.shared().keyspace();
        TargetTable table = keyed(keyspace, "twice");
        TreeMap<String, String> once = null;
        for (int time = 0; time < 2; time++) {
            try (SstableWriter writer = open(table, options())) {
                for (int i = 0; i < 1000; i++) {
                    writer.write(new ByteBuffer[] {text("key " + i), number(i), moment(i), text("value")});
                }
                writer.finish();
            }
            once = once == null ? content(keyspace, "twice") : once;
        }
        assertThat(content(keyspace, "twice")).hasSize(1000).isEqualTo(once);
    }

    @Test
    @Tag("slow")
    void noMoreIsStreamedThanTheLimitAllows() throws Exception {
        String keyspace = TestCassandra.shared().keyspace();
        TargetTable table = keyed(keyspace, "slow");
        byte[] noise = new byte[1000];
        java.util.Random random = new java.util.Random(7);
        long begun = System.nanoTime();
        try (SstableWriter writer = open(table, options().throttled(1))) {
            for (int i = 0; i < 10_000; i++) {
                for (int at = 0; at < noise.length; at++) {
                    noise[at] = (byte) (32 + random.nextInt(95));
                }
                writer.write(new ByteBuffer[] {text("key " + i), number(i), moment(i), ByteBuffer.wrap(noise.clone())});
            }
            writer.finish();
            double seconds = (System.nanoTime() - begun) / 1e9;
            double mebibytes = writer.summary().bytes() / 1048576.0;
            assertThat(mebibytes).isGreaterThan(7);
            // The first second's worth may go at once.
            assertThat(seconds).isGreaterThan(mebibytes - 1.5);
        }
    }
}
