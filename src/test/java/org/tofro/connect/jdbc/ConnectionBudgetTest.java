package org.tofro.connect.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.tofro.connect.staging.AttemptPath;
import org.tofro.data.RunContext.OptionalLimit;
import org.tofro.data.StagedFiles;
import org.tofro.settings.PostgresConnection;
import org.tofro.settings.Secret;

/** {@code max_connections} holds across extracts side by side, as the server itself counts sessions, and all extracts end. */
@Timeout(120)
class ConnectionBudgetTest {
    private static final int MOST = 3;
    private static final int EXTRACTS = 6;
    private static SourceDatabase database;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() throws Exception {
        database = SourceDatabase.start("synchronous_commit", "off");
        MovingMoney.make(database);
        Gate.build(database);
        // The server refuses a fourth session, also one that nobody looks at in time.
        database.execute("CREATE ROLE etl LOGIN CONNECTION LIMIT " + MOST + "; GRANT SELECT ON money TO etl");
    }

    @AfterAll
    static void stop() throws Exception {
        database.close();
    }

    private static ExtractRequest request(int number) {
        return etl(MovingMoney.gated(database, 4), "extract-" + number, 4);
    }

    private static ExtractRequest etl(ExtractRequest request, String step, int splits) {
        return of(database.server("etl", "hush", MOST), request, step, splits);
    }

    private static ExtractRequest of(PostgresServer server, ExtractRequest request, String step, int splits) {
        return new ExtractRequest(
                server,
                "postgres",
                request.source(),
                request.columns(),
                request.splitBy(),
                splits,
                OptionalLimit.NONE,
                new AttemptPath("people", "run-1", step, "1"));
    }

    /** The most sessions of Tofro that the server has at a time, by its own count, until told to stop. */
    private static int mostSessions(AtomicBoolean done) {
        int most = 0;
        try (Connection connection = database.connect("postgres");
                Statement statement = connection.createStatement()) {
            while (!done.get()) {
                try (ResultSet row = statement.executeQuery(
                        "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'tofro:%'")) {
                    row.next();
                    most = Math.max(most, row.getInt(1));
                }
                Thread.sleep(1);
            }
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        return most;
    }

    /** Loses three of the extracts a session each; returns their steps. */
    private static Set<String> loseSessions() throws Exception {
        Set<String> hit = new HashSet<>();
        while (hit.size() < 3) {
            List<String> victims = database.strings("""
                    SELECT pid || ' ' || split_part(application_name, '/', 2) FROM pg_stat_activity
                    WHERE application_name LIKE 'tofro:%' AND wait_event = 'PgSleep' ORDER BY random()
                    """);
            for (String victim : victims) {
                String[] parts = victim.split(" ", -1);
                if (hit.size() < 3 && hit.add(parts[1])) {
                    database.terminate(parts[0]);
                }
            }
            Thread.sleep(50);
        }
        return hit;
    }

    @Test
    void holdsWhileExtractsReadStartAgainAndArePlanned() throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        CompletableFuture<Integer> most = Background.run(() -> mostSessions(done));
        List<Background> extracts = new ArrayList<>();
        List<CompletableFuture<ReadPlan>> plans = new ArrayList<>();
        Set<String> hit;
        try (Gate gate = Gate.close(database)) {
            for (int i = 0; i < EXTRACTS; i++) {
                extracts.add(Background.start(request(i), folder));
                plans.add(Background.run(() -> Extract.plan(request(EXTRACTS))));
            }
            hit = loseSessions();
        }

        for (int i = 0; i < EXTRACTS; i++) {
            StagedFiles files = extracts.get(i).files();
            assertThat(files.rowsRead()).isEqualTo(MovingMoney.ROWS);
            assertThat(files.rows()).isEqualTo(MovingMoney.ROWS);
            // A refused session would be a loss too.
            assertThat(extracts.get(i).progress.notes()).hasSize(hit.contains("extract-" + i) ? 1 : 0);
            assertThat(plans.get(i).get(60, TimeUnit.SECONDS).readers()).isEqualTo(4);
        }
        done.set(true);
        assertThat(most.get()).isEqualTo(MOST);
        assertThat(database.sessions()).isEmpty();
    }

    /** Other workers may have them, which this process knows nothing of. */
    @Test
    void aServerThatHasFewerConnectionsIsReadByThose() throws Exception {
        database.execute("CREATE ROLE few LOGIN CONNECTION LIMIT 2; GRANT SELECT ON money TO few");
        Background extract = Background.start(
                of(database.server("few", "hush", 4), database.sql("SELECT id, amount FROM money"), "few", 4), folder);

        assertThat(MovingMoney.total(folder, extract.files())).isEqualTo(MovingMoney.TOTAL);
        assertThat(extract.progress.notes())
                .containsExactly(
                        "2 of 4 sessions were not had: 127.0.0.1:" + database.port() + " had no connection left");
    }

    /** A place that was given back before the server had ended its session would be taken too early here. */
    @Test
    void holdsWhileManySmallExtractsTakeTurns() throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        CompletableFuture<Integer> most = Background.run(() -> mostSessions(done));
        ExtractRequest small = etl(database.sql("SELECT id FROM money LIMIT 10"), "small", 1);
        List<CompletableFuture<Void>> lines = new ArrayList<>();
        for (int i = 0; i < EXTRACTS; i++) {
            lines.add(Background.run(() -> {
                for (int turn = 0; turn < 50; turn++) {
                    Extract.plan(small);
                }
                return null;
            }));
        }
        for (CompletableFuture<Void> line : lines) {
            line.get(60, TimeUnit.SECONDS);
        }
        done.set(true);
        assertThat(most.get()).isEqualTo(MOST);
    }

    private static PostgresConnection somewhere(int most) {
        return new PostgresConnection(
                "source", false, null, "somewhere", 5432, "etl", Secret.of("hush"), most, Map.of());
    }

    private static CompletableFuture<ConnectionBudget.Lease> acquire(int most, int wanted) {
        return Background.run(() -> ConnectionBudget.acquire(new PostgresServer(somewhere(most)), wanted, () -> false));
    }

    @Test
    void whoWaitsForAFirstConnectionComesBeforeWhoWantsMore() throws Exception {
        ConnectionBudget.Lease all = acquire(4, 9).get();
        assertThat(all.connections()).isEqualTo(4);
        CompletableFuture<ConnectionBudget.Lease> second = acquire(4, 4);
        Thread.sleep(50);
        CompletableFuture<ConnectionBudget.Lease> third = acquire(4, 4);
        Thread.sleep(50);
        assertThat(second).isNotDone();
        assertThat(third).isNotDone();

        all.close();

        assertThat(second.get().connections()).isEqualTo(1);
        assertThat(third.get().connections()).isEqualTo(3);
        second.get().close();
        third.get().close();
    }

    @Test
    void eachConnectionOfTheSettingsHasItsOwnLimitForTheServersSessions() throws Exception {
        ConnectionBudget.Lease wide = acquire(3, 2).get();
        CompletableFuture<ConnectionBudget.Lease> narrow = acquire(2, 1);
        Thread.sleep(50);
        assertThat(narrow).isNotDone();

        wide.giveBackOne();

        assertThat(narrow.get().connections()).isEqualTo(1);
        assertThat(wide.connections()).isEqualTo(1);
        narrow.get().close();
        wide.close();
        try (ConnectionBudget.Lease again = acquire(2, 2).get()) {
            assertThat(again.connections()).isEqualTo(2);
        }
    }
}
