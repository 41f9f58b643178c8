package org.tofro.connect.warehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.tofro.connect.StepRefusal;
import org.tofro.data.Column;
import org.tofro.data.RunContext;
import org.tofro.data.Schema;
import org.tofro.data.TableName;
import org.tofro.settings.RedshiftConnection;
import org.tofro.settings.RedshiftConnection.Grantee;
import org.tofro.settings.RedshiftConnection.Permission;
import org.tofro.settings.Settings;

/** Tables that are missing, tables of Tofro's own, and tables of a user: what is made, remade, refused. */
final class StagingTableTest {
    private static final Schema OTHER = new Schema(List.of(
            new Column("id", "bigint", "bigint"),
            new Column("name", "varchar(40)", "text"),
            new Column("score", "decimal(6,2)", "numeric(6,2)")));

    private final TestWarehouse warehouse = new TestWarehouse();
    private final String pipeline = TestWarehouse.fresh("tables");
    private final TableName staging = TableName.of(TestWarehouse.fresh("area"), "staging");
    private final TableName prod = TableName.of("public", TestWarehouse.fresh("prod"));
    private RunContext run;

    @BeforeEach
    void launch() throws Exception {
        run = warehouse.launch(pipeline, "run-1");
    }

    private void loadAs(String id, Schema schema, String... row) throws Exception {
        RunContext next = warehouse.launch(pipeline, id);
        TestWarehouse.perform(
                warehouse.load(next, staging), warehouse.stage(next, schema, List.of(Arrays.asList(row))));
    }

    private List<String> all(TableName table) throws Exception {
        return warehouse.rows("SELECT * FROM " + table.sql());
    }

    @Test
    void aMissingTableIsMadeFromTheSchemaAndMadeAnewWhenThatChanges() throws Exception {
        loadAs("run-2", TestWarehouse.TWO_COLUMNS, "1", "a");
        assertThat(all(staging)).containsExactly("1|a");
        long first = oid();
        loadAs("run-3", TestWarehouse.TWO_COLUMNS, "2", "b");
        assertThat(oid()).as("the same table").isEqualTo(first);

        loadAs("run-4", OTHER, "3", "c", "1.50");

        assertThat(all(staging)).containsExactly("3|c|1.50");
        assertThat(oid()).as("another table").isNotEqualTo(first);
    }

    private long oid() throws Exception {
        try (WarehouseSession session = WarehouseSession.open(warehouse.connection(), "tofro:test")) {
            return SafetyTables.oid(session, staging);
        }
    }

    @Test
    void aUsersTableInThePlaceOfTofrosIsNotDropped() throws Exception {
        loadAs("run-2", TestWarehouse.TWO_COLUMNS, "1", "a");
        warehouse.sql(
                "DROP TABLE " + staging.sql(),
                "CREATE TABLE " + staging.sql() + " (id integer, note varchar(9))",
                "INSERT INTO " + staging.sql() + " VALUES (7, 'mine')");

        assertThatThrownBy(() -> loadAs("run-3", OTHER, "3", "c", "1.50"))
                .isInstanceOf(StepRefusal.class)
                .hasMessage(staging + " does not fit what was extracted: it has no column 'name'; it has no column"
                        + " 'score'; its column 'note' is not extracted and has no default. Change the table, or name"
                        + " and type the extract's columns with `columns:`");
        assertThat(all(staging)).containsExactly("7|mine");
    }

    @Test
    void aUsersTableOfTypesThatWouldChangeValuesIsRefused() throws Exception {
        warehouse.sql(
                "CREATE SCHEMA " + staging.schema(),
                "CREATE TABLE " + staging.sql()
                        + " (id integer, name char(20), score numeric(6,1), noted timestamp DEFAULT getdate())");
        assertThatThrownBy(() -> loadAs("run-2", OTHER, "3", "c", "1.50"))
                .isInstanceOf(StepRefusal.class)
                .hasMessage(
                        staging + " does not fit what was extracted: its column 'name' is character(20), which would"
                                + " change values of varchar(40); its column 'score' is numeric(6,1), which would change values of"
                                + " decimal(6,2). Change the table, or name and type the extract's columns with `columns:`");
    }

    @Test
    void aDefinitionIsRunOnceAndMustMakeTheTable() throws Exception {
        LoadStaging load = new LoadStaging(
                warehouse.connection(),
                warehouse.s3(),
                TestWarehouse.STAGING,
                Settings.Limits.DEFAULT,
                run,
                "load",
                prod,
                "CREATE TABLE another_" + prod.name() + " (id integer)",
                List.of());
        assertThatThrownBy(() -> TestWarehouse.perform(load, warehouse.stage(run, "1", "a")))
                .isInstanceOf(WarehouseException.class)
                .hasMessage("the table definition did not make " + prod);
        assertThat(warehouse.rows("SELECT count(*) FROM pg_tables WHERE tablename = 'another_" + prod.name() + "'"))
                .as("rolled back")
                .containsExactly("0");
    }

    @Test
    void aMissingProductionTableIsMadeLikeItsSourceWithThePermissions() throws Exception {
        warehouse.table(new TableName(null, prod.name() + "_s"), 2);
        String reader = TestWarehouse.fresh("reader");
        warehouse.sql("CREATE USER " + reader + " PASSWORD 'Reader1Reader1'");
        RedshiftConnection connection = warehouse.connection(
                "arn:aws:iam::123456789012:role/copy", List.of(new Permission("select", Grantee.USER, reader)));
        ReloadTable reload = new ReloadTable(
                new Publication(
                        connection,
                        Settings.Limits.DEFAULT,
                        run,
                        "reload",
                        new TableName(null, prod.name() + "_s"),
                        false,
                        prod,
                        null,
                        null,
                        List.of("id")),
                TestWarehouse.GUARDS);

        TestWarehouse.perform(reload);

        assertThat(warehouse.content(prod)).containsExactly("1|old", "2|old");
        assertThat(warehouse.rows("SELECT has_table_privilege('" + reader + "', '" + prod.name() + "', 'select')"))
                .containsExactly("t");
        try (WarehouseSession session = WarehouseSession.open(connection, "tofro:test")) {
            assertThat(TableShape.read(session, prod).orElseThrow().primaryKey())
                    .containsExactly("id");
        }
    }

    @Test
    void tablesThatDoNotFitEachOtherAreRefused() throws Exception {
        loadAs("run-2", OTHER, "3", "c", "1.50");
        warehouse.sql("CREATE TABLE " + prod.sql()
                + " (id bigint, score numeric(6,1), extra integer, filled integer DEFAULT 1)");
        assertThatThrownBy(() ->
                        TestWarehouse.perform(warehouse.reload(warehouse.launch(pipeline, "run-3"), staging, prod)))
                .isInstanceOf(StepRefusal.class)
                .hasMessage(prod + " does not fit " + staging + ": it has no column 'name'; its column 'score' is"
                        + " numeric(6,1), which would change values of numeric(6,2); its column 'extra' is missing in "
                        + staging + " and has no default. Nothing was changed; bring the two tables to the same columns"
                        + " and types");
    }

    /** "However, if the extra characters are all spaces (blanks), the string is truncated", r_Character_types.html. */
    @Test
    void valuesThatWouldBeCutAreRefusedThoughTheirSurplusIsBlank() throws Exception {
        loadAs("run-2", TestWarehouse.TWO_COLUMNS, "1", "ab   ");
        warehouse.sql("CREATE TABLE " + prod.sql() + " (id integer, name varchar(3))");
        RunContext next = warehouse.launch(pipeline, "run-3");
        assertThatThrownBy(() -> TestWarehouse.perform(warehouse.reload(next, staging, prod)))
                .isInstanceOf(StepRefusal.class)
                .hasMessage(staging + " has 1 value of column 'name' too long for the varchar(3) of " + prod
                        + ". Nothing was changed; make the columns wider");

        warehouse.sql("UPDATE " + staging.sql() + " SET name = 'ab '");
        assertThat(TestWarehouse.perform(warehouse.reload(next, staging, prod)).rowsOut())
                .isEqualTo(1);
    }

    @Test
    void aSourceThatIsMissing() {
        assertThatThrownBy(() -> TestWarehouse.perform(warehouse.reload(run, staging, prod)))
                .isInstanceOf(WarehouseException.class)
                .hasMessage("the source table " + staging + " does not exist in 'redshift'");
    }
}
