package org.tofro.connect.warehouse;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tofro.connect.RunningSteps;
import org.tofro.data.Figures;
import org.tofro.data.RunContext;
import org.tofro.data.StagedFiles;
import org.tofro.data.TableName;
import org.tofro.local.redshift.Faults;
import org.tofro.local.redshift.Faults.Kind;
import org.tofro.local.redshift.Isolation;

/** The connection is cut before, during and after the COMMIT of every transaction of a run; the run does not notice. */
final class LostConnectionTest {
    /** The transactions of a run, each by a statement that only it contains. */
    enum Cut {
        MAKE_LEASE("CREATE TABLE IF NOT EXISTS \"tofro\".\"lease_"),
        TAKE_LEASE("SET holder ="),
        RENEW_LEASE("WHERE token = .* AND expires_at >"),
        COMMIT_RECORD("SET commits = commits"),
        MAKE_FENCE("CREATE TABLE IF NOT EXISTS \"tofro\".\"fence_public_staging"),
        NOTE_BACKEND("INSERT INTO \"tofro\".\"records_"),
        LOAD("^COPY "),
        RELOAD("^DELETE FROM \"prod_"),
        GIVE_LEASE_BACK("SET expires_at = getdate");

        private final String statement;

        Cut(String statement) {
            this.statement = statement;
        }
    }

    private TestWarehouse warehouse = new TestWarehouse();

    /** The transactions that publish, under both isolation levels; those around them under the usual one. */
    static Stream<Arguments> cuts() {
        return all(EnumSet.of(Cut.TAKE_LEASE, Cut.COMMIT_RECORD, Cut.LOAD, Cut.RELOAD), EnumSet.allOf(Cut.class));
    }

    static Stream<Arguments> otherCuts() {
        return all(
                EnumSet.of(Cut.MAKE_LEASE, Cut.RENEW_LEASE, Cut.MAKE_FENCE, Cut.NOTE_BACKEND, Cut.GIVE_LEASE_BACK),
                EnumSet.noneOf(Cut.class));
    }

    private static Stream<Arguments> all(Set<Cut> serializable, Set<Cut> snapshot) {
        List<Arguments> cuts = new ArrayList<>();
        for (Kind kind : List.of(Kind.CUT_BEFORE_COMMIT, Kind.CUT_DURING_COMMIT, Kind.CUT_AFTER_COMMIT)) {
            serializable.forEach(cut -> cuts.add(Arguments.of(Isolation.SERIALIZABLE, cut, kind)));
            snapshot.forEach(cut -> cuts.add(Arguments.of(Isolation.SNAPSHOT, cut, kind)));
        }
        return cuts.stream();
    }

    @AfterEach
    void clear() {
        warehouse.faults().clear();
    }

    @Tag("slow")
    @ParameterizedTest
    @MethodSource("otherCuts")
    void theRestHappensOnceToo(Isolation isolation, Cut cut, Kind kind) throws Exception {
        everyStepHappensOnce(isolation, cut, kind);
    }

    @ParameterizedTest
    @MethodSource("cuts")
    void everyStepHappensOnce(Isolation isolation, Cut cut, Kind kind) throws Exception {
        warehouse = new TestWarehouse(isolation);
        String pipeline = TestWarehouse.fresh("cut");
        TableName staging = TableName.of("public", TestWarehouse.fresh("staging"));
        TableName prod = new TableName(null, TestWarehouse.fresh("prod"));
        warehouse.table(prod, 2);
        Faults.Fault fault = warehouse.faults().add(kind, cut.statement, 1, 0);

        RunContext run = warehouse.launch(pipeline, "run-1");
        StagedFiles files = warehouse.stage(run, "1", "\"o\\ne\"", "2", null, "3", "", "4", "\ud83d\ude80, x");
        Lease lease = new Lease(warehouse.connection(), pipeline, 60);
        String record;
        boolean renewed;
        Figures loaded;
        Figures reloaded;
        try (RunningSteps.Work work = TestWarehouse.work()) {
            record = warehouse.records(run).commit("extract", "files-1", work);
            renewed = lease.renew(work, run.token());
            loaded = TestWarehouse.perform(warehouse.load(run, staging), files);
            reloaded = TestWarehouse.perform(warehouse.reload(run, staging, prod));
            lease.release(work, run.token());
        }

        assertThat(fault.fired()).as("the fault has happened").isEqualTo(1);
        boolean lostAnswer = kind == Kind.CUT_DURING_COMMIT;
        assertThat(loaded.resumed()).isEqualTo(lostAnswer && cut == Cut.LOAD);
        assertThat(reloaded.resumed()).isEqualTo(lostAnswer && cut == Cut.RELOAD);
        assertThat(record).isEqualTo("files-1");
        assertThat(renewed).isTrue();
        assertThat(loaded.rowsOut()).isEqualTo(4);
        assertThat(reloaded.rowsOut()).isEqualTo(4);
        assertThat(reloaded.notes()).containsExactly("replaced 2 rows", "duplicates: not checked (no primary_key)");
        List<String> undisturbed = List.of("1|\"o\\ne\"", "2|~", "3|", "4|\ud83d\ude80, x");
        assertThat(warehouse.content(staging)).isEqualTo(undisturbed);
        assertThat(warehouse.content(prod)).isEqualTo(undisturbed);
        assertThat(warehouse.ledger(staging)).containsExactly("run-1|load|" + pipeline + "|4|4");
        assertThat(warehouse.ledger(prod)).containsExactly("run-1|reload|" + pipeline + "|4|4");
        assertThat(warehouse.rows("SELECT run, step, payload FROM "
                        + SafetyTables.records(pipeline).sql() + " WHERE kind = 'files'"))
                .containsExactly("run-1|extract|files-1");
        assertThat(warehouse.rows("SELECT holder <> '', run, token, expires_at > getdate(), commits FROM "
                        + SafetyTables.lease(pipeline).sql()))
                .containsExactly("t|run-1|" + run.token() + "|f|1");
        try (RunningSteps.Work work = TestWarehouse.work()) {
            assertThat(warehouse.records(run).find("extract", work)).isEqualTo(Optional.of("files-1"));
        }
    }
}
