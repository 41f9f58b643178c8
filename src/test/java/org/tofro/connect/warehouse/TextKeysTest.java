package org.tofro.connect.warehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tofro.connect.RunningSteps;
import org.tofro.connect.StepAction;
import org.tofro.connect.staging.StagingArea;
import org.tofro.data.Figures;
import org.tofro.data.RunContext;
import org.tofro.data.TableName;
import org.tofro.settings.Settings;

/** Keys that differ in nothing but blanks at their ends are two, although the warehouse compares such texts as equal. */
final class TextKeysTest {
    private static final List<RowOrder> NEWEST = List.of(new RowOrder("version", true));

    private final TestWarehouse warehouse = new TestWarehouse();
    private final String pipeline = TestWarehouse.fresh("texts");
    private final TableName staging = TableName.of("public", TestWarehouse.fresh("staging"));
    private final TableName prod = TableName.of("public", TestWarehouse.fresh("prod"));

    @BeforeEach
    void tables() throws Exception {
        create(staging, "id varchar(20), version integer, note varchar(20)");
        create(prod, "id varchar(20), version integer, note varchar(20)");
    }

    private void create(TableName table, String columns) throws Exception {
        warehouse.sql("DROP TABLE IF EXISTS " + table.sql(), "CREATE TABLE " + table.sql() + " (" + columns + ")");
    }

    private void fill(TableName table, String values) throws Exception {
        warehouse.sql("INSERT INTO " + table.sql() + " VALUES " + values);
    }

    private List<String> rows() throws Exception {
        return warehouse.rows(
                "SELECT '<' || id || '>', version FROM " + prod.sql() + " ORDER BY octet_length(id), id, version");
    }

    private Figures perform(StepAction action) throws Exception {
        return TestWarehouse.perform(action);
    }

    private Publication publication() throws Exception {
        return warehouse.publication(
                warehouse.launch(pipeline, TestWarehouse.fresh("run")), "publish", staging, prod, List.of("id"));
    }

    @Test
    void theWarehouseTakesThemForEqual() throws Exception {
        fill(prod, "('ab', 1), ('ab ', 1)");
        assertThat(warehouse.rows("SELECT count(*) FROM " + prod.sql() + " WHERE id = 'ab'"))
                .containsExactly("2");
        assertThat(warehouse.rows("SELECT count(DISTINCT id) FROM " + prod.sql()))
                .containsExactly("1");
    }

    @Test
    void anUpsertReplacesTheRowOfTheVeryKey() throws Exception {
        fill(prod, "('ab', 1), ('ab ', 1), ('cd', 1)");
        fill(staging, "('ab', 2), ('cd ', 2)");

        assertThat(perform(new UpsertRows(publication(), List.of())).notes()).containsExactly("replaced 1 of 3 rows");
        assertThat(rows()).containsExactly("<ab>|2", "<cd>|1", "<ab >|1", "<cd >|2");
    }

    @Test
    void stagedRowsAreOneOfEachKey() throws Exception {
        fill(staging, "('ab', 1), ('ab', 2), ('ab ', 1), ('ab  ', 3)");

        assertThat(perform(new UpsertRows(publication(), NEWEST)).notes())
                .containsExactly(
                        "replaced 0 of 0 rows",
                        "left out 1 row of 1 key (id) that came more than once (order_by version desc)");
        assertThat(rows()).containsExactly("<ab>|2", "<ab >|1", "<ab  >|3");
    }

    @Test
    void rowsThatDifferInBlanksOnlyAreNotAlike() throws Exception {
        fill(staging, "('ab', 1, 'x'), ('ab', 1, 'x '), ('cd', 1, 'y'), ('cd', 1, 'y')");

        assertThatThrownBy(() -> perform(new UpsertRows(publication(), NEWEST)))
                .hasMessage(staging
                        + " has 1 key (id) with several different rows that come first by order_by version desc."
                        + " Nothing was changed; add a column to order_by that decides between them");
    }

    @Test
    void anAppendSkipsTheVeryKeyOnly() throws Exception {
        fill(prod, "('ab', 1)");
        fill(staging, "('ab', 2), ('ab ', 2)");

        assertThat(perform(new AppendRows(publication(), List.of(), true)).notes())
                .containsExactly("added to 1 rows", "left out 1 row of 1 key (id) that stood in " + prod + " already");
        assertThat(rows()).containsExactly("<ab>|1", "<ab >|2");
    }

    @Test
    void aReloadAndACheckTakeThemForTwo() throws Exception {
        fill(staging, "('ab', 1), ('ab ', 1)");
        RunContext run = warehouse.launch(pipeline, "run-1");
        perform(warehouse.reload(run, staging, prod, List.of("id"), TestWarehouse.GUARDS));
        assertThat(rows()).containsExactly("<ab>|1", "<ab >|1");

        perform(new CheckTable(
                warehouse.connection(),
                warehouse.s3(),
                TestWarehouse.STAGING,
                Settings.Limits.DEFAULT,
                run,
                "check",
                prod,
                List.of("id"),
                List.of(new Assertion.Unique(List.of("id"))),
                false));
    }

    /** Of a char the blanks at its end are the server's own, and a varchar that it is put into has none. */
    @ParameterizedTest
    @CsvSource({"char(5), char(5)", "char(5), varchar(9)"})
    void charsAreOneWhateverTheirBlanks(String from, String to) throws Exception {
        create(staging, "id " + from + ", version integer");
        create(prod, "id " + to + ", version integer");
        fill(prod, "('ab', 1)");
        fill(staging, "('ab  ', 2)");

        assertThat(perform(new UpsertRows(publication(), List.of())).notes()).containsExactly("replaced 1 of 1 rows");
        fill(staging, "('ab', 3)");
        assertThat(perform(new UpsertRows(publication(), NEWEST)).notes())
                .containsExactly(
                        "replaced 1 of 1 rows",
                        "left out 1 row of 1 key (id) that came more than once (order_by version desc)");
        assertThat(warehouse.rows("SELECT version FROM " + prod.sql())).containsExactly("3");
    }

    @Test
    void anUnloadCountsThemAsTwoAndABlankAsAKey() throws Exception {
        fill(prod, "('ab', 1), ('ab ', 1), ('ab ', 2), (' ', 1)");
        RunContext run = warehouse.launch(pipeline, "run-1");
        KeyedQuery query = new KeyedQuery(
                "SELECT id, version FROM " + prod.sql(),
                "p.yaml:3",
                List.of(new KeyedQuery.KeyColumn("id", KeyedQuery.KeyForm.TEXT)),
                List.of());
        try (StagingArea area = StagingArea.open(TestWarehouse.STAGING, warehouse.s3());
                RunningSteps.Work work = TestWarehouse.work()) {
            KeyedUnload.Unloaded unloaded = new KeyedUnload(warehouse.connection(), run, "kvs", List.of(query, query))
                    .to(area, TestWarehouse.fresh("keyed") + "/", TestWarehouse.MARKER, 0, work);

            assertThat(unloaded.queries().get(0).counts())
                    .isEqualTo(Map.of(KeyedUnload.WHOLE, new KeyedUnload.Count(4, 3, 1)));
            assertThat(unloaded.keys()).isEqualTo(Map.of(KeyedUnload.WHOLE, 3L));
        }
    }
}
