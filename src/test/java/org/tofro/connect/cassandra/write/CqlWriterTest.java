package org.tofro.connect.cassandra.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.tofro.connect.cassandra.write.Written.row;

import com.datastax.oss.driver.api.core.cql.Row;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.tofro.connect.cassandra.session.CassandraException;
import org.tofro.connect.cassandra.session.RowRate;
import org.tofro.settings.CassandraConnection.Consistency;

class CqlWriterTest {
    private static final long THEN = 1_700_000_000_000_000L;

    private final Written table = Written.table();

    private CqlWriter open(WriteOptions options) {
        return CqlWriter.openWithDeletes(Written.session(), table.target(), options);
    }

    @Test
    void everyRowArrivesInPartitionsOfEverySize() throws Exception {
        List<String> expected = new ArrayList<>();
        long rows = 0;
        try (CqlWriter writer = open(WriteOptions.at(THEN))) {
            for (int k = 0; k < 30; k++) {
                for (int c = 0; c < k * 7 + 1; c++) {
                    writer.write(row(k, c, "name " + c, (long) k));
                    expected.add(k + "|" + c + "|name " + c + "|" + k);
                    rows++;
                }
            }
            assertThat(writer.finish().rows()).isEqualTo(rows);
        }
        Collections.sort(expected);
        assertThat(table.rows()).isEqualTo(expected);
    }

    @Test
    void anEmptyLoadWritesNothing() throws Exception {
        try (CqlWriter writer = open(WriteOptions.at(THEN))) {
            assertThat(writer.finish()).isEqualTo(new RowWriter.Written(0, 0));
        }
        assertThat(table.count()).isZero();
    }

    @Test
    void whatIsMissingLeavesNoTombstoneAndWhatIsThere() throws Exception {
        try (CqlWriter writer = open(WriteOptions.at(THEN))) {
            writer.write(row(1, 1, "kept", 5L));
            writer.finish();
        }
        try (CqlWriter writer = open(WriteOptions.at(THEN + 1))) {
            writer.write(row(1, 1, null, 6L));
            writer.write(row(1, 2, null, null));
            writer.finish();
        }
        assertThat(table.rows()).containsExactly("1|1|kept|6", "1|2|null|null");
    }

    @Test
    void anOlderWriteThatComesLateChangesNothing() throws Exception {
        try (CqlWriter newer = open(WriteOptions.at(THEN + 10))) {
            newer.write(row(1, 1, "new", 2L));
            newer.finish();
        }
        try (CqlWriter older = open(WriteOptions.at(THEN))) {
            older.write(row(1, 1, "old", 1L));
            older.delete(row(1, 1, null, null), 0);
            older.finish();
        }
        assertThat(table.rows()).containsExactly("1|1|new|2");
        Row times = table.one("SELECT writetime(n), ttl(n) FROM " + table.keyspace() + ".\"Rows\"");
        assertThat(times.getLong(0)).isEqualTo(THEN + 10);
        assertThat(times.isNull(1)).isTrue();
    }

    @Test
    void rowsLiveForTheirTime() throws Exception {
        try (CqlWriter writer = open(WriteOptions.at(System.currentTimeMillis() * 1000)
                .withTtlSeconds(1000)
                .withConsistency(Consistency.ONE))) {
            writer.write(row(1, 1, "new", 2L));
            writer.write(row(1, 2, "new", 2L));
            writer.finish();
        }
        assertThat(table.one("SELECT ttl(n) FROM " + table.keyspace() + ".\"Rows\"")
                        .getInt(0))
                .isBetween(900, 1000);
    }

    @Test
    void everyRowMayHaveATimeOfItsOwn() throws Exception {
        WriteOptions each = WriteOptions.at(0).withTimestampOfEachRow().withTtlSeconds(100_000_000);
        try (CqlWriter writer = open(each)) {
            writer.write(row(1, 1, "a", 1L), THEN);
            writer.write(row(1, 2, "b", 2L), THEN + 5);
            writer.write(row(1, 3, "c", 3L), THEN + 6);
            writer.finish();
        }
        try (CqlWriter writer = open(each)) {
            writer.write(row(1, 1, "older", 1L), THEN - 1);
            writer.delete(row(1, 2, null, null), THEN + 5);
            writer.delete(row(1, 3, null, null), THEN + 5);
            writer.finish();
        }
        assertThat(table.rows()).containsExactly("1|1|a|1", "1|3|c|3");
    }

    @Test
    void aRowThatIsTooLargeIsRefusedWithItsSizeAndKey() {
        @SuppressWarnings("NullAway")
        ByteBuffer[] large = row(1, 1, null, 1L);
        large[2] = ByteBuffer.allocate(15 << 20);
        try (CqlWriter writer = open(WriteOptions.at(THEN))) {
            assertThatThrownBy(() -> writer.write(large))
                    .isInstanceOf(CassandraException.class)
                    .hasMessage("table " + table.keyspace() + ".Rows: a row has 15728720 bytes, and Cassandra takes no"
                            + " more than 15728640 in one write; shorten it in the query, or split it over several rows by"
                            + " a clustering column (the key is k, c)");
        }
    }

    @Test
    void rowsOfMegabytesArriveInLittleMemory() throws Exception {
        try (CqlWriter writer = open(WriteOptions.at(THEN))) {
            for (int k = 0; k < 12; k++) {
                writer.write(row(k, 1, "x".repeat(5 << 20), 1L));
            }
            assertThat(writer.finish().rows()).isEqualTo(12);
        }
        assertThat(table.count()).isEqualTo(12);
    }

    @Test
    void aTableThatIsNotThereIsSaid() {
        TargetTable missing =
                new TargetTable(table.keyspace(), "missing", table.target().columns(), 1, 1);
        assertThatThrownBy(() -> CqlWriter.open(Written.session(), missing, WriteOptions.at(THEN)))
                .isInstanceOf(CassandraException.class)
                .hasMessage("table " + table.keyspace() + ".missing: the server refuses a row (table missing does not"
                        + " exist)");
    }

    @Test
    void aTableThatIsDroppedEndsTheLoadWithASentence() throws Exception {
        try (CqlWriter writer = open(WriteOptions.at(THEN))) {
            writer.write(row(1, 1, "a", 1L));
            writer.finish();
            Written.session().execute("DROP TABLE " + table.keyspace() + ".\"Rows\"");
            assertThatThrownBy(() -> {
                        for (int k = 0; k < 100_000; k++) {
                            writer.write(row(k, 1, "secret", 1L));
                        }
                        writer.finish();
                    })
                    .isInstanceOf(CassandraException.class)
                    .hasMessageStartingWith("table " + table.keyspace() + ".Rows: the server refuses a row (")
                    .hasMessageNotContaining("secret");
            assertThatThrownBy(writer::finish).isInstanceOf(CassandraException.class);
        }
    }

    @Test
    void replicasThatAreMissingAreWaitedForAndThenSaid() throws Exception {
        try (CqlWriter writer =
                open(WriteOptions.at(THEN).withConsistency(Consistency.TWO).withPatience(Duration.ofMillis(1500)))) {
            writer.write(row(1, 1, "a", 1L));
            assertThatThrownBy(writer::finish)
                    .isInstanceOf(CassandraException.class)
                    .matches(e -> ((CassandraException) e).transientTrouble())
                    .hasMessageMatching(
                            "table " + table.keyspace() + ".Rows: consistency TWO asks for 2 replicas, and 1 of"
                                    + " them are up; wait for nodes to come back, or lower 'consistency'; it was tried for \\d+ s\\."
                                    + " `resume` writes all its rows again, which changes nothing about those that are there");
        }
        assertThat(table.count()).isZero();
    }

    @Test
    void writersThatShareALimitKeepItTogether() throws Exception {
        RowRate shared = new RowRate(2000);
        long begun = System.nanoTime();
        List<Thread> threads = new ArrayList<>();
        for (int writer = 0; writer < 2; writer++) {
            int k = writer;
            Thread thread = new Thread(() -> {
                try (CqlWriter mine = open(WriteOptions.at(THEN).withRate(shared))) {
                    for (int c = 0; c < 2000; c++) {
                        mine.write(row(k * 10_000 + c, c, "a", 1L));
                    }
                    mine.finish();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        double seconds = (System.nanoTime() - begun) / 1e9;
        assertThat(table.count()).isEqualTo(4000);
        assertThat(seconds).isBetween(1.9, 4.0);
    }
}
