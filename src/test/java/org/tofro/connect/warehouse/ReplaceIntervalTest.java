package org.tofro.connect.warehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tofro.connect.StepRefusal;
import org.tofro.data.CursorRange;
import org.tofro.data.Figures;
import org.tofro.data.RunContext;
import org.tofro.data.StagedFiles;
import org.tofro.data.TableName;
import org.tofro.data.WorkRules;

/** Which rows the replacement of an interval deletes, and what it refuses. */
final class ReplaceIntervalTest {
    private static final String UNCHECKED = "duplicates: not checked (no primary_key)";
    private static final String DAY = "[2026-11-23 00:00:00, 2026-11-24 00:00:00)";

    private final TestWarehouse warehouse = new TestWarehouse();
    private final String pipeline = TestWarehouse.fresh("interval");
    private final TableName staging = TableName.of("public", TestWarehouse.fresh("staging"));
    private final TableName prod = TableName.of("public", TestWarehouse.fresh("prod"));
    private RunContext run;

    @BeforeEach
    void launch() throws Exception {
        run = warehouse.launch(pipeline, "run-1");
    }

    private void tables(String type) throws Exception {
        for (TableName table : List.of(staging, prod)) {
            warehouse.sql("CREATE TABLE " + table.sql() + " (id integer, seen " + type + ")");
        }
    }

    private void fill(TableName table, String values) throws Exception {
        warehouse.sql("INSERT INTO " + table.sql() + " VALUES " + values);
    }

    private Figures replace(RunContext as, Guards guards, String... key) throws Exception {
        Publication publication = warehouse.publication(as, "publish", staging, prod, List.of(key));
        return TestWarehouse.perform(new ReplaceIntervalRows(publication, "seen", guards));
    }

    private Figures replace() throws Exception {
        return replace(run, TestWarehouse.GUARDS);
    }

    private List<String> rows() throws Exception {
        return warehouse.rows("SELECT id, seen FROM " + prod.sql() + " ORDER BY 1");
    }

    private void refuses(String sentence) throws Exception {
        List<String> before = rows();
        assertThatThrownBy(this::replace)
                .isInstanceOf(StepRefusal.class)
                .hasMessage(sentence.replace("STAGING", staging.toString()).replace("PROD", prod.toString()));
        assertThat(rows()).isEqualTo(before);
        assertThat(warehouse.ledger(prod)).isEmpty();
    }

    @Test
    void theRunsIntervalIsReplacedToTheMicrosecond() throws Exception {
        tables("timestamp");
        fill(
                prod,
                "(1, '2026-11-22 23:59:59.999999'), (2, '2026-11-23'), (3, '2026-11-23 23:59:59.999999'),"
                        + " (4, '2026-11-24'), (5, NULL)");
        fill(staging, "(12, '2026-11-23'), (13, '2026-11-23 23:59:59.999999'), (14, '2026-11-23 12:00')");

        Figures figures = replace();

        assertThat(figures.notes()).containsExactly("replaced 2 of 5 rows: those in " + DAY, UNCHECKED);
        assertThat(figures.rowsOut()).isEqualTo(3);
        assertThat(rows())
                .containsExactly(
                        "1|2026-11-22 23:59:59.999999",
                        "4|2026-11-24 00:00:00",
                        "5|~",
                        "12|2026-11-23 00:00:00",
                        "13|2026-11-23 23:59:59.999999",
                        "14|2026-11-23 12:00:00");
    }

    @Test
    void aDateIsOfTheIntervalAndAZoneIsMinded() throws Exception {
        tables("date");
        fill(prod, "(1, '2026-11-22'), (2, '2026-11-23'), (3, '2026-11-24')");
        fill(staging, "(12, '2026-11-23')");
        replace();
        assertThat(rows()).containsExactly("1|2026-11-22", "3|2026-11-24", "12|2026-11-23");
    }

    @Test
    void aTimeWithItsZoneIsComparedAsAMoment() throws Exception {
        tables("timestamptz");
        fill(prod, "(1, '2026-11-23 00:30+01'), (2, '2026-11-23 01:00+01'), (3, '2026-11-23 23:59:59-01')");
        fill(staging, "(12, '2026-11-24 00:59+01')");
        replace();
        assertThat(warehouse.rows("SELECT id FROM " + prod.sql() + " ORDER BY 1"))
                .containsExactly("1", "3", "12");
    }

    @Test
    void stagedRowsOutsideOrWithoutATimeAreRefused() throws Exception {
        tables("timestamp");
        fill(prod, "(1, '2026-11-23')");
        fill(staging, "(2, '2026-11-22 23:59:59'), (3, '2026-11-24'), (4, NULL), (5, '2026-11-23')");
        refuses("STAGING has 2 rows outside of the interval " + DAY + " and 1 row without a value in column 'seen'."
                + " Nothing was changed; extract the rows of the interval only");
    }

    @Test
    void aDateNeedsWholeDays() throws Exception {
        tables("date");
        fill(staging, "(1, '2026-11-23')");
        Instant start = Instant.parse("2026-11-23T05:00:00Z");
        run = new RunContext(
                run.pipeline(),
                run.run(),
                run.token(),
                start,
                start.plusSeconds(3600),
                run.limit(),
                false,
                Map.of(),
                WorkRules.NONE);
        refuses("column 'seen' of PROD is a date, and the interval [2026-11-23 05:00:00, 2026-11-23 06:00:00) is not of"
                + " whole days: rows of its days that lie outside of it would be deleted. Run whole days, or give a"
                + " timestamp column");
    }

    @Test
    void aColumnThatIsNoTimeOrNotThere() throws Exception {
        tables("varchar(30)");
        refuses("column 'seen' of PROD is character varying(30), and an interval of time needs a date, timestamp or"
                + " timestamptz");
        warehouse.sql("DROP TABLE " + staging.sql(), "CREATE TABLE " + staging.sql() + " (id integer)");
        warehouse.sql(
                "DROP TABLE " + prod.sql(),
                "CREATE TABLE " + prod.sql() + " (id integer, seen date DEFAULT '2026-01-01')");
        assertThatThrownBy(this::replace)
                .isInstanceOf(StepRefusal.class)
                .hasMessage("`column` names 'seen', which " + staging + " does not have; its columns are id");
    }

    @Test
    void theIntervalIsGuardedAndNotTheTable() throws Exception {
        tables("timestamp");
        fill(prod, "(1, '2026-11-23'), (2, '2026-11-22')");
        refuses("PROD in " + DAY + " has 1 rows and STAGING none: refused to publish an empty interval. `allow_empty:"
                + " true` allows it for good, `tofro resume run-1 --accept empty=\"reason\"` for this run");
        warehouse.sql("INSERT INTO " + prod.sql()
                + " SELECT i, timestamp '2026-11-23' + i * interval '1 second' FROM generate_series(1, 999) i");
        warehouse.sql("INSERT INTO " + staging.sql()
                + " SELECT i, timestamp '2026-11-23' + i * interval '1 second' FROM generate_series(1, 799) i");
        assertThatThrownBy(this::replace)
                .hasMessage(
                        prod + " in " + DAY + " would shrink from 1000 to 799 rows (by 20.1 %; allowed are 20 % or 100"
                                + " rows). `max_shrink: N` allows more for good, `tofro resume run-1 --accept shrink=\"reason\"` for"
                                + " this run");

        RunContext accepting = TestWarehouse.context(pipeline, "run-1", run.token(), Map.of("shrink", "a holiday"));
        assertThat(replace(accepting, TestWarehouse.GUARDS).notes())
                .containsExactly(
                        "replaced 1000 of 1001 rows: those in " + DAY, "accepted shrink: a holiday", UNCHECKED);
        assertThat(warehouse.rows("SELECT count(*) FROM " + prod.sql())).containsExactly("800");
    }

    @Test
    void anEmptyIntervalWhereThatIsAllowedOrNothingStood() throws Exception {
        tables("timestamp");
        fill(prod, "(2, '2026-11-22')");
        assertThat(replace().notes()).containsExactly("replaced 0 of 1 rows: those in " + DAY, UNCHECKED);
        fill(prod, "(1, '2026-11-23')");
        RunContext next = warehouse.launch(pipeline, "run-2");
        replace(next, new Guards(true, 20, false));
        assertThat(rows()).containsExactly("2|2026-11-22 00:00:00");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void keysMayNotComeTwiceNorStandElsewhere(boolean elsewhere) throws Exception {
        tables("timestamp");
        fill(prod, "(1, '2026-11-22'), (2, '2026-11-23')");
        fill(
                staging,
                elsewhere ? "(1, '2026-11-23'), (2, '2026-11-23')" : "(3, '2026-11-23'), (3, '2026-11-23 01:00')");
        String sentence = elsewhere
                ? staging + " has 1 key (id) that stands in " + prod
                        + " outside of the interval too. `allow_duplicates:" + " true` allows them for good"
                : staging + " has 1 key (id) with more than one row. `allow_duplicates: true` allows them for good";
        assertThatThrownBy(() -> replace(run, TestWarehouse.GUARDS, "id"))
                .isInstanceOf(StepRefusal.class)
                .hasMessage(sentence + ", `tofro resume run-1 --accept duplicates=\"reason\"` for this run");
        assertThat(rows()).containsExactly("1|2026-11-22 00:00:00", "2|2026-11-23 00:00:00");

        RunContext accepting = TestWarehouse.context(pipeline, "run-1", run.token(), Map.of("duplicates", "moved"));
        assertThat(replace(accepting, TestWarehouse.GUARDS, "id").notes())
                .containsExactly("replaced 1 of 2 rows: those in " + DAY, "accepted duplicates: moved");
    }

    @Test
    void aMissingTableIsMadeLikeTheStagedOne() throws Exception {
        warehouse.sql("CREATE TABLE " + staging.sql() + " (id integer, seen timestamp)");
        fill(staging, "(1, '2026-11-23 10:00')");
        replace(run, TestWarehouse.GUARDS, "id");
        assertThat(rows()).containsExactly("1|2026-11-23 10:00:00");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "2026-11-20 00:00:00    | 2026-11-23 10:00:00    | false | timestamp   | 7 | [2026-11-20 00:00:00, 2026-11-23 10:00:00)",
                "2026-11-20 00:00:00    | 2026-11-23 10:00:00    | true  | timestamp   | 8 | [2026-11-20 00:00:00, 2026-11-23 10:00:00]",
                "-                      | 2026-11-21             | false | timestamp   | 3 | [, 2026-11-21 00:00:00)",
                "2026-11-21             | 2026-11-22             | true  | date        | 4 | [2026-11-21 00:00:00, 2026-11-23 00:00:00)",
                "2026-11-20 01:00:00+01 | 2026-11-23T11:00+01:00 | false | timestamptz | 7 | [2026-11-20 00:00:00, 2026-11-23 10:00:00)"
            })
    void theStretchOfACursorIsReplacedInstead(
            @Nullable String from, String to, boolean closed, String type, int deleted, String shown) throws Exception {
        tables(type);
        // Nine rows from 2026-11-19 12:00 on, twelve hours apart, and one of the border itself.
        warehouse.sql(
                "INSERT INTO " + prod.sql() + " SELECT i, timestamp '2026-11-19 12:00' + i * interval '12 hours'"
                        + " FROM generate_series(0, 8) i",
                "INSERT INTO " + prod.sql() + " VALUES (9, '2026-11-23 10:00:00')");
        load(new CursorRange(from, to, closed, true));

        Figures figures = replace(run, new Guards(true, 100, true));

        assertThat(figures.notes().get(0)).isEqualTo("replaced " + deleted + " of 10 rows: those in " + shown);
        assertThat(warehouse.rows(
                        "SELECT watermark FROM " + SafetyTables.ledger(prod).sql()))
                .as("the watermark goes with the rows")
                .containsExactly(new CursorRange(from, to, closed, true).text());
    }

    private void load(CursorRange range) throws Exception {
        StagedFiles none = new StagedFiles(
                "extract",
                "a",
                StagedFiles.FileFormat.CSV_ZSTD,
                TestWarehouse.MARKER,
                new org.tofro.data.Schema(List.of(
                        new org.tofro.data.Column("id", "integer", "integer"),
                        new org.tofro.data.Column("seen", type(), "?"))),
                0,
                List.of(),
                range);
        TestWarehouse.perform(warehouse.load(run, staging), none);
    }

    private String type() throws Exception {
        return warehouse
                .rows("SELECT data_type FROM svv_columns WHERE table_name = '" + staging.name()
                        + "' AND column_name = 'seen'")
                .get(0);
    }

    @Test
    void aCursorThatIsNoTime() throws Exception {
        tables("timestamp");
        load(new CursorRange("100", "200", false, true));
        assertThatThrownBy(this::replace)
                .isInstanceOf(StepRefusal.class)
                .hasMessage(staging + " holds the stretch [100/200) of a cursor that is no time, so no interval can be"
                        + " replaced by it; use upsert or append");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "100", "infinity", "2026-13-01", "2026-11-23 25:00:00", "2026-11-23 10:00:00+99", "yesterday"
            })
    void whatIsNoTime(String text) {
        assertThat(TimeInterval.of(new CursorRange(null, text, false, true))).isEqualTo(Optional.empty());
    }
}
