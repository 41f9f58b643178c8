package org.tofro.connect.warehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tofro.connect.StepAction;
import org.tofro.connect.StepRefusal;
import org.tofro.data.Figures;
import org.tofro.data.RunContext;
import org.tofro.data.TableName;
import org.tofro.data.WorkRules;

/** What upsert and append do with keys: those that come twice, those that stand there, those that are missing. */
final class KeyedModesTest {
    private final TestWarehouse warehouse = new TestWarehouse();
    private final String pipeline = TestWarehouse.fresh("keyed");
    private final TableName staging = TableName.of("public", TestWarehouse.fresh("staging"));
    private final TableName prod = TableName.of("public", TestWarehouse.fresh("prod"));

    @BeforeEach
    void production() throws Exception {
        create(prod, "id integer, name varchar(20), version integer");
        fill(prod, "(1, 'old', 1), (2, 'old', 1)");
        create(staging, "id integer, name varchar(20), version integer");
    }

    private void create(TableName table, String columns) throws Exception {
        warehouse.sql("DROP TABLE IF EXISTS " + table.sql(), "CREATE TABLE " + table.sql() + " (" + columns + ")");
    }

    private void fill(TableName table, String values) throws Exception {
        warehouse.sql("INSERT INTO " + table.sql() + " VALUES " + values);
    }

    private List<String> rows() throws Exception {
        return warehouse.rows("SELECT * FROM " + prod.sql() + " ORDER BY 1, 2, 3");
    }

    private Publication publication(Map<String, String> accepted, String... key) throws Exception {
        RunContext run = warehouse.launch(pipeline, TestWarehouse.fresh("run"), 60, accepted);
        RunContext named = TestWarehouse.context(pipeline, "run-1", run.token(), accepted);
        return warehouse.publication(named, "publish", staging, prod, List.of(key));
    }

    private Publication publication(String... key) throws Exception {
        return publication(Map.of(), key);
    }

    private static Figures perform(StepAction action) throws Exception {
        return TestWarehouse.perform(action);
    }

    private void refuses(StepAction action, String sentence) throws Exception {
        List<String> before = rows();
        assertThatThrownBy(() -> perform(action))
                .isInstanceOf(StepRefusal.class)
                .hasMessage(sentence.replace("STAGING", staging.toString()).replace("PROD", prod.toString()));
        assertThat(rows()).isEqualTo(before);
        assertThat(warehouse.ledger(prod)).isEmpty();
    }

    @Test
    void anUpsertReplacesWhatIsThereAndAddsTheRest() throws Exception {
        fill(staging, "(2, 'new', 2), (3, NULL, 2)");
        fill(prod, "(2, 'twice', 1)");

        Figures figures = perform(new UpsertRows(publication("id"), List.of()));

        assertThat(figures.notes()).containsExactly("replaced 2 of 3 rows");
        assertThat(figures.rowsIn()).isEqualTo(2);
        assertThat(figures.rowsOut()).isEqualTo(2);
        assertThat(rows()).containsExactly("1|old|1", "2|new|2", "3|~|2");
    }

    @Test
    void anUpsertOfNothingChangesNothing() throws Exception {
        assertThat(perform(new UpsertRows(publication("id"), List.of())).notes())
                .containsExactly("replaced 0 of 2 rows");
        assertThat(rows()).containsExactly("1|old|1", "2|old|1");
        assertThat(warehouse.ledger(prod)).hasSize(1);
    }

    @Test
    void anUpsertTakesTheTablesOwnKey() throws Exception {
        create(prod, "id integer PRIMARY KEY, name varchar(20), version integer");
        fill(prod, "(1, 'old', 1)");
        fill(staging, "(1, 'new', 2)");
        perform(new UpsertRows(publication(), List.of()));
        assertThat(rows()).containsExactly("1|new|2");
    }

    @Test
    void anUpsertNeedsAKeyOfStagedColumns() throws Exception {
        refuses(
                new UpsertRows(publication(), List.of()),
                "an upsert needs a key, and neither PROD nor STAGING has one. Nothing was changed; name its columns with"
                        + " `primary_key`");
        refuses(
                new UpsertRows(publication("nid"), List.of()),
                "primary_key names 'nid', which STAGING does not have; its columns are id, name, version");
        refuses(
                new UpsertRows(publication("id"), List.of(new RowOrder("seen", true))),
                "order_by names 'seen', which STAGING does not have; its columns are id, name, version");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void rowsWithoutAWholeKeyAreRefused(boolean upsert) throws Exception {
        fill(staging, "(NULL, 'a', 1), (4, 'b', NULL), (5, 'c', 1)");
        Publication publication = publication("id", "version");
        refuses(
                upsert ? new UpsertRows(publication, List.of()) : new AppendRows(publication, List.of(), false),
                "STAGING has 2 rows with NULL in the key (id, version). Nothing was changed; leave them out of the extract,"
                        + " or give a primary_key that every row has");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void keysThatComeTwiceAreRefusedUnlessAnOrderSaysWhichRowIsTaken(boolean upsert) throws Exception {
        fill(staging, "(3, 'a', 1), (3, 'b', 2), (3, 'none', NULL), (4, 'c', 1), (4, 'd', 2), (5, 'e', 1)");
        refuses(
                upsert
                        ? new UpsertRows(publication("id"), List.of())
                        : new AppendRows(publication("id"), List.of(), false),
                "STAGING has 2 keys (id) with more than one row. `order_by` says for good which of them is taken,"
                        + " `tofro resume run-1 --accept duplicates=\"reason\"` takes all of them for this run");

        List<RowOrder> newest = List.of(new RowOrder("version", true));
        Publication publication = publication("id");
        Figures figures =
                perform(upsert ? new UpsertRows(publication, newest) : new AppendRows(publication, newest, false));

        assertThat(figures.notes())
                .containsExactly(
                        upsert ? "replaced 0 of 2 rows" : "added to 2 rows",
                        "left out 3 rows of 2 keys (id) that came more than once (order_by version desc)");
        assertThat(figures.rowsIn()).isEqualTo(6);
        assertThat(figures.rowsOut()).isEqualTo(3);
        assertThat(rows()).containsExactly("1|old|1", "2|old|1", "3|b|2", "4|d|2", "5|e|1");
    }

    @Test
    void theSmallestComesFirstWhereTheOrderAscends() throws Exception {
        fill(staging, "(3, 'a', 1), (3, 'b', 2), (3, 'none', NULL)");
        perform(new UpsertRows(publication("id"), List.of(new RowOrder("version", false))));
        assertThat(rows()).contains("3|a|1").hasSize(3);
    }

    @Test
    void keysThatComeTwiceAreAcceptedForOneRun() throws Exception {
        fill(staging, "(2, 'a', 1), (2, 'b', 2)");
        Figures figures = perform(new UpsertRows(publication(Map.of("duplicates", "known"), "id"), List.of()));
        assertThat(figures.notes()).containsExactly("replaced 1 of 2 rows", "accepted duplicates: known");
        assertThat(rows()).containsExactly("1|old|1", "2|a|1", "2|b|2");
    }

    @Test
    void anOrderThatDoesNotDecideIsRefusedAndRowsThatAreAlikeAreOne() throws Exception {
        fill(staging, "(3, 'a', 1), (3, 'b', 1), (3, 'c', 0), (4, 'x', 1), (4, 'x', 1), (5, NULL, 1), (5, NULL, 1)");
        List<RowOrder> newest = List.of(new RowOrder("version", true));
        refuses(
                new UpsertRows(publication("id"), newest),
                "STAGING has 1 key (id) with several different rows that come first by order_by version desc. Nothing was"
                        + " changed; add a column to order_by that decides between them");

        List<RowOrder> decided = List.of(new RowOrder("version", true), new RowOrder("name", false));
        perform(new UpsertRows(publication("id"), decided));
        assertThat(rows()).containsExactly("1|old|1", "2|old|1", "3|a|1", "4|x|1", "5|~|1");
    }

    @Test
    void anAppendWithoutAKeyAddsWhatComes() throws Exception {
        fill(staging, "(2, 'again', 1), (3, 'new', 1), (3, 'new', 1), (NULL, 'none', 1)");
        Figures figures = perform(new AppendRows(publication(), List.of(), false));
        assertThat(figures.notes()).containsExactly("added to 2 rows", "duplicates: not checked (no primary_key)");
        assertThat(rows()).containsExactly("1|old|1", "2|again|1", "2|old|1", "3|new|1", "3|new|1", "~|none|1");
    }

    @Test
    void whatAnAppendAsksOfAKeyNeedsOne() throws Exception {
        fill(staging, "(3, 'new', 1)");
        refuses(
                new AppendRows(publication(), List.of(), true),
                "`on_existing: skip` needs a key, and neither PROD nor STAGING has one. Nothing was changed; name its"
                        + " columns with `primary_key`");
        refuses(
                new AppendRows(publication(), List.of(new RowOrder("version", true)), false),
                "`order_by` needs a key, and neither PROD nor STAGING has one. Nothing was changed; name its columns with"
                        + " `primary_key`");
    }

    @Test
    void anAppendStopsAtKeysThatStandThereOrLeavesThemOut() throws Exception {
        fill(staging, "(1, 'again', 2), (2, 'again', 2), (3, 'new', 2)");
        refuses(
                new AppendRows(publication("id"), List.of(), false),
                "STAGING has 2 keys (id) that stand in PROD already. `on_existing: skip` leaves such rows out for good,"
                        + " `tofro resume run-1 --accept duplicates=\"reason\"` adds them for this run");

        Figures figures = perform(new AppendRows(publication("id"), List.of(), true));
        assertThat(figures.notes())
                .containsExactly(
                        "added to 2 rows", "left out 2 rows of 2 keys (id) that stood in " + prod + " already");
        assertThat(figures.rowsOut()).isEqualTo(1);
        assertThat(rows()).containsExactly("1|old|1", "2|old|1", "3|new|2");
    }

    @Test
    void anAppendOfKeysThatStandThereIsAcceptedForOneRun() throws Exception {
        fill(staging, "(2, 'again', 2), (3, 'new', 2)");
        Figures figures =
                perform(new AppendRows(publication(Map.of("duplicates", "both count"), "id"), List.of(), false));
        assertThat(figures.notes()).containsExactly("added to 2 rows", "accepted duplicates: both count");
        assertThat(rows()).containsExactly("1|old|1", "2|again|2", "2|old|1", "3|new|2");
    }

    @Test
    void anAppendTakesTheFirstOfAKeyAndLeavesOutWhatStandsThere() throws Exception {
        fill(staging, "(2, 'a', 1), (2, 'b', 2), (3, 'c', 1), (3, 'd', 2), (4, 'e', 1)");
        Figures figures = perform(new AppendRows(publication("id"), List.of(new RowOrder("version", true)), true));
        assertThat(figures.rowsOut()).isEqualTo(2);
        assertThat(rows()).containsExactly("1|old|1", "2|old|1", "3|d|2", "4|e|1");
    }

    /** Two tables of one name, and keys whose types only an INSERT makes equal. */
    @ParameterizedTest
    @CsvSource({"integer, varchar(20)", "date, timestamp", "varchar(9), varchar(20)", "smallint, bigint"})
    void keysMeetWhateverTheirTypesAndTheTablesNames(String from, String to) throws Exception {
        String value = from.equals("date") ? "'2026-11-23'" : "7";
        String schema = TestWarehouse.fresh("area");
        TableName source = TableName.of(schema, prod.name());
        warehouse.sql("CREATE SCHEMA " + schema);
        create(source, "id " + from + ", name varchar(20)");
        create(prod, "id " + to + ", name varchar(20)");
        fill(source, "(" + value + ", 'new')");
        fill(prod, "(" + value + ", 'old')");
        Publication publication =
                warehouse.publication(warehouse.launch(pipeline, "run-1"), "publish", source, prod, List.of("id"));

        Figures figures = perform(new UpsertRows(publication, List.of()));

        assertThat(figures.notes()).containsExactly("replaced 1 of 1 rows");
        assertThat(warehouse.rows("SELECT name FROM " + prod.sql())).containsExactly("new");
    }

    @Test
    void aTableByTheNameOfTheAlias() throws Exception {
        TableName staged = TableName.of(TestWarehouse.fresh("area"), "Staged");
        warehouse.sql("CREATE SCHEMA " + staged.schema());
        create(staged, "id integer, name varchar(20), version integer");
        fill(staged, "(1, 'old', 1)");
        fill(staging, "(1, 'new', 2), (2, 'new', 2)");
        Publication publication =
                warehouse.publication(warehouse.launch(pipeline, "run-1"), "publish", staging, staged, List.of("id"));

        perform(new UpsertRows(publication, List.of()));

        assertThat(warehouse.rows("SELECT id, name FROM " + staged.sql() + " ORDER BY 1"))
                .containsExactly("1|new", "2|new");
    }

    /** In a trial run the table is made anew, like the real one, and guards only note. */
    @Test
    void aTrialRunNotesWhatItWouldRefuse() throws Exception {
        fill(staging, "(1, 'a', 1), (1, 'b', 2)");
        RunContext run = warehouse.launch(pipeline, "run-1");
        RunContext trial = new RunContext(
                run.pipeline(),
                run.run(),
                run.token(),
                run.intervalStart(),
                run.intervalEnd(),
                new RunContext.OptionalLimit(5),
                false,
                Map.of(),
                WorkRules.NONE);
        TableName own = trial.ownTable(prod);
        Publication publication = new Publication(
                warehouse.connection(),
                org.tofro.settings.Settings.Limits.DEFAULT,
                trial,
                "publish",
                staging,
                false,
                own,
                prod,
                null,
                List.of("id"));
        assertThat(perform(new UpsertRows(publication, List.of())).notes())
                .containsExactly("replaced 0 of 0 rows", "guards: off in a trial run");
        assertThat(warehouse.rows("SELECT * FROM " + own.sql() + " ORDER BY 2")).containsExactly("1|a|1", "1|b|2");
        assertThat(rows()).containsExactly("1|old|1", "2|old|1");
    }
}
