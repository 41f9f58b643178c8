package org.tofro.connect.warehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tofro.data.Figures;
import org.tofro.data.RunContext;
import org.tofro.data.TableName;
import org.tofro.local.redshift.Faults;
import org.tofro.local.redshift.Isolation;
import org.tofro.local.redshift.LocalWarehouse;

/** Conflicts with other transactions end in the whole transaction again, or in a clear sentence. */
final class RetryTest {
    private final TestWarehouse warehouse = new TestWarehouse(Isolation.SERIALIZABLE);
    private final String pipeline = TestWarehouse.fresh("retry");
    private final TableName staging = TableName.of("public", TestWarehouse.fresh("staging"));
    private final TableName prod = TableName.of("public", TestWarehouse.fresh("prod"));

    @BeforeEach
    void tables() throws Exception {
        warehouse.table(staging, 3);
        warehouse.table(prod, 2);
    }

    @AfterEach
    void clear() {
        warehouse.faults().clear();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "^LOCK TABLE .*fence_public_prod",
                "^SELECT rows_in, rows_out",
                "^SELECT coalesce.max.token",
                "^UPDATE .*fence_public_prod",
                "^SELECT count.* FROM \"public\".\"staging",
                "^DELETE FROM \"public\".\"prod",
                "^INSERT INTO \"public\".\"prod",
                "^INSERT INTO .*ledger_public_prod"
            })
    void theWholeTransactionIsRunAgain(String statement) throws Exception {
        RunContext run = warehouse.launch(pipeline, "run-1");
        Faults.Fault fault = warehouse.faults().add(Faults.Kind.SERIALIZATION_FAILURE, statement, 1, 0);
        Faults.Fault deletes = warehouse.faults().add(Faults.Kind.DELAY_COMMIT, "^DELETE FROM \"public\".\"prod", 0, 1);

        Figures figures = TestWarehouse.perform(warehouse.reload(run, staging, prod));

        assertThat(fault.fired()).isEqualTo(1);
        assertThat(deletes.fired()).as("committed transactions").isEqualTo(1);
        assertThat(figures.resumed()).isFalse();
        assertThat(warehouse.content(prod)).containsExactly("1|old", "2|old", "3|old");
        assertThat(warehouse.ledger(prod)).containsExactly("run-1|reload|" + pipeline + "|3|3");
    }

    @Test
    void givesUpAfterSixTriesAndSaysSo() throws Exception {
        RunContext run = warehouse.launch(pipeline, "run-1");
        Faults.Fault fault =
                warehouse.faults().add(Faults.Kind.SERIALIZATION_FAILURE, "^DELETE FROM \"public\".\"prod", 0, 0);

        assertThatThrownBy(() -> TestWarehouse.perform(warehouse.reload(run, staging, prod)))
                .isInstanceOf(WarehouseException.class)
                .hasMessage("cannot change " + prod + ": a concurrent transaction has changed what this one works on"
                        + " (error 1023) (tried 6 times)");

        assertThat(fault.fired()).isEqualTo(6);
        assertThat(warehouse.content(prod)).containsExactly("1|old", "2|old");
        assertThat(warehouse.ledger(prod)).isEmpty();
    }

    @Test
    void aDeadlockWithAForeignSessionIsRunAgain() throws Exception {
        RunContext run = warehouse.launch(pipeline, "run-1");
        TestWarehouse.perform(warehouse.reload(run, staging, prod));
        RunContext next = warehouse.launch(pipeline, "run-2");
        try (Connection foreign = warehouse.connect()) {
            foreign.setAutoCommit(false);
            LocalWarehouse.run(foreign, "LOCK TABLE " + prod.sql());
            CompletableFuture<Figures> reload = CompletableFuture.supplyAsync(() -> {
                try {
                    return TestWarehouse.perform(warehouse.reload(next, staging, prod));
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
            String waiting = "SELECT count(*) FROM svv_transactions WHERE NOT granted AND relation = '" + prod.sql()
                    + "'::regclass::oid::integer";
            while (warehouse.rows(waiting).equals(java.util.List.of("0"))) {
                Thread.sleep(20);
            }
            // The reload has waited for longer, so it is the one that the server ends.
            LocalWarehouse.run(foreign, "LOCK TABLE " + SafetyTables.fence(prod).sql());
            foreign.rollback();
            assertThat(reload.get(30, TimeUnit.SECONDS).rowsOut()).isEqualTo(3);
        }
        assertThat(warehouse.ledger(prod))
                .containsExactly("run-1|reload|" + pipeline + "|3|3", "run-2|reload|" + pipeline + "|3|3");
    }
}
