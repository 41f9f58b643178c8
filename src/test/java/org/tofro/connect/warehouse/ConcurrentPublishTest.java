package org.tofro.connect.warehouse;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.tofro.connect.RunningSteps;
import org.tofro.data.Figures;
import org.tofro.data.RunContext;
import org.tofro.data.StagedFiles;
import org.tofro.data.TableName;
import org.tofro.local.redshift.Faults;
import org.tofro.local.redshift.Isolation;
import org.tofro.local.redshift.LocalWarehouse;

/** Several writers at once: their transactions come one after the other, and none is lost or doubled. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ConcurrentPublishTest {
    private final TableName staging = TableName.of("public", TestWarehouse.fresh("staging"));
    private final TableName prod = TableName.of("public", TestWarehouse.fresh("prod"));

    private static <T> List<T> atOnce(List<Callable<T>> tasks) throws Exception {
        CyclicBarrier start = new CyclicBarrier(tasks.size());
        ExecutorService threads = Executors.newFixedThreadPool(tasks.size());
        try {
            List<Future<T>> futures = tasks.stream()
                    .map(task -> threads.submit(() -> {
                        start.await();
                        return task.call();
                    }))
                    .toList();
            List<T> results = new ArrayList<>();
            for (Future<T> future : futures) {
                results.add(future.get(100, TimeUnit.SECONDS));
            }
            return results;
        } finally {
            threads.shutdownNow();
        }
    }

    @ParameterizedTest
    @EnumSource
    void twoAttemptsOfOneStepChangeTheTableOnce(Isolation isolation) throws Exception {
        TestWarehouse warehouse = new TestWarehouse(isolation);
        String pipeline = TestWarehouse.fresh("twins");
        RunContext run = warehouse.launch(pipeline, "run-1");
        StagedFiles files = warehouse.stage(run, "1", "a", "2", "b", "3", "c");
        Callable<Figures> twin = () -> TestWarehouse.perform(warehouse.load(run, staging), files);

        List<Figures> figures = atOnce(List.of(twin, twin));

        assertThat(figures).extracting(Figures::resumed).containsExactlyInAnyOrder(true, false);
        assertThat(figures).extracting(Figures::rowsOut).containsExactly(3L, 3L);
        assertThat(warehouse.content(staging)).containsExactly("1|a", "2|b", "3|c");
        assertThat(warehouse.ledger(staging)).containsExactly("run-1|load|" + pipeline + "|3|3");
    }

    static Stream<Arguments> modes() {
        return Stream.of(PublishMode.values())
                .flatMap(mode -> Stream.of(Isolation.values()).map(isolation -> Arguments.of(mode, isolation)));
    }

    @ParameterizedTest
    @MethodSource("modes")
    void twoPipelinesPublishByAnyMode(PublishMode mode, Isolation isolation) throws Exception {
        TestWarehouse warehouse = new TestWarehouse(isolation);
        TableName other = TableName.of("public", TestWarehouse.fresh("other"));
        PublishMode.production(warehouse, prod);
        String columns = " (id integer, name varchar(20), seen timestamp)";
        warehouse.sql(
                "CREATE TABLE " + staging.sql() + columns,
                "INSERT INTO " + staging.sql() + " VALUES (2, 'a', '2026-11-23'), (3, 'a', '2026-11-23')",
                "CREATE TABLE " + other.sql() + columns,
                "INSERT INTO " + other.sql() + " VALUES (2, 'b', '2026-11-23'), (3, 'b', '2026-11-23'),"
                        + " (4, 'b', '2026-11-23')");
        List<Callable<Figures>> tasks = new ArrayList<>();
        for (TableName source : List.of(staging, other)) {
            RunContext run = warehouse.launch(TestWarehouse.fresh("writer"), "run-1");
            tasks.add(() -> TestWarehouse.perform(mode.action(warehouse, run, source, prod)));
        }

        atOnce(tasks);

        List<String> sources = warehouse.rows(
                "SELECT rows_in FROM " + SafetyTables.ledger(prod).sql() + " ORDER BY place");
        assertThat(sources).containsExactlyInAnyOrder("2", "3");
        String last = sources.get(1).equals("3") ? "b" : "a";
        List<String> expected = new ArrayList<>(mode == PublishMode.RELOAD ? List.of() : List.of("1|old", "9|old"));
        switch (mode) {
            // The first one's rows stand, and the second leaves them out.
            case APPEND -> expected.addAll(List.of("2|old", "3|" + (last.equals("b") ? "a" : "b"), "4|b"));
            case UPSERT -> expected.addAll(List.of("2|" + last, "3|" + last, "4|b"));
            default -> {
                expected.addAll(List.of("2|" + last, "3|" + last));
                if (last.equals("b")) {
                    expected.add("4|b");
                }
            }
        }
        assertThat(warehouse.content(prod)).containsExactlyInAnyOrderElementsOf(expected);
    }

    @ParameterizedTest
    @EnumSource
    void writersOfTwoPipelinesComeOneAfterTheOther(Isolation isolation) throws Exception {
        TestWarehouse warehouse = new TestWarehouse(isolation);
        TableName other = TableName.of("public", TestWarehouse.fresh("other"));
        warehouse.table(staging, 3);
        warehouse.table(other, 5);
        List<Callable<Figures>> tasks = new ArrayList<>();
        for (TableName source : List.of(staging, other, staging, other)) {
            RunContext run = warehouse.launch(TestWarehouse.fresh("writer"), "run-1");
            Guards guards = new Guards(true, 100, true);
            tasks.add(() -> TestWarehouse.perform(warehouse.reload(run, source, prod, List.of(), guards)));
        }

        List<Figures> figures = atOnce(tasks);

        assertThat(figures).extracting(Figures::rowsOut).containsExactly(3L, 5L, 3L, 5L);
        List<String> ledger = warehouse.rows(
                "SELECT rows_out FROM " + SafetyTables.ledger(prod).sql() + " ORDER BY place");
        assertThat(ledger).containsExactlyInAnyOrder("3", "5", "3", "5");
        assertThat(warehouse.content(prod)).as("the last one's rows").hasSize(Integer.parseInt(ledger.get(3)));
        // Every writer has found what the one before it left.
        List<String> before =
                warehouse.rows("SELECT notes FROM " + SafetyTables.ledger(prod).sql() + " ORDER BY place");
        for (int i = 1; i < 4; i++) {
            assertThat(before.get(i)).startsWith("replaced " + ledger.get(i - 1) + " rows");
        }
    }

    @ParameterizedTest
    @EnumSource
    void manyLaunchesMakeTheSameTablesAtOnceAndOneGetsTheLease(Isolation isolation) throws Exception {
        TestWarehouse warehouse = new TestWarehouse(isolation);
        String pipeline = TestWarehouse.fresh("crowd");
        List<Callable<String>> launches = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            String holder = "holder-" + i;
            launches.add(() -> {
                try {
                    new Lease(warehouse.connection(), pipeline, 60).acquire(holder, "run-" + holder, dead -> false);
                    return holder;
                } catch (Lease.TakenException e) {
                    assertThat(e.held().run()).isEqualTo("run-" + e.held().holder());
                    return "busy";
                }
            });
        }

        Set<String> results = new HashSet<>(atOnce(launches));

        assertThat(results).hasSize(2).contains("busy");
        assertThat(warehouse.rows(
                        "SELECT count(*) FROM " + SafetyTables.lease(pipeline).sql()))
                .containsExactly("1");
    }

    /** Repeated, because the catalogue's race between two makers has several outcomes, some of them rare. */
    @RepeatedTest(10)
    void manyStepsMakeOneFenceAtOnce() throws Exception {
        TestWarehouse warehouse = new TestWarehouse();
        List<Callable<Boolean>> makers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            makers.add(() -> {
                try (RunningSteps.Work work = TestWarehouse.work()) {
                    new Fence(prod).prepare(new Transactions(warehouse.connection(), "tofro:test"), work);
                }
                return true;
            });
        }

        atOnce(makers);

        assertThat(warehouse.rows(
                        "SELECT count(*) FROM " + SafetyTables.fence(prod).sql()))
                .containsExactly("1");
    }

    /** A table that was read stays locked against LOCK: a publish must not keep its own launcher from renewing. */
    @Test
    void theLeaseIsRenewedAndRecordsAreCommittedWhileAPublishIsUnderWay() throws Exception {
        TestWarehouse warehouse = new TestWarehouse();
        String pipeline = TestWarehouse.fresh("renewed");
        RunContext run = warehouse.launch(pipeline, "run-1");
        warehouse.table(prod, 1);
        Lease lease = new Lease(warehouse.connection(), pipeline, 60);
        PublishProtocol protocol = new PublishProtocol(
                warehouse.connection(),
                org.tofro.settings.Settings.Limits.DEFAULT,
                run,
                "slow",
                prod,
                java.util.Optional.empty());
        try (RunningSteps.Work work = TestWarehouse.work()) {
            Figures figures = protocol.run(work, (session, fence) -> {
                session.execute("DELETE FROM " + prod.sql());
                try {
                    assertThat(lease.renew(work, run.token())).isTrue();
                    assertThat(warehouse.records(run).commit("beside", "files", work))
                            .isEqualTo("files");
                } catch (FencedException | InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                return new Ledger.Entry(0, 0, null, List.of());
            });
            assertThat(figures.resumed()).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aReaderSeesAllOfTheOldOrAllOfTheNew(Isolation isolation) throws Exception {
        TestWarehouse warehouse = new TestWarehouse(isolation);
        String pipeline = TestWarehouse.fresh("polled");
        warehouse.table(staging, 50);
        warehouse.table(prod, 50);
        warehouse.sql(
                "CREATE VIEW " + prod.name() + "_seen AS SELECT id, name FROM " + prod.sql(),
                "GRANT SELECT ON " + prod.sql() + " TO PUBLIC");
        String grants =
                "SELECT count(*) FROM information_schema.role_table_grants WHERE grantee = 'PUBLIC' AND table_name = '"
                        + prod.name() + "'";
        Set<String> seen = ConcurrentHashMap.newKeySet();
        int reloads = 20;
        Faults.Fault commits = warehouse.faults().add(Faults.Kind.DELAY_COMMIT, "^DELETE FROM .*prod_", 0, 5);
        AtomicBoolean done = new AtomicBoolean();
        Thread reader = new Thread(() -> {
            try (Connection connection = warehouse.connect()) {
                while (!done.get()) {
                    seen.addAll(LocalWarehouse.rows(
                            connection, "SELECT count(*), min(name), max(name) FROM " + prod.name() + "_seen"));
                }
            } catch (java.sql.SQLException e) {
                seen.add("the reader failed: " + e.getMessage());
            }
        });
        reader.start();
        for (int i = 1; i <= reloads; i++) {
            warehouse.sql("UPDATE " + staging.sql() + " SET name = 'v" + i + "'");
            RunContext run = warehouse.launch(pipeline, "run-" + i);
            TestWarehouse.perform(warehouse.reload(run, staging, prod));
        }
        done.set(true);
        reader.join(30_000);

        assertThat(commits.fired()).isEqualTo(reloads);
        assertThat(seen)
                .allMatch(s -> s.matches("50\\|(old|v\\d+)\\|\\1"), "one version, whole")
                .hasSizeGreaterThan(3);
        assertThat(warehouse.rows("SELECT DISTINCT name FROM " + prod.name() + "_seen"))
                .containsExactly("v20");
        assertThat(warehouse.rows(grants)).containsExactly("1");
        warehouse.faults().clear();
    }
}
