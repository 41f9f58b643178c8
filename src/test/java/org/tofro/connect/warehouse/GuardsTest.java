package org.tofro.connect.warehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tofro.connect.StepRefusal;
import org.tofro.data.Figures;
import org.tofro.data.RunContext;
import org.tofro.data.TableName;

/** What a full replacement refuses to publish, at its borders. */
final class GuardsTest {
    private static final String UNCHECKED = "duplicates: not checked (no primary_key)";

    private final TestWarehouse warehouse = new TestWarehouse();
    private final String pipeline = TestWarehouse.fresh("guarded");
    private final TableName staging = TableName.of("public", TestWarehouse.fresh("staging"));
    private final TableName prod = TableName.of("public", TestWarehouse.fresh("prod"));

    private Figures reload(Guards guards, Map<String, String> accepted, String... key) throws Exception {
        RunContext run = warehouse.launch(pipeline, TestWarehouse.fresh("run"), 60, accepted);
        RunContext named = TestWarehouse.context(pipeline, "run-1", run.token(), accepted);
        return TestWarehouse.perform(warehouse.reload(named, staging, prod, List.of(key), guards));
    }

    private void refuses(String guard, String sentence, Guards guards, String... key) throws Exception {
        List<String> before = warehouse.rows("SELECT * FROM " + prod.sql() + " ORDER BY 1");
        assertThatThrownBy(() -> reload(guards, Map.of("other", "reason"), key))
                .isInstanceOf(StepRefusal.class)
                .hasMessage(
                        sentence + " for good, `tofro resume run-1 --accept " + guard + "=\"reason\"` for this run");
        assertThat(warehouse.rows("SELECT * FROM " + prod.sql() + " ORDER BY 1"))
                .isEqualTo(before);
        assertThat(warehouse.ledger(prod)).isEmpty();
    }

    @Test
    void nothingOverSomething() throws Exception {
        warehouse.table(staging, 0);
        warehouse.table(prod, 5);
        refuses(
                "empty",
                prod + " has 5 rows and " + staging
                        + " none: refused to publish an empty table. `allow_empty: true` allows it",
                TestWarehouse.GUARDS);

        assertThat(reload(TestWarehouse.GUARDS, Map.of("empty", "term has ended"))
                        .notes())
                .containsExactly("replaced 5 rows", "accepted empty: term has ended", UNCHECKED);
        assertThat(warehouse.content(prod)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"0, 0, false", "7, 0, true", "0, 3, false"})
    void emptyTablesThatPass(int before, int staged, boolean allowEmpty) throws Exception {
        warehouse.table(staging, staged);
        warehouse.table(prod, before);
        assertThat(reload(new Guards(allowEmpty, 20, false), Map.of()).rowsOut())
                .isEqualTo(staged);
    }

    @ParameterizedTest
    @CsvSource({"1000, 800, 20", "101, 1, 20", "200, 100, 20", "1000, 500, 50", "500, 1000, 0", "200, 100, 0"})
    void shrinksThatPass(int before, int staged, double percent) throws Exception {
        warehouse.table(staging, staged);
        warehouse.table(prod, before);
        assertThat(reload(new Guards(false, percent, false), Map.of()).rowsOut())
                .isEqualTo(staged);
    }

    @ParameterizedTest
    @CsvSource({
        "1000, 799, 20, 20.1, 20",
        "202, 101, 20, 50.0, 20",
        "1000, 499, 50, 50.1, 50",
        "101000, 100899, 0, 0.1, 0",
        "1000, 870, 12.5, 13.0, 12.5"
    })
    void shrinksThatDoNot(int before, int staged, double percent, String lost, String allowed) throws Exception {
        warehouse.table(staging, staged);
        warehouse.table(prod, before);
        assertThatThrownBy(() -> reload(new Guards(false, percent, false), Map.of()))
                .isInstanceOf(StepRefusal.class)
                .hasMessage(prod + " would shrink from " + before + " to " + staged + " rows (by " + lost
                        + " %; allowed are " + allowed + " % or 100 rows). `max_shrink: N` allows more for good,"
                        + " `tofro resume run-1 --accept shrink=\"reason\"` for this run");
        assertThat(warehouse.ledger(prod)).isEmpty();

        assertThat(reload(new Guards(false, percent, false), Map.of("shrink", "a course closed"))
                        .notes())
                .containsExactly("replaced " + before + " rows", "accepted shrink: a course closed", UNCHECKED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"field", "destination", "staging"})
    void keysThatComeTwice(String from) throws Exception {
        String key = ", PRIMARY KEY (id))";
        warehouse.sql(
                "CREATE TABLE " + staging.sql() + " (id integer, name varchar(20)"
                        + (from.equals("staging") ? key : ")"),
                "CREATE TABLE " + prod.sql() + " (id integer, name varchar(20)"
                        + (from.equals("destination") ? key : ")"),
                "INSERT INTO " + staging.sql() + " VALUES (1, 'a'), (1, 'b'), (2, 'c')");
        String[] given = from.equals("field") ? new String[] {"id"} : new String[0];
        refuses(
                "duplicates",
                staging + " has 1 key (id) with more than one row. `allow_duplicates: true` allows them",
                TestWarehouse.GUARDS,
                given);

        warehouse.sql("INSERT INTO " + staging.sql() + " VALUES (2, 'c')");
        refuses(
                "duplicates",
                staging + " has 2 keys (id) with more than one row. `allow_duplicates: true` allows them",
                TestWarehouse.GUARDS,
                given);
        assertThat(reload(TestWarehouse.GUARDS, Map.of("duplicates", "known"), given)
                        .notes())
                .containsExactly("replaced 0 rows", "accepted duplicates: known");
        assertThat(reloadAs("run-2", new Guards(false, 20, true), given).notes())
                .containsExactly("replaced 4 rows");
    }

    private Figures reloadAs(String id, Guards guards, String... key) throws Exception {
        RunContext run = warehouse.launch(pipeline, id);
        return TestWarehouse.perform(warehouse.reload(run, staging, prod, List.of(key), guards));
    }

    @Test
    void aKeyOfColumnsThatAreNotThere() throws Exception {
        warehouse.table(staging, 1);
        warehouse.table(prod, 1);
        assertThatThrownBy(() -> reload(TestWarehouse.GUARDS, Map.of(), "nid"))
                .isInstanceOf(StepRefusal.class)
                .hasMessage("primary_key names 'nid', which " + staging + " does not have; its columns are id, name");
    }

    @Test
    void aKeyThatTheTableFillsByItselfCannotBeStagedTwice() throws Exception {
        warehouse.table(staging, 2);
        warehouse.sql(
                "CREATE TABLE " + prod.sql() + " (pk bigint IDENTITY(1, 1) PRIMARY KEY, id integer, name varchar(20))");
        assertThat(reload(TestWarehouse.GUARDS, Map.of()).notes()).containsExactly("replaced 0 rows", UNCHECKED);
        assertThat(warehouse.content(prod)).containsExactly("1|old", "2|old");
    }
}
