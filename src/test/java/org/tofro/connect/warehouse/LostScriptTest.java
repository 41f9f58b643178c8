package org.tofro.connect.warehouse;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.tofro.data.Figures;
import org.tofro.data.RunContext;
import org.tofro.data.TableName;
import org.tofro.local.redshift.Faults;
import org.tofro.local.redshift.Faults.Kind;
import org.tofro.local.redshift.Isolation;

/** The connection is cut around the COMMIT of a script, or a statement meets error 1023; the script is done once. */
final class LostScriptTest {
    private TestWarehouse warehouse = new TestWarehouse();
    private final String pipeline = TestWarehouse.fresh("cut_script");
    private final TableName target = TableName.of("public", TestWarehouse.fresh("target"));
    private final TableName other = TableName.of("public", TestWarehouse.fresh("other"));

    static Stream<Arguments> troubles() {
        return Stream.of(Isolation.values())
                .flatMap(isolation -> Stream.concat(
                        Stream.of(Kind.CUT_BEFORE_COMMIT, Kind.CUT_DURING_COMMIT, Kind.CUT_AFTER_COMMIT)
                                .map(kind -> Arguments.of(isolation, kind, "^INSERT INTO \"public\".\"other")),
                        Stream.of(
                                        "^LOCK TABLE .*fence_public_other",
                                        "^DELETE FROM \"public\".\"target",
                                        "^INSERT INTO \"public\".\"other",
                                        "^INSERT INTO .*ledger_public_target",
                                        "^INSERT INTO .*ledger_public_other")
                                .map(statement -> Arguments.of(isolation, Kind.SERIALIZATION_FAILURE, statement))));
    }

    @AfterEach
    void clear() {
        warehouse.faults().clear();
    }

    private String[] sql() {
        return new String[] {
            "DELETE FROM " + target.sql() + " WHERE id = 1",
            "UPDATE " + target.sql() + " SET id = id + 10",
            "INSERT INTO " + other.sql() + " (id, name) VALUES (9, 'new')"
        };
    }

    @ParameterizedTest
    @MethodSource("troubles")
    void twoTablesAreChangedOnce(Isolation isolation, Kind kind, String statement) throws Exception {
        warehouse = new TestWarehouse(isolation);
        warehouse.table(target, 3);
        warehouse.table(other, 1);
        RunContext run = warehouse.launch(pipeline, "run-1");
        Faults.Fault fault = warehouse.faults().add(kind, statement, 1, 0);

        Figures figures = TestWarehouse.perform(
                Scripts.inOne(warehouse, run, Scripts.target(target), List.of(target, other), sql()));

        assertThat(fault.fired()).as("the fault has happened").isEqualTo(1);
        assertThat(figures.resumed()).isEqualTo(kind == Kind.CUT_DURING_COMMIT);
        assertThat(figures.notes()).first().isEqualTo("3 statements; inserted 1, updated 2, deleted 1 rows");
        assertThat(warehouse.content(target)).containsExactly("12|old", "13|old");
        assertThat(warehouse.content(other)).containsExactly("1|old", "9|new");
        assertThat(warehouse.ledger(target)).containsExactly("run-1|script|" + pipeline + "|0|2");
        assertThat(warehouse.ledger(other)).containsExactly("run-1|script|" + pipeline + "|0|2");
    }

    @ParameterizedTest
    @EnumSource(names = {"CUT_BEFORE_COMMIT", "CUT_DURING_COMMIT", "CUT_AFTER_COMMIT"})
    void sqlOfNoTableIsDoneOnce(Kind kind) throws Exception {
        warehouse.table(target, 3);
        RunContext run = warehouse.launch(pipeline, "run-1");
        Faults.Fault fault = warehouse.faults().add(kind, "SET id = id \\+ 10", 1, 0);

        Figures figures = TestWarehouse.perform(Scripts.inOne(warehouse, run, null, List.of(), sql()[1]));

        assertThat(fault.fired()).isEqualTo(1);
        assertThat(figures.resumed()).isEqualTo(kind == Kind.CUT_DURING_COMMIT);
        assertThat(figures.rowsOut()).isEqualTo(3);
        assertThat(warehouse.content(target)).containsExactly("11|old", "12|old", "13|old");
        assertThat(warehouse.ledger(SafetyTables.ofStep(pipeline, "script"))).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(names = {"CUT_BEFORE_COMMIT", "CUT_DURING_COMMIT", "CUT_AFTER_COMMIT"})
    void whatCommitsByItselfIsDoneAtLeastOnceAndItsLedgerWrittenOnce(Kind kind) throws Exception {
        warehouse.table(target, 3);
        RunContext run = warehouse.launch(pipeline, "run-1");
        Faults.Fault fault = warehouse
                .faults()
                .add(kind, "^INSERT INTO .*" + SafetyTables.ledger(target).name(), 1, 0);

        Figures figures = TestWarehouse.perform(
                Scripts.script(warehouse, run, false, Scripts.target(target), List.of(target), List.of(), sql()[1]));

        assertThat(fault.fired()).isEqualTo(1);
        boolean twice = kind == Kind.CUT_BEFORE_COMMIT;
        assertThat(figures.resumed()).isEqualTo(kind == Kind.CUT_DURING_COMMIT);
        assertThat(warehouse.content(target))
                .containsExactlyElementsOf(
                        twice ? List.of("21|old", "22|old", "23|old") : List.of("11|old", "12|old", "13|old"));
        assertThat(warehouse.ledger(target)).containsExactly("run-1|script|" + pipeline + "|0|3");
    }
}
