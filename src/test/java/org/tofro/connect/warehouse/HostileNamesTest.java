package org.tofro.connect.warehouse;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import org.tofro.data.Column;
import org.tofro.data.RunContext;
import org.tofro.data.Schema;
import org.tofro.data.TableName;

/** Names are names and values are values, whatever stands in them. */
final class HostileNamesTest {
    private static final List<String> NASTY = List.of(
            "'",
            "\"",
            "\\",
            ";",
            "--",
            "/*",
            "*/",
            "$$",
            "$1",
            "?",
            "{d '1'}",
            "%",
            " ",
            "\n",
            "\u00e9",
            "\u6f22",
            "\ud83d\ude80",
            "a",
            ":b");

    private final TestWarehouse warehouse = new TestWarehouse();

    @Provide
    Arbitrary<String> names() {
        return Arbitraries.of(NASTY)
                .list()
                .ofMinSize(1)
                .ofMaxSize(9)
                .map(parts -> String.join("", parts))
                .filter(name -> name.getBytes(StandardCharsets.UTF_8).length <= 40);
    }

    @Property(tries = 12, shrinking = ShrinkingMode.OFF)
    void tablesOfAnyNameAreMadeLoadedAndReloaded(
            @ForAll("names") String schema,
            @ForAll("names") String table,
            @ForAll("names") String one,
            @ForAll("names") String two)
            throws Exception {
        Assume.that(!one.equals(two));
        roundTrip(TestWarehouse.fresh(schema), table, one, two);
    }

    @Example
    void tablesThatTryToBreakOutStayTables() throws Exception {
        warehouse.sql("DROP TABLE IF EXISTS canary", "CREATE TABLE canary (id integer)");
        roundTrip("s\"; DROP TABLE canary; --", "t\\'; DROP TABLE canary; --", "c') ; DROP TABLE canary; --", "d\"\\");
        assertThat(warehouse.rows("SELECT count(*) FROM canary")).containsExactly("0");
    }

    private void roundTrip(String schema, String table, String one, String two) throws Exception {
        RunContext run = warehouse.launch(TestWarehouse.fresh("hostile"), "run-1");
        TableName staging = TableName.of(schema, table);
        TableName prod = TableName.of("public", TestWarehouse.fresh(table));
        Schema columns =
                new Schema(List.of(new Column(one, "varchar(100)", "text"), new Column(two, "varchar(100)", "text")));

        LoadStaging load = new LoadStaging(
                warehouse.connection(),
                warehouse.s3(),
                TestWarehouse.STAGING,
                org.tofro.settings.Settings.Limits.DEFAULT,
                run,
                "load",
                staging,
                null,
                List.of(one));
        TestWarehouse.perform(
                load, warehouse.stage(run, columns, List.of(Arrays.asList(one, two), Arrays.asList("", null))));
        TestWarehouse.perform(warehouse.reload(run, staging, prod, List.of(one), TestWarehouse.GUARDS));

        publishByKey(run, staging, prod, one, two);

        String selected =
                "SELECT " + TableName.quote(one) + ", " + TableName.quote(two) + " FROM " + prod.sql() + " ORDER BY 1";
        assertThat(warehouse.rows(selected)).containsExactly("|~", one + "|" + two);
        try (WarehouseSession session = WarehouseSession.open(warehouse.connection(), "tofro:" + table)) {
            assertThat(TableShape.read(session, staging).orElseThrow().names()).containsExactly(one, two);
            assertThat(TableShape.read(session, staging).orElseThrow().primaryKey())
                    .containsExactly(one);
        }
    }

    /** The other modes over the same names: the rows stand there already, so each leaves them as they are. */
    private void publishByKey(RunContext run, TableName staging, TableName prod, String one, String two)
            throws Exception {
        List<RowOrder> order = List.of(new RowOrder(two, true));
        TestWarehouse.perform(new UpsertRows(warehouse.publication(run, "upsert", staging, prod, List.of(one)), order));
        TestWarehouse.perform(
                new AppendRows(warehouse.publication(run, "append", staging, prod, List.of(one)), order, true));
        CheckTable check = new CheckTable(
                warehouse.connection(),
                warehouse.s3(),
                TestWarehouse.STAGING,
                org.tofro.settings.Settings.Limits.DEFAULT,
                run,
                "check",
                prod,
                List.of(one),
                List.of(
                        new Assertion.Unique(List.of(one)),
                        new Assertion.NotNull(List.of(one)),
                        new Assertion.Accepted(two, List.of(two)),
                        new Assertion.Rows(java.math.BigDecimal.valueOf(2), java.math.BigDecimal.valueOf(2), null)),
                false);
        assertThat(TestWarehouse.perform(check).notes()).isEmpty();

        TableName days = TableName.of(staging.schema(), "d" + staging.name());
        TableName prodDays = TableName.of("public", TestWarehouse.fresh("d" + prod.name()));
        for (TableName table : List.of(days, prodDays)) {
            warehouse.sql(
                    "CREATE TABLE " + table.sql() + " (" + TableName.quote(one) + " date)",
                    "INSERT INTO " + table.sql() + " VALUES ('2026-11-23')");
        }
        Publication publication = warehouse.publication(run, "interval", days, prodDays, List.of());
        assertThat(TestWarehouse.perform(new ReplaceIntervalRows(publication, one, TestWarehouse.GUARDS))
                        .rowsOut())
                .isEqualTo(1);
    }

    @Property(tries = 12, shrinking = ShrinkingMode.OFF)
    void literalsAndParametersArriveAsTheyAre(@ForAll("names") String text) throws Exception {
        try (WarehouseSession session = WarehouseSession.open(warehouse.connection(), text)) {
            assertThat(session.<String>query(row -> row.getString(1), "SELECT " + Literals.quote(text)))
                    .containsExactly(text);
            assertThat(session.<String>query(row -> row.getString(1), "SELECT cast(? as varchar(200))", text))
                    .containsExactly(text);
            session.execute("CREATE TEMP TABLE IF NOT EXISTS said (word varchar(200))");
            session.execute("INSERT INTO said VALUES (" + Literals.quote(text) + ")");
            assertThat(session.<String>query(row -> row.getString(1), "SELECT word FROM said"))
                    .containsExactly(text);
        }
    }

    @Property(tries = 300)
    void namesOfSafetyTablesAreShortPlainAndTheTablesOwn(@ForAll String one, @ForAll String other) {
        Assume.that(!one.toLowerCase(Locale.ROOT).equals(other.toLowerCase(Locale.ROOT)));
        Assume.that((one + other).indexOf('\0') < 0);
        for (TableName name : List.of(
                SafetyTables.lease(one),
                SafetyTables.records(one),
                SafetyTables.fence(TableName.of(one, other)),
                SafetyTables.ledger(TableName.of(one, other)))) {
            assertThat(name.name()).matches("[a-z0-9_]{1,63}");
        }
        assertThat(SafetyTables.lease(one)).isNotEqualTo(SafetyTables.lease(other));
        assertThat(SafetyTables.fence(TableName.of(one, "t")))
                .isNotEqualTo(SafetyTables.fence(TableName.of(other, "t")));
        assertThat(SafetyTables.fence(TableName.of("s", one)))
                .isNotEqualTo(SafetyTables.fence(TableName.of("s", other)));
    }

    @Example
    void allSpellingsOfATableHaveOneFence() {
        TableName plain = TableName.parse("Courses").orElseThrow();
        assertThat(SafetyTables.fence(TableName.parse("PUBLIC.courses").orElseThrow()))
                .isEqualTo(SafetyTables.fence(plain))
                .isEqualTo(SafetyTables.fence(TableName.of("public", "COURSES")));
        assertThat(SafetyTables.fence(TableName.of("a.b", "c")))
                .isNotEqualTo(SafetyTables.fence(TableName.of("a", "b.c")));
    }
}
