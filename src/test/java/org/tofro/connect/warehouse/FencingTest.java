package org.tofro.connect.warehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.tofro.connect.RunningSteps;
import org.tofro.data.RunContext;
import org.tofro.data.StagedFiles;
import org.tofro.data.TableName;
import org.tofro.settings.Settings;

/** A launch that no longer holds its pipeline's lease changes nothing. */
final class FencingTest {
    private static final String RUN_OUT =
            "' has run out: this process was stopped, or cut off from the warehouse, for" + " too long";

    private final TestWarehouse warehouse = new TestWarehouse();
    private final String pipeline = TestWarehouse.fresh("fenced");
    private final TableName staging = TableName.of("public", TestWarehouse.fresh("staging"));
    private final TableName prod = TableName.of("public", TestWarehouse.fresh("prod"));

    @Test
    void anOlderLaunchChangesNothing() throws Exception {
        warehouse.table(staging, 3);
        warehouse.table(prod, 3);
        RunContext older = warehouse.launch(pipeline, "run-1");
        StagedFiles files = warehouse.stage(older, "7", "older");
        Lease lease = new Lease(warehouse.connection(), pipeline, 60);
        long token = lease.acquire("newer", "run-2", dead -> true);
        assertThat(token).isGreaterThan(older.token());
        String taken = "pipeline '" + pipeline + "' was taken over by another launch (run run-2 of newer)";

        assertThatThrownBy(() -> TestWarehouse.perform(warehouse.load(older, staging), files))
                .isInstanceOf(FencedException.class)
                .hasMessage(taken);
        assertThatThrownBy(() -> TestWarehouse.perform(warehouse.reload(older, staging, prod)))
                .isInstanceOf(FencedException.class)
                .hasMessage(taken);
        try (RunningSteps.Work work = TestWarehouse.work()) {
            assertThatThrownBy(() -> warehouse.records(older).commit("extract", "files", work))
                    .isInstanceOf(FencedException.class)
                    .hasMessage(taken);
            assertThat(warehouse.records(older).find("extract", work)).isEmpty();
            assertThat(lease.renew(work, older.token())).isFalse();
            lease.release(work, older.token());
            assertThat(lease.renew(work, token))
                    .as("the newer one's lease stands")
                    .isTrue();
        }
        assertThat(warehouse.content(staging)).containsExactly("1|old", "2|old", "3|old");
        assertThat(warehouse.content(prod)).containsExactly("1|old", "2|old", "3|old");
        assertThat(warehouse.ledger(staging)).isEmpty();
        assertThat(warehouse.ledger(prod)).isEmpty();
    }

    @Test
    void aTableThatALaterLaunchHasChangedIsNotChangedBack() throws Exception {
        RunContext older = warehouse.launch(pipeline, "run-1");
        RunContext newer = warehouse.launch(pipeline, "run-2");
        TestWarehouse.perform(warehouse.load(newer, staging), warehouse.stage(newer, "2", "newer"));
        // As if the lease's table had been lost, so that only the ledger knows.
        warehouse.sql("UPDATE " + SafetyTables.lease(pipeline).sql() + " SET token = " + older.token());

        assertThatThrownBy(() ->
                        TestWarehouse.perform(warehouse.load(older, staging), warehouse.stage(older, "1", "older")))
                .isInstanceOf(FencedException.class)
                .hasMessage("a later run of pipeline '" + pipeline + "' has changed " + staging
                        + " already; this older one changes nothing");
        assertThat(warehouse.content(staging)).containsExactly("2|newer");
    }

    @Test
    void otherPipelinesOnTheSameTableAreNotFenced() throws Exception {
        RunContext older = warehouse.launch(pipeline, "run-1");
        RunContext newer = warehouse.launch(TestWarehouse.fresh("another"), "run-1");
        TestWarehouse.perform(warehouse.load(newer, staging), warehouse.stage(newer, "2", "newer"));

        TestWarehouse.perform(warehouse.load(older, staging), warehouse.stage(older, "1", "older"));

        assertThat(warehouse.content(staging)).containsExactly("1|older");
        assertThat(warehouse.ledger(staging)).hasSize(2);
    }

    @Test
    void aLeaseThatHasRunOutPublishesNothing() throws Exception {
        warehouse.table(staging, 3);
        RunContext run = warehouse.launch(pipeline, "run-1", 1, Map.of());
        Thread.sleep(1100);

        assertThatThrownBy(() -> TestWarehouse.perform(warehouse.reload(run, staging, prod)))
                .isInstanceOf(FencedException.class)
                .hasMessage("the lease of pipeline '" + pipeline + RUN_OUT);
        try (RunningSteps.Work work = TestWarehouse.work()) {
            assertThat(new Lease(warehouse.connection(), pipeline, 1).renew(work, run.token()))
                    .isFalse();
            assertThatThrownBy(() -> warehouse.records(run).commit("extract", "files", work))
                    .hasMessage("the lease of pipeline '" + pipeline + RUN_OUT);
        }
        assertThat(warehouse.ledger(prod)).isEmpty();
    }

    @Test
    void aLeaseThatRunsOutInTheMidstOfATransactionPublishesNothing() throws Exception {
        warehouse.table(prod, 3);
        RunContext run = warehouse.launch(pipeline, "run-1", 3, Map.of());
        PublishProtocol protocol = new PublishProtocol(
                warehouse.connection(), Settings.Limits.DEFAULT, run, "slow", prod, Optional.empty());
        boolean[] changed = {false};

        try (RunningSteps.Work work = TestWarehouse.work()) {
            assertThatThrownBy(() -> protocol.run(work, (session, fence) -> {
                        session.execute("DELETE FROM " + prod.sql());
                        changed[0] = true;
                        try {
                            Thread.sleep(3100);
                        } catch (InterruptedException e) {
                            throw new IllegalStateException(e);
                        }
                        return new Ledger.Entry(0, 0, null, List.of());
                    }))
                    .isInstanceOf(FencedException.class)
                    .hasMessage("the lease of pipeline '" + pipeline + RUN_OUT);
        }

        assertThat(changed[0]).as("the change was under way").isTrue();
        assertThat(warehouse.content(prod)).containsExactly("1|old", "2|old", "3|old");
        assertThat(warehouse.ledger(prod)).isEmpty();
    }

    @Test
    void aLeaseIsTakenOverFromTheDeadAndFromThoseWhoseTimeIsUp() throws Exception {
        Lease lease = new Lease(warehouse.connection(), pipeline, 60);
        long first = lease.acquire("first", "run-1", dead -> false);
        assertThat(lease.acquire("first", "run-1", dead -> false))
                .as("its own again")
                .isEqualTo(first);

        assertThatThrownBy(() -> lease.acquire("second", "run-2", dead -> false))
                .isInstanceOfSatisfying(Lease.TakenException.class, e -> {
                    assertThat(e.held().holder()).isEqualTo("first");
                    assertThat(e.held().run()).isEqualTo("run-1");
                    assertThat(e.held().secondsLeft()).isBetween(50L, 60L);
                });
        long second = lease.acquire("second", "run-2", "first"::equals);
        assertThat(second).isGreaterThan(first);
        try (RunningSteps.Work work = TestWarehouse.work()) {
            lease.release(work, second);
        }
        long third = lease.acquire("third", "run-3", dead -> false);
        assertThat(third).isGreaterThan(second);
        warehouse.sql("UPDATE " + SafetyTables.lease(pipeline).sql() + " SET expires_at = getdate()");
        assertThat(lease.acquire("third", "run-3", dead -> false))
                .as("a lease anew")
                .isGreaterThan(third);
    }
}
