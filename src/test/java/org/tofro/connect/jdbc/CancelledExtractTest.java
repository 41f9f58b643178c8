package org.tofro.connect.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A cancelled extract ends within two seconds, whatever it waits for, and the server's work for it too. */
@Timeout(60)
class CancelledExtractTest {
    private static SourceDatabase database;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() throws Exception {
        database = SourceDatabase.start();
        database.execute("CREATE TABLE held (id int)");
    }

    @AfterAll
    static void stop() throws Exception {
        database.close();
    }

    private static void demandSoonCancelled(Background extract) throws Exception {
        long start = System.nanoTime();
        extract.cancellation.cancel();
        assertThatThrownBy(extract::files)
                .hasMessage("connection 'source', database 'postgres': the extract was cancelled");
        assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(2));
        while (!database.sessions().isEmpty()) {
            assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(2));
        }
    }

    private static void await(String sessions) throws Exception {
        while (database.strings("SELECT 1 FROM pg_stat_activity WHERE application_name LIKE 'tofro:%' AND " + sessions)
                .isEmpty()) {
            Thread.sleep(10);
        }
    }

    @Test
    void whileTheServerComputes() throws Exception {
        Background extract = Background.start(database.sql("SELECT pg_sleep(100)::text AS s"), folder);
        await("query LIKE 'COPY%' AND wait_event = 'PgSleep'");
        demandSoonCancelled(extract);
    }

    @Test
    void whileItPlans() throws Exception {
        try (var other = database.connect("postgres");
                var statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("LOCK TABLE held IN ACCESS EXCLUSIVE MODE");
            Background extract = Background.start(database.table("held"), folder);
            await("wait_event_type = 'Lock'");
            demandSoonCancelled(extract);
        }
    }

    @Test
    void whileRowsCome() throws Exception {
        Background extract = Background.start(
                database.sql(
                        "SELECT repeat('x', 1000) AS x, pg_sleep(0.001)::text AS s FROM generate_series(1, 100000)"),
                folder);
        while (extract.progress.rows() == 0) {
            Thread.sleep(10);
        }
        demandSoonCancelled(extract);
    }

    @Test
    void whileItWaitsForAConnection() throws Exception {
        ExtractRequest request = database.table("held");
        try (ConnectionBudget.Lease all = ConnectionBudget.acquire(request.server(), 100, () -> false)) {
            assertThat(all.connections()).isEqualTo(request.server().maxConnections());
            Background extract = Background.start(request, folder);
            Thread.sleep(300);
            assertThat(extract.isDone()).isFalse();
            demandSoonCancelled(extract);
        }
    }
}
