package org.tofro.connect.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.tofro.connect.staging.AttemptPath;
import org.tofro.connect.staging.StagingArea;
import org.tofro.data.RunContext.OptionalLimit;
import org.tofro.data.StagedFiles;
import org.tofro.settings.PostgresConnection;
import org.tofro.settings.Secret;

@Timeout(120)
class TroubleTest {
    private static SourceDatabase database;

    @TempDir
    static Path folder;

    @BeforeAll
    static void start() throws Exception {
        database = SourceDatabase.start();
        database.execute("""
                CREATE TABLE money AS SELECT i AS id, 100 AS amount, repeat('z', 200) AS pad
                FROM generate_series(1, 90000) i;
                CREATE UNIQUE INDEX ON money (id);
                CREATE ROLE poor LOGIN PASSWORD 'poor';
                CREATE TABLE half (seen int, hidden int);
                GRANT SELECT (seen) ON half TO poor
                """);
    }

    @AfterAll
    static void stop() throws Exception {
        database.close();
    }

    private static ExtractRequest with(
            ExtractRequest request, PostgresConnection connection, String inDatabase, int splits) {
        return new ExtractRequest(
                connection,
                inDatabase,
                request.source(),
                request.columns(),
                request.splitBy(),
                splits,
                OptionalLimit.NONE,
                request.path());
    }

    private static StagedFiles run(ExtractRequest request) {
        return run(request, new ExtractProgress(), new Cancellation());
    }

    private static StagedFiles run(ExtractRequest request, ExtractProgress progress, Cancellation cancellation) {
        try (StagingArea area = SourceDatabase.folder(folder)) {
            return new Extract(area).run(request, progress, cancellation);
        }
    }

    @Test
    void saysInOneSentenceWhyItCannotConnect() {
        ExtractRequest money = database.table("money");
        PostgresConnection good = database.connection();
        assertThatThrownBy(() -> run(with(money, database.connection("nobody_else", "hush", 8), "postgres", 2)))
                .hasMessageStartingWith(
                        "connection 'source': 127.0.0.1:%d refuses user 'nobody_else': ".formatted(database.port()))
                .hasMessageNotContaining("hush");
        assertThatThrownBy(() -> run(with(money, good, "nowhere", 2)))
                .hasMessage("connection 'source': 127.0.0.1:%d has no database 'nowhere'".formatted(database.port()));
        assertThatThrownBy(() -> run(with(money, at("127.0.0.1", 1), "postgres", 2)))
                .hasMessage("connection 'source': 127.0.0.1:1 cannot be reached")
                .matches(e -> ((ExtractException) e).transientTrouble());
        assertThatThrownBy(() -> run(with(money, at("no-such-host.invalid", 5432), "postgres", 2)))
                .hasMessage("connection 'source': the host of no-such-host.invalid:5432 is unknown");
    }

    private static PostgresConnection at(String host, int port) {
        return new PostgresConnection(
                "source", false, null, host, port, "postgres", Secret.of("hush"), 8, java.util.Map.of());
    }

    @Test
    void namesWhatTheUserMayNotRead() {
        PostgresConnection poor = database.connection("poor", "poor", 8);
        assertThatThrownBy(() -> run(with(database.table("half"), poor, "postgres", 2)))
                .hasMessage(
                        "connection 'source', database 'postgres': user 'poor' may not read column 'hidden' of table"
                                + " 'half'; name the others in `columns`");
        assertThat(run(with(database.table("half", new ColumnChoice("seen", null, null)), poor, "postgres", 2))
                        .rows())
                .isZero();
        assertThatThrownBy(() -> run(with(database.table("money"), poor, "postgres", 2)))
                .hasMessage("connection 'source', database 'postgres': user 'poor' may not read table 'money'; grant"
                        + " SELECT on it");
        assertThatThrownBy(() -> run(with(database.sql("SELECT * FROM money"), poor, "postgres", 2)))
                .hasMessage(
                        "connection 'source', database 'postgres': the server says: permission denied for table money"
                                + " (SQLSTATE 42501)");
    }

    @Test
    void startsAgainOnceAsAWholeWhenTheConnectionIsLost() throws Exception {
        ExtractProgress progress = new ExtractProgress();
        CompletableFuture<StagedFiles> extract = CompletableFuture.supplyAsync(() -> run(
                database.sql("SELECT *, pg_sleep(0.0001)::text AS s FROM money LIMIT 20000"),
                progress,
                new Cancellation()));
        terminateReaders();
        StagedFiles files = extract.get(50, TimeUnit.SECONDS);

        assertThat(files.rowsRead()).isEqualTo(20_000);
        assertThat(files.rows()).isEqualTo(20_000);
        assertThat(progress.notes())
                .hasSize(1)
                .first()
                .asString()
                .startsWith("started again as a whole, because connection 'source': ");
    }

    private static void terminateReaders() throws Exception {
        List<String> ended = List.of();
        while (ended.isEmpty()) {
            Thread.sleep(50);
            ended = database.strings("""
                    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                    WHERE application_name = 'tofro:people/extract/run-1' AND query LIKE 'COPY%' AND state = 'active'
                      AND xact_start < now() - interval '0.3 s'
                    """);
        }
    }

    @Test
    void endsSoonWhenItIsCancelled() throws Exception {
        Cancellation cancellation = new Cancellation();
        CompletableFuture<StagedFiles> extract = CompletableFuture.supplyAsync(
                () -> run(database.sql("SELECT pg_sleep(100)::text AS s"), new ExtractProgress(), cancellation));
        Thread.sleep(1000);
        long start = System.nanoTime();
        cancellation.cancel();
        assertThatThrownBy(() -> extract.get(10, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .hasMessage("connection 'source', database 'postgres': the extract was cancelled");
        assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(3));
        assertThat(
                        database.strings(
                                "SELECT 1 FROM pg_stat_activity WHERE query LIKE '%pg_sleep(100)%' AND state = 'active' AND pid <> pg_backend_pid()"))
                .isEmpty();
    }

    @Test
    void allRangesSeeOneMoment() throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        CompletableFuture<Integer> mover = CompletableFuture.supplyAsync(() -> moveMoney(done));
        try {
            for (int i = 0; i < 3; i++) {
                StagedFiles files = run(with(database.table("money"), database.connection(), "postgres", 4));
                try (StagingArea area = SourceDatabase.folder(folder)) {
                    long total = SourceDatabase.rows(area, files).stream()
                            .mapToLong(row -> Long.parseLong(row.split("\t")[1]))
                            .sum();
                    assertThat(total).isEqualTo(9_000_000);
                }
            }
        } finally {
            done.set(true);
        }
        assertThat(mover.get()).isGreaterThan(10);
    }

    /** Moves money between the first and the last rows, a commit every few milliseconds. */
    private static int moveMoney(AtomicBoolean done) {
        int moves = 0;
        try {
            while (!done.get()) {
                int from = moves % 400 * 100;
                database.execute("""
                        WITH taken AS (UPDATE money SET amount = amount - 10 WHERE id BETWEEN %d AND %d)
                        UPDATE money SET amount = amount + 10 WHERE id BETWEEN %d AND %d
                        """.formatted(from + 1, from + 100, 89_901 - from, 90_000 - from));
                moves++;
            }
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        return moves;
    }

    @Test
    void cutsTheNameThatTheServerShows() {
        assertThat(PostgresSession.applicationName(new AttemptPath("p", "r", "s", "1")))
                .isEqualTo("tofro:p/s/r");
        String name = PostgresSession.applicationName(
                new AttemptPath("p".repeat(80), "20261123T000000Z-abcdef", "s".repeat(80), "1"));
        assertThat(name).hasSizeLessThanOrEqualTo(63).startsWith("tofro:ppp").endsWith("sss/20261123T000000Z-abcdef");
    }
}
