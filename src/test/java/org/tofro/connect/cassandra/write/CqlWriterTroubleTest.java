package org.tofro.connect.cassandra.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.tofro.connect.cassandra.write.Written.row;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.tofro.connect.cassandra.CutProxy;
import org.tofro.connect.cassandra.session.CassandraException;
import org.tofro.connect.cassandra.session.CassandraSessions;
import org.tofro.connect.cassandra.session.RowRate;
import org.tofro.local.TestCassandra;
import org.tofro.settings.CassandraConnection;

/** A cluster that is lost, stopped or has too much to do while rows are written: every row is there in the end, or a sentence. */
class CqlWriterTroubleTest {
    private static final long THEN = 1_700_000_000_000_000L;

    private final Written table = Written.table();
    private CutProxy proxy;

    @BeforeEach
    void stand() throws Exception {
        proxy = new CutProxy(TestCassandra.shared().port());
    }

    @AfterEach
    void fall() throws Exception {
        proxy.close();
    }

    private CassandraConnection throughProxy() {
        return TestCassandra.shared().connection(proxy.port(), "tofro", "Secret1");
    }

    private static void write(CqlWriter writer, int from, int to) throws InterruptedException {
        for (int k = from; k < to; k++) {
            writer.write(row(k / 3, k % 3, "name " + k, (long) k));
        }
    }

    @Test
    void connectionsThatAreCutCostNoRow() throws Exception {
        try (CassandraSessions.Lease lease = CassandraSessions.open(throughProxy());
                CqlWriter writer = CqlWriter.open(
                        lease.session(), table.target(), WriteOptions.at(THEN).withRate(new RowRate(4_000)))) {
            for (int part = 0; part < 3; part++) {
                proxy.cutAfter(5_000, false);
                write(writer, part * 3_000, part * 3_000 + 3_000);
            }
            assertThat(writer.finish().rows()).isEqualTo(9_000);
            assertThat(proxy.cuts()).isPositive();
            assertThat(writer.repeated()).isPositive();
        }
        assertThat(table.count()).isEqualTo(9_000);
    }

    @Test
    void aClusterThatIsGoneForGoodEndsTheLoadWithASentence() throws Exception {
        try (CassandraSessions.Lease lease = CassandraSessions.open(throughProxy());
                CqlWriter writer = CqlWriter.open(
                        lease.session(),
                        table.target(),
                        WriteOptions.at(THEN).withRate(new RowRate(20_000)).withPatience(Duration.ofSeconds(1)))) {
            proxy.cutAfter(20_000, true);
            assertThatThrownBy(() -> {
                        write(writer, 0, 1_000_000);
                        writer.finish();
                    })
                    .isInstanceOf(CassandraException.class)
                    .matches(e -> ((CassandraException) e).transientTrouble())
                    .hasMessageMatching(
                            "table " + table.keyspace() + ".Rows: no node answers any more; it was tried for \\d+"
                                    + " s\\. `resume` writes all its rows again, which changes nothing about those that are there");
        }
    }

    @Test
    void aWriterThatWaitsCanBeInterrupted() throws Exception {
        try (CassandraSessions.Lease lease = CassandraSessions.open(throughProxy());
                CqlWriter writer = CqlWriter.open(lease.session(), table.target(), WriteOptions.at(THEN))) {
            proxy.hold();
            CompletableFuture<Thread> writing = new CompletableFuture<>();
            CompletableFuture<Boolean> interrupted = CompletableFuture.supplyAsync(() -> {
                writing.complete(Thread.currentThread());
                try {
                    write(writer, 0, 1_000_000);
                    return false;
                } catch (InterruptedException e) {
                    return true;
                }
            });
            Thread.sleep(300);
            writing.get().interrupt();
            assertThat(interrupted.get(5, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    @Tag("slow")
    void aServerThatIsStoppedAndStartedAgainHasEveryRow() throws Exception {
        int rows = 60_000;
        try (CassandraSessions.Lease lease =
                        CassandraSessions.open(TestCassandra.shared().connection());
                CqlWriter writer = CqlWriter.open(
                        lease.session(), table.target(), WriteOptions.at(THEN).withRate(new RowRate(6_000)))) {
            CompletableFuture<Void> load = CompletableFuture.runAsync(() -> {
                try {
                    write(writer, 0, rows);
                    writer.finish();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            while (writer.acknowledged() < rows / 4 && !load.isDone()) {
                Thread.sleep(20);
            }
            TestCassandra.shared().stop();
            long whenStopped = writer.acknowledged();
            assertThat(whenStopped).isLessThan(rows);
            Thread.sleep(2_000);
            TestCassandra.shared().startAgain();
            load.get(2, TimeUnit.MINUTES);

            assertThat(writer.acknowledged()).isEqualTo(rows);
        }
        for (int attempt = 0; ; attempt++) {
            try {
                assertThat(table.rows()).hasSize(rows);
                return;
            } catch (com.datastax.oss.driver.api.core.AllNodesFailedException e) {
                // The tests' own session finds the server again in its own time.
                assertThat(attempt).isLessThan(100);
                Thread.sleep(200);
            }
        }
    }

    /** What waited in the server for longer than its own limit is answered with an error, and written again. */
    @Test
    @Tag("slow")
    void aServerThatStandsStillForSecondsHasEveryRowInTheEnd() throws Exception {
        int rows = 200_000;
        try (CassandraSessions.Lease lease =
                        CassandraSessions.open(TestCassandra.shared().connection());
                CqlWriter writer = CqlWriter.open(lease.session(), table.target(), WriteOptions.at(THEN))) {
            CompletableFuture<Void> load = CompletableFuture.runAsync(() -> {
                try {
                    for (int k = 0; k < rows; k++) {
                        writer.write(row(k, 1, "name", (long) k));
                    }
                    writer.finish();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            while (writer.acknowledged() < rows / 4 && !load.isDone()) {
                Thread.sleep(20);
            }
            signal(TestCassandra.shared().process(), "-STOP");
            try {
                Thread.sleep(14_000);
                assertThat(writer.acknowledged()).isLessThan(rows);
            } finally {
                signal(TestCassandra.shared().process(), "-CONT");
            }
            load.get(2, TimeUnit.MINUTES);
            assertThat(writer.acknowledged()).isEqualTo(rows);
        }
        assertThat(table.rows()).hasSize(rows);
    }

    private static void signal(ProcessHandle process, String which) {
        try {
            new ProcessBuilder("kill", which, Long.toString(process.pid()))
                    .start()
                    .waitFor();
        } catch (java.io.IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** It refuses what is more than so many requests in a second; most of what the writer sends it takes. */
    @Test
    @Tag("slow")
    void aServerThatSaysItIsOverloadedHasEveryRow() throws Exception {
        int rows = 15_000;
        TestCassandra.shared().restart("""
                native_transport_rate_limiting_enabled: true
                native_transport_max_requests_per_second: 1000
                native_transport_throw_on_overload: true
                """);
        try (CassandraSessions.Lease lease =
                        CassandraSessions.open(TestCassandra.shared().connection());
                CqlWriter writer = CqlWriter.open(lease.session(), table.target(), WriteOptions.at(THEN))) {
            for (int k = 0; k < rows; k++) {
                writer.write(row(k, 1, "name " + k, (long) k));
            }
            assertThat(writer.finish().rows()).isEqualTo(rows);
            assertThat(writer.repeated()).as("writes that were refused").isBetween(1L, rows / 2L);
        } finally {
            TestCassandra.shared().restart("");
        }
        assertThat(table.rows()).hasSize(rows);
    }

    /** For each 100 ms that the server works it stands still for as long: half of what it could do. */
    @Test
    @Tag("slow")
    void theRateFollowsAServerThatHasHalfItsCapacityForAWhile() throws Exception {
        try (CassandraSessions.Lease lease =
                        CassandraSessions.open(TestCassandra.shared().connection());
                CqlWriter writer = CqlWriter.open(lease.session(), table.target(), WriteOptions.at(THEN))) {
            CompletableFuture<Long> load = CompletableFuture.supplyAsync(() -> {
                try {
                    int k = 0;
                    for (; !Thread.interrupted() && !ended; k++) {
                        writer.write(row(k, 1, "name", (long) k));
                    }
                    writer.finish();
                    return (long) k;
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            Thread.sleep(15_000);
            double whole = rate(writer, 10);
            double half;
            double again;
            try (Halved halved = new Halved(TestCassandra.shared().process())) {
                Thread.sleep(10_000);
                half = rate(writer, 10);
            }
            Thread.sleep(10_000);
            again = rate(writer, 10);
            ended = true;
            long written = load.get(1, TimeUnit.MINUTES);

            assertThat(half).as("of %.0f rows/s", whole).isBetween(0.3 * whole, 0.75 * whole);
            assertThat(again).as("of %.0f rows/s", whole).isGreaterThan(0.8 * whole);
            assertThat(writer.acknowledged()).isEqualTo(written);
            assertThat(writer.repeated()).as("writes that failed").isZero();
        }
    }

    private volatile boolean ended;

    private static double rate(CqlWriter writer, int seconds) throws InterruptedException {
        long before = writer.acknowledged();
        long begun = System.nanoTime();
        Thread.sleep(seconds * 1000L);
        return (writer.acknowledged() - before) * 1e9 / (System.nanoTime() - begun);
    }

    /** Holds a process every other tenth of a second. */
    private static final class Halved implements AutoCloseable {
        private final ProcessHandle process;
        private final Thread thread = new Thread(this::run, "halving");
        private volatile boolean over;

        Halved(ProcessHandle process) {
            this.process = process;
            thread.start();
        }

        private void run() {
            try {
                while (!over) {
                    signal(process, "-STOP");
                    Thread.sleep(100);
                    signal(process, "-CONT");
                    Thread.sleep(100);
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            } finally {
                signal(process, "-CONT");
            }
        }

        @Override
        public void close() throws InterruptedException {
            over = true;
            thread.join();
        }
    }
}
