package org.tofro.connect.cassandra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.tofro.connect.cassandra.Extracted.request;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tofro.connect.cassandra.session.CassandraSessions;
import org.tofro.connect.extract.Cancellation;
import org.tofro.connect.extract.ExtractException;
import org.tofro.connect.extract.ExtractProgress;
import org.tofro.connect.staging.AttemptPath;
import org.tofro.connect.staging.StagingArea;
import org.tofro.data.RunContext.OptionalLimit;
import org.tofro.local.TestCassandra;
import org.tofro.settings.CassandraConnection.Consistency;

/** A server that is lost, silent or in the way while it is read: every row arrives once, or the extract fails and says so. */
class CassandraTroubleTest {
    private static final int ROWS = 6000;
    private static final List<String> EXPECTED =
            IntStream.range(0, ROWS).mapToObj(Integer::toString).toList();

    private static String keyspace;

    private CutProxy proxy;

    @TempDir
    private Path folder;

    @BeforeAll
    static void fill() {
        CqlSession session = TestCassandra.shared().session();
        keyspace = TestCassandra.shared().keyspace();
        session.execute("CREATE TABLE " + keyspace + ".t (k int PRIMARY KEY, v text)");
        PreparedStatement insert = session.prepare("INSERT INTO " + keyspace + ".t (k, v) VALUES (?, ?)");
        for (int from = 0; from < ROWS; from += 500) {
            List<CompletableFuture<?>> some = IntStream.range(from, from + 500)
                    .<CompletableFuture<?>>mapToObj(k -> session.executeAsync(insert.bind(k, "x".repeat(100)))
                            .toCompletableFuture())
                    .toList();
            some.forEach(CompletableFuture::join);
        }
    }

    @BeforeEach
    void stand() throws Exception {
        proxy = new CutProxy(TestCassandra.shared().port());
    }

    @AfterEach
    void fall() throws Exception {
        proxy.close();
    }

    private CassandraRequest throughProxy(Integer rowsPerSecond) {
        CassandraRequest plain = request(
                TestCassandra.shared().connection(proxy.port(), "tofro", "Secret1"),
                keyspace,
                new CassandraRequest.OfTable("t", null, false));
        return new CassandraRequest(
                plain.connection(),
                keyspace,
                plain.source(),
                List.of(
                        new CassandraColumn(CassandraColumn.What.VALUE, "k", null, null),
                        new CassandraColumn(CassandraColumn.What.VALUE, "v", null, null)),
                plain.consistency(),
                4,
                rowsPerSecond,
                OptionalLimit.NONE);
    }

    private Extracted read(CassandraRequest request, Duration patience) throws Exception {
        return Extracted.of(request, folder, new Cancellation(), patience);
    }

    @Test
    void connectionsThatAreCutCostNoRowAndGiveNoneTwice() throws Exception {
        try (CassandraSessions.Lease open =
                CassandraSessions.open(throughProxy(null).connection())) {
            for (long bytes : new long[] {1, 20_000, 150_000, 400_000}) {
                proxy.cutAfter(bytes, false);
                int before = proxy.cuts();
                Extracted extracted = read(throughProxy(null), Duration.ofSeconds(60));

                assertThat(proxy.cuts()).as("after " + bytes).isEqualTo(before + 1);
                assertThat(extracted.rows().stream().map(row -> row.substring(0, row.indexOf('|'))))
                        .as("after " + bytes)
                        .containsExactlyInAnyOrderElementsOf(EXPECTED);
                assertThat(extracted.files().rowsRead()).isEqualTo(ROWS);
            }
        }
    }

    @Test
    void aServerThatIsGoneForGoodFailsTheExtractAndLeavesNothing() throws Exception {
        try (CassandraSessions.Lease open =
                CassandraSessions.open(throughProxy(null).connection())) {
            proxy.cutAfter(300_000, true);
            assertThatThrownBy(() -> read(throughProxy(null), Duration.ofSeconds(2)))
                    .isInstanceOf(ExtractException.class)
                    .matches(e -> ((ExtractException) e).transientTrouble())
                    .hasMessage("connection 'cassandra', keyspace '" + keyspace + "': no node answers any more; the"
                            + " cluster did not come back within 2 s. `resume` goes on when it is back");
        }
        assertThat(Extracted.files(folder)).isEmpty();
    }

    @Test
    void aSilentServerDoesNotHoldACancelledExtract() throws Exception {
        Cancellation cancellation = new Cancellation();
        CassandraRequest request = throughProxy(1000);
        CompletableFuture<Throwable> end = CompletableFuture.supplyAsync(
                () -> catchThrowable(() -> Extracted.of(request, folder, cancellation, Duration.ofSeconds(60))));
        await(() -> Extracted.files(folder).size() > 0 || end.isDone(), 3);
        proxy.hold();
        cancellation.cancel();

        assertThat(end.get(20, TimeUnit.SECONDS))
                .isInstanceOf(ExtractException.class)
                .hasMessage("connection 'cassandra', keyspace '" + keyspace + "': the extract was cancelled");
        assertThat(Extracted.files(folder)).isEmpty();
    }

    @Test
    void anErrorInTheMiddleFailsTheExtractAndLeavesNothing() throws Exception {
        CqlSession session = TestCassandra.shared().session();
        String own = TestCassandra.shared().keyspace();
        session.execute("CREATE TABLE " + own + ".t (k int PRIMARY KEY)");
        for (int k = 0; k < 400; k++) {
            session.execute("INSERT INTO " + own + ".t (k) VALUES (" + k + ")");
        }
        CassandraRequest whole = request(own, new CassandraRequest.OfTable("t", null, false));
        CassandraRequest slow = new CassandraRequest(
                whole.connection(), own, whole.source(), List.of(), whole.consistency(), 2, 100, OptionalLimit.NONE);
        ExtractProgress progress = new ExtractProgress();
        try (StagingArea area = StagingArea.open(folder.toUri().toString(), null)) {
            CompletableFuture<Throwable> end =
                    CompletableFuture.supplyAsync(() -> catchThrowable(() -> new CassandraExtract(area)
                            .run(slow, new AttemptPath("p", "r", "s", "a"), progress, new Cancellation())));
            await(() -> progress.rows() > 20 || end.isDone(), 20);
            session.execute("DROP TABLE " + own + ".t");

            assertThat(end.get(60, TimeUnit.SECONDS))
                    .isInstanceOf(ExtractException.class)
                    .hasMessageStartingWith("connection 'cassandra', keyspace '" + own + "': the server says: ");
        }
        assertThat(Extracted.files(folder)).isEmpty();
    }

    @Test
    void replicasThatAreMissingAreWaitedForAndThenSaid() {
        CassandraRequest plain = throughProxy(null);
        CassandraRequest two = new CassandraRequest(
                TestCassandra.shared().connection(),
                keyspace,
                plain.source(),
                List.of(),
                Consistency.TWO,
                1,
                null,
                OptionalLimit.NONE);
        assertThatThrownBy(() -> read(two, Duration.ofSeconds(1)))
                .isInstanceOf(ExtractException.class)
                .hasMessage("connection 'cassandra', keyspace '" + keyspace
                        + "': consistency TWO asks for 2 replicas, and 1 of them are up; wait for nodes to come back, or"
                        + " lower 'consistency'. A page was tried 8 times");
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private static void await(Condition condition, int seconds) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (!condition.holds() && System.nanoTime() < deadline) {
            Thread.sleep(20);
        }
    }
}
