package org.tofro.connect.warehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tofro.connect.RunningSteps;
import org.tofro.data.Figures;
import org.tofro.data.RunContext;
import org.tofro.data.TableName;
import org.tofro.local.redshift.LocalWarehouse;
import org.tofro.settings.Settings;

/** Sessions that hold a lock and never end: Tofro's own are ended, others are named. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class LeftBackendTest {
    private final TestWarehouse warehouse = new TestWarehouse();
    private final String pipeline = TestWarehouse.fresh("left");
    private final TableName prod = TableName.of("public", TestWarehouse.fresh("prod"));

    private PublishProtocol protocol(RunContext run, int lockWaitSeconds) {
        return new PublishProtocol(
                warehouse.connection(),
                new Settings.Limits(60, lockWaitSeconds, 4),
                run,
                "publish",
                prod,
                Optional.empty(),
                1);
    }

    private static Ledger.Entry nothing(WarehouseSession session, Fence fence) {
        return new Ledger.Entry(0, 0, null, List.of());
    }

    @Test
    void aSessionOfADeadLaunchIsEndedAndItsChangeUndone() throws Exception {
        warehouse.table(prod, 2);
        RunContext dead = warehouse.launch(pipeline, "run-1");
        try (RunningSteps.Work work = TestWarehouse.work()) {
            protocol(dead, 60).run(work, LeftBackendTest::nothing);
        }
        try (WarehouseSession left = WarehouseSession.open(warehouse.connection(), "tofro:left")) {
            warehouse.records(dead).noteBackend(left, "other");
            left.begin();
            new Fence(prod).lock(left);
            left.execute("DELETE FROM " + prod.sql());

            RunContext next = warehouse.launch(pipeline, "run-2");
            long started = System.nanoTime();
            try (RunningSteps.Work work = TestWarehouse.work()) {
                Figures figures = protocol(next, 60).run(work, LeftBackendTest::nothing);
                assertThat(figures.resumed()).isFalse();
            }
            assertThat(System.nanoTime() - started).as("it was patient first").isGreaterThan(1_000_000_000L);
            assertThatThrownBy(left::commit).isInstanceOf(java.sql.SQLException.class);
        }
        assertThat(warehouse.content(prod)).containsExactly("1|old", "2|old");
        assertThat(warehouse.ledger(prod))
                .containsExactly("run-1|publish|" + pipeline + "|0|0", "run-2|publish|" + pipeline + "|0|0");
    }

    @Test
    void aForeignSessionIsLeftAloneAndNamed() throws Exception {
        RunContext run = warehouse.launch(pipeline, "run-1");
        try (RunningSteps.Work work = TestWarehouse.work();
                Connection foreign = warehouse.connect()) {
            protocol(run, 60).run(work, LeftBackendTest::nothing);
            foreign.setAutoCommit(false);
            LocalWarehouse.run(foreign, "LOCK TABLE " + SafetyTables.fence(prod).sql());
            RunContext next = warehouse.launch(pipeline, "run-2");

            assertThatThrownBy(() -> protocol(next, 2).run(work, LeftBackendTest::nothing))
                    .isInstanceOf(WarehouseException.class)
                    .hasMessage("cannot change " + prod
                            + ": another session has held its fence for more than 2 s; look for it in"
                            + " svv_transactions (relation " + SafetyTables.fence(prod)
                            + ") and end it, or raise limits: lock_wait_seconds");
            assertThat(LocalWarehouse.rows(foreign, "SELECT 1")).as("it lives").containsExactly("1");
        }
        assertThat(warehouse.ledger(prod)).containsExactly("run-1|publish|" + pipeline + "|0|0");
    }

    @Test
    void theNumberOfASessionThatHasEndedProtectsNobodyElse() throws Exception {
        RunContext run = warehouse.launch(pipeline, "run-1");
        RunContext next = warehouse.launch(pipeline, "run-2");
        try (WarehouseSession innocent = WarehouseSession.open(warehouse.connection(), "someone");
                WarehouseSession session = WarehouseSession.open(warehouse.connection(), "tofro:test")) {
            long pid = innocent.number("SELECT pg_backend_pid()");
            // The same process number, noted for a session that began at another time.
            warehouse.sql("INSERT INTO " + SafetyTables.records(pipeline).sql()
                    + " (run, step, kind, token, payload, recorded_at) VALUES ('run-1', 'load', 'backend', "
                    + run.token()
                    + ", '" + pid + " 2020-01-01 00:00:00', getdate())");
            assertThat(warehouse.records(next).endLeftBackends(session, "load")).isZero();
            assertThat(innocent.number("SELECT 1")).isEqualTo(1);
        }
    }

    /** A process that was stopped while it renewed keeps the lease locked for as long as its connection lives. */
    @ParameterizedTest
    @ValueSource(strings = {"UPDATE %s SET expires_at = expires_at", "LOCK TABLE %s"})
    void aSessionThatWasLeftInTheMidstOfALaunchersTransactionIsEnded(String statement) throws Exception {
        RunContext stopped = warehouse.launch(pipeline, "run-1");
        try (WarehouseSession left = WarehouseSession.open(warehouse.connection(), "tofro:left")) {
            left.begin();
            left.execute(statement.formatted(SafetyTables.lease(pipeline).sql()));

            long token = new Lease(warehouse.connection(), pipeline, 60, 1).acquire("next", "run-2", dead -> true);

            assertThat(token).isGreaterThan(stopped.token());
            assertThatThrownBy(left::commit).isInstanceOf(java.sql.SQLException.class);
        }
    }
}
