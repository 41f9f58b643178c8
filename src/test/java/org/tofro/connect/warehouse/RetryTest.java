package org.tofro.connect.warehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
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
        PublishMode.production(warehouse, prod);
        warehouse.sql(
                "CREATE TABLE " + staging.sql() + " (id integer, name varchar(20), seen timestamp)",
                "INSERT INTO " + staging.sql() + " VALUES (2, '\"n\\\\ew\"', '2026-11-23'), (3, NULL, '2026-11-23'),"
                        + " (4, '', '2026-11-23'), (5, '\ud83d\ude80, x', '2026-11-23')");
    }

    @AfterEach
    void clear() {
        warehouse.faults().clear();
    }

    /** Every kind of statement of each mode's transaction. */
    static Stream<Arguments> statements() {
        Stream.Builder<Arguments> statements = Stream.builder();
        for (PublishMode mode : PublishMode.values()) {
            for (String statement : List.of(
                    "^LOCK TABLE .*fence_public_prod",
                    "^SELECT rows_in, rows_out",
                    "^SELECT coalesce.max.token",
                    "^UPDATE .*fence_public_prod",
                    "^SELECT count.* FROM \"public\".\"staging",
                    "^DELETE FROM \"public\".\"prod",
                    "^INSERT INTO \"public\".\"prod",
                    "^INSERT INTO .*ledger_public_prod")) {
                if (mode != PublishMode.APPEND || !statement.startsWith("^DELETE")) {
                    statements.add(Arguments.of(mode, statement));
                }
            }
        }
        return statements.build();
    }

    @ParameterizedTest
    @MethodSource("statements")
    void theWholeTransactionIsRunAgain(PublishMode mode, String statement) throws Exception {
        RunContext run = warehouse.launch(pipeline, "run-1");
        Faults.Fault fault = warehouse.faults().add(Faults.Kind.SERIALIZATION_FAILURE, statement, 1, 0);
        Faults.Fault inserts = warehouse.faults().add(Faults.Kind.DELAY_COMMIT, "^INSERT INTO \"public\".\"prod", 0, 1);

        Figures figures = TestWarehouse.perform(mode.action(warehouse, run, staging, prod));

        assertThat(fault.fired()).isEqualTo(1);
        assertThat(inserts.fired()).as("committed transactions").isEqualTo(1);
        assertThat(figures.resumed()).isFalse();
        assertThat(figures.notes().get(0)).isEqualTo(mode.note());
        assertThat(warehouse.content(prod)).isEqualTo(mode.after());
        assertThat(warehouse.ledger(prod)).containsExactly("run-1|publish|" + pipeline + "|4|" + mode.written());

        Figures again = TestWarehouse.perform(mode.action(warehouse, run, staging, prod));

        assertThat(again.resumed()).as("the second attempt").isTrue();
        assertThat(again.notes()).isEqualTo(figures.notes());
        assertThat(inserts.fired()).as("committed transactions").isEqualTo(1);
        assertThat(warehouse.content(prod)).isEqualTo(mode.after());
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
        assertThat(warehouse.content(prod)).isEqualTo(PublishMode.BEFORE);
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
            while (warehouse.rows(waiting).equals(List.of("0"))) {
                Thread.sleep(20);
            }
            // The reload has waited for longer, so it is the one that the server ends.
            LocalWarehouse.run(foreign, "LOCK TABLE " + SafetyTables.fence(prod).sql());
            foreign.rollback();
            assertThat(reload.get(30, TimeUnit.SECONDS).rowsOut()).isEqualTo(4);
        }
        assertThat(warehouse.ledger(prod))
                .containsExactly("run-1|reload|" + pipeline + "|4|4", "run-2|reload|" + pipeline + "|4|4");
    }
}
