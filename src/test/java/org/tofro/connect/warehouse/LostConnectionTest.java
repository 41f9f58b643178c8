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
        PUBLISH("^INSERT INTO \"prod_"),
        GIVE_LEASE_BACK("SET expires_at = getdate");

        private final String statement;

        Cut(String statement) {
            this.statement = statement;
        }
    }

    private TestWarehouse warehouse = new TestWarehouse();

    /** The transactions that publish, under both isolation levels; those around them under the usual one. */
    static Stream<Arguments> cuts() {
        return Stream.concat(
                all(
                                EnumSet.of(Cut.TAKE_LEASE, Cut.COMMIT_RECORD, Cut.LOAD),
                                EnumSet.complementOf(EnumSet.of(Cut.PUBLISH)))
                        .map(cut -> with(cut, PublishMode.RELOAD)),
                Stream.of(PublishMode.values())
                        .flatMap(mode -> all(EnumSet.of(Cut.PUBLISH), EnumSet.of(Cut.PUBLISH))
                                .map(cut -> with(cut, mode))));
    }

    static Stream<Arguments> otherCuts() {
        return all(
                        EnumSet.of(
                                Cut.MAKE_LEASE, Cut.RENEW_LEASE, Cut.MAKE_FENCE, Cut.NOTE_BACKEND, Cut.GIVE_LEASE_BACK),
                        EnumSet.noneOf(Cut.class))
                .map(cut -> with(cut, PublishMode.UPSERT));
    }

    private static Arguments with(Arguments cut, PublishMode mode) {
        return Arguments.of(cut.get()[0], cut.get()[1], cut.get()[2], mode);
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
    void theRestHappensOnceToo(Isolation isolation, Cut cut, Kind kind, PublishMode mode) throws Exception {
        everyStepHappensOnce(isolation, cut, kind, mode);
    }

    @ParameterizedTest
    @MethodSource("cuts")
    void everyStepHappensOnce(Isolation isolation, Cut cut, Kind kind, PublishMode mode) throws Exception {
        warehouse = new TestWarehouse(isolation);
        String pipeline = TestWarehouse.fresh("cut");
        TableName staging = TableName.of("public", TestWarehouse.fresh("staging"));
        TableName prod = new TableName(null, TestWarehouse.fresh("prod"));
        PublishMode.production(warehouse, prod);
        Faults.Fault fault = warehouse.faults().add(kind, cut.statement, 1, 0);

        RunContext run = warehouse.launch(pipeline, "run-1");
        StagedFiles files = warehouse.stage(run, PublishMode.COLUMNS, PublishMode.STAGED);
        Lease lease = new Lease(warehouse.connection(), pipeline, 60);
        String record;
        boolean renewed;
        Figures loaded;
        Figures published;
        try (RunningSteps.Work work = TestWarehouse.work()) {
            record = warehouse.records(run).commit("extract", "files-1", work);
            renewed = lease.renew(work, run.token());
            loaded = TestWarehouse.perform(warehouse.load(run, staging), files);
            published = TestWarehouse.perform(mode.action(warehouse, run, staging, prod));
            lease.release(work, run.token());
        }

        assertThat(fault.fired()).as("the fault has happened").isEqualTo(1);
        boolean lostAnswer = kind == Kind.CUT_DURING_COMMIT;
        assertThat(loaded.resumed()).isEqualTo(lostAnswer && cut == Cut.LOAD);
        assertThat(published.resumed()).isEqualTo(lostAnswer && cut == Cut.PUBLISH);
        assertThat(record).isEqualTo("files-1");
        assertThat(renewed).isTrue();
        assertThat(loaded.rowsOut()).isEqualTo(4);
        assertThat(published.rowsOut()).isEqualTo(mode.written());
        assertThat(published.notes().get(0)).isEqualTo(mode.note());
        assertThat(warehouse.content(staging)).containsExactly("2|\"n\\ew\"", "3|~", "4|", "5|\ud83d\ude80, x");
        assertThat(warehouse.content(prod)).isEqualTo(mode.after());
        assertThat(warehouse.ledger(staging)).containsExactly("run-1|load|" + pipeline + "|4|4");
        assertThat(warehouse.ledger(prod)).containsExactly("run-1|publish|" + pipeline + "|4|" + mode.written());
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
