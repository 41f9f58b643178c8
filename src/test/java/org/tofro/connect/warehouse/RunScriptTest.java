package org.tofro.connect.warehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tofro.connect.StepRefusal;
import org.tofro.data.Figures;
import org.tofro.data.RunContext;
import org.tofro.data.TableName;
import org.tofro.local.redshift.LocalWarehouse;
import org.tofro.settings.Settings;

/** What a script does to its tables: all of it or nothing, once, and never what a guard refuses. */
final class RunScriptTest {
    private final TestWarehouse warehouse = new TestWarehouse();
    private final String pipeline = TestWarehouse.fresh("script");
    private final TableName target = TableName.of("public", TestWarehouse.fresh("target"));
    private final TableName other = new TableName(null, TestWarehouse.fresh("other"));
    private RunContext run = TestWarehouse.context("none", "none", 0, Map.of());

    @BeforeEach
    void tables() throws Exception {
        warehouse.table(target, 3);
        warehouse.table(other, 2);
        run = warehouse.launch(pipeline, "run-1");
    }

    private RunScript script(String... sql) {
        return Scripts.inOne(warehouse, run, Scripts.target(target), List.of(target, other), sql);
    }

    private String insert(TableName into, int id) {
        return "INSERT INTO " + into.sql() + " (id, name) VALUES (" + id + ", 'new')";
    }

    @Test
    void changesAllItsTablesAndWritesTheLedgerOfEach() throws Exception {
        Figures figures = TestWarehouse.perform(script(
                "CREATE TEMP TABLE fresh AS SELECT 7 AS id",
                "DELETE FROM " + target.sql() + " WHERE id = 1",
                "INSERT INTO " + target.sql() + " (id, name) SELECT id, 'new' FROM fresh",
                "UPDATE " + other.sql() + " SET name = 'new'",
                "SELECT * FROM fresh"));

        assertThat(warehouse.content(target)).containsExactly("2|old", "3|old", "7|new");
        assertThat(warehouse.content(other)).containsExactly("1|new", "2|new");
        assertThat(figures.rowsIn()).isZero();
        assertThat(figures.rowsOut()).isEqualTo(3);
        assertThat(figures.notes())
                .containsExactly(
                        "5 statements; inserted 1, updated 2, deleted 1 rows",
                        "duplicates: not checked (no primary_key)");
        assertThat(warehouse.ledger(target)).containsExactly("run-1|script|" + pipeline + "|0|3");
        assertThat(warehouse.ledger(other)).containsExactly("run-1|script|" + pipeline + "|0|2");
        assertThat(warehouse.rows(
                        "SELECT token FROM " + SafetyTables.fence(other).sql()))
                .containsExactly(String.valueOf(run.token()));
    }

    @Test
    void isDoneOnceHoweverOftenItIsPerformed() throws Exception {
        RunScript script = script(insert(target, 4));
        assertThat(TestWarehouse.perform(script).resumed()).isFalse();

        Figures again = TestWarehouse.perform(script);

        assertThat(again.resumed()).isTrue();
        assertThat(again.rowsOut()).isEqualTo(4);
        assertThat(again.notes())
                .containsExactly(
                        "1 statement; inserted 1, updated 0, deleted 0 rows",
                        "duplicates: not checked (no primary_key)");
        assertThat(warehouse.content(target)).containsExactly("1|old", "2|old", "3|old", "4|new");
        assertThat(warehouse.ledger(target)).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            SELECT id / (id - id) FROM NAME                  | division by zero
            INSERT INTO NAME (id, nome) VALUES (9, 'secret') | column "nome" of relation "NAME" does not exist
            INSERT INTO NAME (id) VALUES ('secret')          | invalid input syntax for type integer (value not shown)
            INSERT INTO NAME (name) VALUES ('123456789012345678901') | value too long for type character varying(20)
            SELEC 1                                       | syntax error at or near "SELEC"
            """)
    void aStatementThatFailsUndoesThoseBeforeIt(String failing, String reason) throws Exception {
        List<String> before = warehouse.rows("SELECT ctid, xmin, * FROM " + target.sql() + " ORDER BY ctid");

        assertThatThrownBy(() -> TestWarehouse.perform(
                        script(insert(target, 4), insert(other, 4), failing.replace("NAME", target.name()))))
                .isInstanceOf(WarehouseException.class)
                .hasMessage("s.sql:3: statement 3 of 3: " + reason.replace("NAME", target.name())
                        + "; nothing was changed");

        assertThat(warehouse.rows("SELECT ctid, xmin, * FROM " + target.sql() + " ORDER BY ctid"))
                .isEqualTo(before);
        assertThat(warehouse.content(other)).containsExactly("1|old", "2|old");
        assertThat(warehouse.ledger(target)).isEmpty();
        assertThat(warehouse.ledger(other)).isEmpty();
    }

    @Test
    void makesItsTargetInTheSameTransaction() throws Exception {
        TableName made = TableName.of(TestWarehouse.fresh("schema"), "made");
        RunScript.Target target = Scripts.target(made);
        RunScript failing = Scripts.inOne(warehouse, run, target, List.of(made), insert(made, 1), "SELECT 1/0");
        assertThatThrownBy(() -> TestWarehouse.perform(failing)).hasMessageContaining("division by zero");
        assertThat(warehouse.rows("SELECT count(*) FROM pg_class WHERE relname = 'made' AND relnamespace ="
                        + " (SELECT oid FROM pg_namespace WHERE nspname = '" + made.schema() + "')"))
                .containsExactly("0");

        TestWarehouse.perform(Scripts.inOne(warehouse, run, target, List.of(made), insert(made, 1)));

        assertThat(warehouse.content(made)).containsExactly("1|new");
    }

    @Test
    void guardsWhatItLeaves() throws Exception {
        warehouse.sql("INSERT INTO " + target.sql() + " SELECT i, 'old' FROM generate_series(4, 300) i");
        refused(
                script("DELETE FROM " + target.sql()),
                target + " has 300 rows and would have none: refused to publish an empty table. `allow_empty: true`"
                        + " allows it for good, `tofro resume run-1 --accept empty=\"reason\"` for this run");
        refused(
                script("DELETE FROM " + target.sql() + " WHERE id > 150"),
                target + " would shrink from 300 to 150 rows (by 50.0 %; allowed are 20 % or 100 rows). `max_shrink: N`"
                        + " allows more for good, `tofro resume run-1 --accept shrink=\"reason\"` for this run");
        refused(
                Scripts.inOne(
                        warehouse,
                        run,
                        Scripts.target(target, List.of("id"), TestWarehouse.GUARDS),
                        List.of(target),
                        insert(target, 1),
                        insert(target, 2)),
                target + " has 2 keys (id) with more than one row. `allow_duplicates: true` allows them for good,"
                        + " `tofro resume run-1 --accept duplicates=\"reason\"` for this run");
        assertThat(warehouse.rows("SELECT count(*) FROM " + target.sql())).containsExactly("300");

        RunScript relaxed = Scripts.inOne(
                warehouse,
                run,
                Scripts.target(target, List.of("id"), new Guards(true, 100, true)),
                List.of(target),
                "DELETE FROM " + target.sql());
        assertThat(TestWarehouse.perform(relaxed).rowsOut()).isZero();
    }

    private static void refused(RunScript script, String message) {
        assertThatThrownBy(() -> TestWarehouse.perform(script))
                .isInstanceOf(StepRefusal.class)
                .hasMessage(message);
    }

    @Test
    void whatWasAcceptedIsKeptInTheLedger() throws Exception {
        RunContext accepting = TestWarehouse.context(pipeline, "run-1", run.token(), Map.of("empty", "a new year"));

        Figures figures = TestWarehouse.perform(Scripts.inOne(
                warehouse, accepting, Scripts.target(target), List.of(target), "DELETE FROM " + target.sql()));

        assertThat(figures.notes()).contains("accepted empty: a new year");
        assertThat(warehouse.rows(
                        "SELECT notes FROM " + SafetyTables.ledger(target).sql()))
                .first()
                .asString()
                .contains("accepted empty: a new year");
    }

    @Test
    void aTargetThatIsGoneIsNotPublished() throws Exception {
        assertThatThrownBy(() -> TestWarehouse.perform(script("DROP TABLE " + target.sql())))
                .hasMessage("the script has dropped " + target + "; nothing was changed");
        assertThat(warehouse.content(target)).hasSize(3);
    }

    @Test
    void sqlThatBelongsToNoTableIsDoneOnceToo() throws Exception {
        warehouse.sql("CREATE TABLE " + target.name() + "_said (word varchar(20))");
        RunScript script = Scripts.inOne(
                warehouse, run, null, List.of(), "INSERT INTO " + target.name() + "_said (word) VALUES ('once')");

        Figures first = TestWarehouse.perform(script);
        Figures again = TestWarehouse.perform(script);

        assertThat(first.rowsOut()).isEqualTo(1);
        assertThat(first.resumed()).isFalse();
        assertThat(again.resumed()).isTrue();
        assertThat(warehouse.rows("SELECT * FROM " + target.name() + "_said")).containsExactly("once");
        assertThat(warehouse.ledger(SafetyTables.ofStep(pipeline, "script")))
                .containsExactly("run-1|script|" + pipeline + "|0|1");
    }

    @Test
    void anOlderRunChangesNothingAfterALaterOne() throws Exception {
        RunContext later = warehouse.launch(pipeline, "run-2");
        TestWarehouse.perform(Scripts.inOne(warehouse, later, Scripts.target(other), List.of(other), insert(other, 3)));
        RunContext resumed = warehouse.launch(pipeline, "run-3");
        TestWarehouse.perform(
                Scripts.inOne(warehouse, resumed, Scripts.target(other), List.of(other), insert(other, 4)));
        RunContext older = TestWarehouse.context(pipeline, "run-2b", resumed.token() - 1, Map.of());

        assertThatThrownBy(() -> TestWarehouse.perform(Scripts.inOne(
                        warehouse, older, Scripts.target(target), List.of(target, other), insert(target, 4))))
                .isInstanceOf(FencedException.class);
        assertThat(warehouse.content(target)).hasSize(3);
    }

    @Test
    void whatALaterRunHasLoadedIsNotReadByAnOlderOne() throws Exception {
        RunContext staging = warehouse.launch(pipeline, "run-2");
        try (var work = TestWarehouse.work()) {
            warehouse.records(staging).commit("extract", "files", work);
        }
        RunContext later = warehouse.launch(pipeline, "run-3");
        TestWarehouse.perform(Scripts.inOne(warehouse, later, Scripts.target(other), List.of(other), insert(other, 3)));
        RunContext resumed = warehouse.launch(pipeline, "run-2");

        assertThatThrownBy(() -> TestWarehouse.perform(Scripts.script(
                        warehouse,
                        resumed,
                        true,
                        Scripts.target(target),
                        List.of(target),
                        List.of(other),
                        "INSERT INTO " + target.sql() + " (id) SELECT id FROM " + other.sql())))
                .isInstanceOf(FencedException.class)
                .hasMessage(
                        "run run-3 has changed " + other + " since this one staged its rows, which are older; start a"
                                + " new run instead of resuming this one");
        assertThat(warehouse.content(target)).hasSize(3);
    }

    @Test
    void scriptsThatChangeTwoTablesInAnyOrderDoNotBlockEachOther() throws Exception {
        RunContext neighbour = warehouse.launch(TestWarehouse.fresh("neighbour"), "run-1");
        RunScript one = script(insert(target, 10), insert(other, 10));
        RunScript two = Scripts.inOne(
                warehouse,
                neighbour,
                Scripts.target(other),
                List.of(TableName.of("public", other.name()), new TableName(null, target.name())),
                insert(other, 11),
                insert(target, 11));

        CompletableFuture<Void> both = CompletableFuture.allOf(performing(one), performing(two));

        both.get(30, TimeUnit.SECONDS);
        assertThat(warehouse.rows("SELECT id FROM " + target.sql() + " WHERE id > 3 ORDER BY id"))
                .containsExactly("10", "11");
        assertThat(warehouse.rows("SELECT id FROM " + other.sql() + " WHERE id > 3 ORDER BY id"))
                .containsExactly("10", "11");
        assertThat(warehouse.ledger(other)).hasSize(2);
        assertThat(warehouse.ledger(target)).hasSize(2);
    }

    @Test
    void whoHoldsTheFenceOfAnotherOfItsTablesIsNamed() throws Exception {
        TestWarehouse.perform(script(insert(other, 4)));
        RunContext next = warehouse.launch(pipeline, "run-2");
        RunScript script = new RunScript(
                warehouse.connection(),
                new Settings.Limits(60, 1, 4),
                next,
                "script",
                Scripts.statements(insert(target, 9)),
                true,
                Scripts.target(target),
                List.of(target, other),
                List.of(),
                List.of());
        try (Connection foreign = warehouse.connect()) {
            foreign.setAutoCommit(false);
            LocalWarehouse.run(
                    foreign, "LOCK TABLE " + SafetyTables.fence(other).sql());

            assertThatThrownBy(() -> TestWarehouse.perform(script))
                    .isInstanceOf(WarehouseException.class)
                    .hasMessage("cannot change " + target + ": another session has held the fence of " + other
                            + " for more than 1 s; look for it in svv_transactions (relation "
                            + SafetyTables.fence(other) + ") and end it, or raise limits: lock_wait_seconds");
        }
        assertThat(warehouse.content(target)).hasSize(3);
    }

    private static CompletableFuture<Figures> performing(RunScript script) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return TestWarehouse.perform(script);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
    }

    @Test
    void whatCommitsByItselfIsDoneBesideTheLedgersTransaction() throws Exception {
        RunScript script = apart("TRUNCATE " + target.sql(), insert(target, 4), "VACUUM " + target.sql());

        Figures first = TestWarehouse.perform(script);
        Figures again = TestWarehouse.perform(script);

        assertThat(first.rowsOut()).isEqualTo(1);
        assertThat(first.notes())
                .containsExactly(
                        "3 statements; inserted 1, updated 0, deleted 0 rows",
                        "at least once: each statement was committed by itself, and no guard was on");
        assertThat(again.resumed()).isTrue();
        assertThat(warehouse.content(target)).containsExactly("4|new");
        assertThat(warehouse.ledger(target)).containsExactly("run-1|script|" + pipeline + "|0|1");
    }

    private RunScript apart(String... sql) {
        return Scripts.script(warehouse, run, false, Scripts.target(target), List.of(target), List.of(), sql);
    }

    @Test
    void whatCommitsByItselfStaysDoneWhenALaterStatementFails() throws Exception {
        assertThatThrownBy(() -> TestWarehouse.perform(apart(insert(target, 4), "SELECT 1/0")))
                .isInstanceOf(WarehouseException.class)
                .hasMessage("s.sql:2: statement 2 of 2: division by zero; what the statements before it did stays done,"
                        + " and `resume` does all of them again");

        assertThat(warehouse.content(target)).contains("4|new");
        assertThat(warehouse.ledger(target)).isEmpty();
    }

    @Test
    void statisticsThatCannotBeRenewedAreANote() throws Exception {
        warehouse
                .faults()
                .add(org.tofro.local.redshift.Faults.Kind.SERIALIZATION_FAILURE, "^ANALYZE .*" + target.name(), 1, 0);

        Figures figures = TestWarehouse.perform(script(insert(target, 4)));
        warehouse.faults().clear();

        assertThat(figures.notes())
                .last()
                .isEqualTo("not analyzed: a concurrent transaction has changed what this one works on (error 1023)");
        assertThat(warehouse.content(target)).hasSize(4);
    }
}
