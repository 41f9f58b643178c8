package org.tofro.connect.warehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.tofro.connect.StepRefusal;
import org.tofro.connect.staging.StagingArea;
import org.tofro.data.Figures;
import org.tofro.data.RunContext;
import org.tofro.data.SqlScript;
import org.tofro.data.TableName;
import org.tofro.data.WorkRules;
import org.tofro.local.redshift.Faults;
import org.tofro.settings.Settings;

/** What a check finds, how it says it, what it stores, and what it remembers. */
final class CheckTableTest {
    private static final String RELAX = ". `on_failure: warn` lets runs go on for good, `tofro resume run-1 --accept"
            + " check=\"reason\"` this run";

    private final TestWarehouse warehouse = new TestWarehouse();
    private final String pipeline = TestWarehouse.fresh("checked");
    private final TableName table = TableName.of("public", TestWarehouse.fresh("checked"));
    private List<String> listed = List.of();

    @BeforeEach
    void table() throws Exception {
        warehouse.sql(
                "CREATE TABLE " + table.sql() + " (id integer, name varchar(30), seen timestamp)",
                "INSERT INTO " + table.sql() + " VALUES (1, 'secret, \"one\"', '2026-11-23 10:00'), (2, 'b', NULL)");
    }

    @AfterEach
    void clear() {
        warehouse.faults().clear();
    }

    private Figures check(RunContext run, boolean warn, Assertion... assertions) throws Exception {
        return TestWarehouse.perform(new CheckTable(
                warehouse.connection(),
                warehouse.s3(),
                TestWarehouse.STAGING,
                Settings.Limits.DEFAULT,
                run,
                "check",
                table,
                List.of("id"),
                List.of(assertions),
                warn));
    }

    private RunContext launch(String run, Map<String, String> accepted) throws Exception {
        return warehouse.launch(pipeline, run, 60, accepted);
    }

    private Figures passes(Assertion... assertions) throws Exception {
        return check(launch(TestWarehouse.fresh("run"), Map.of()), false, assertions);
    }

    /** The message of a check that fails, its files' addresses replaced by FILE. */
    private String fails(Assertion... assertions) throws Exception {
        RunContext run = launch("run-1", Map.of());
        StepRefusal refusal = null;
        try {
            check(run, false, assertions);
        } catch (StepRefusal e) {
            refusal = e;
        }
        assertThat(refusal).as("the check fails").isNotNull();
        String message = refusal.getMessage();
        listed = Pattern.compile("s3://staging/protocol/(\\S+\\.csv)")
                .matcher(message)
                .results()
                .map(file -> file.group(1))
                .toList();
        assertThat(message)
                .startsWith(table + " fails its check: ")
                .endsWith(RELAX)
                .doesNotContain("secret");
        return message.substring((table + " fails its check: ").length(), message.length() - RELAX.length())
                .replaceAll("s3://staging/protocol/" + pipeline + "/run-1/check/[0-9a-f]{8}/", "FILE/");
    }

    private static BigDecimal number(@Nullable String text) {
        return text == null ? null : new BigDecimal(text);
    }

    private static Assertion.Answer answer(String sql, String equals, String min, String max) {
        return new Assertion.Answer(new SqlScript(sql, "p.yaml:3"), number(equals), number(min), number(max));
    }

    @Test
    void whatHoldsIsNotMentioned() throws Exception {
        Figures figures = passes(
                new Assertion.NotNull(List.of("id", "name")),
                new Assertion.Unique(List.of("id")),
                new Assertion.Unique(List.of("seen")),
                new Assertion.Rows(number("2"), number("2"), null),
                new Assertion.Freshness("seen", Duration.ofHours(14)),
                new Assertion.Accepted("name", List.of("b", "secret, \"one\"", "c")),
                new Assertion.Accepted("id", List.of("1", "2")),
                answer("SELECT count(*) FROM " + table.sql() + " -- all", "2", null, null));
        assertThat(figures.notes()).isEmpty();
        assertThat(figures.rowsIn()).isEqualTo(2);
        assertThat(figures.resumed()).isFalse();
    }

    @Test
    void everythingThatIsWrongIsSaidAtOnceWithItsKeysInFiles() throws Exception {
        warehouse.sql("INSERT INTO " + table.sql() + " VALUES (2, 'b', '2026-11-21'), (3, NULL, NULL), (3, 'd', NULL)");
        String said = fails(
                new Assertion.NotNull(List.of("name", "seen", "id")),
                new Assertion.Unique(List.of("id")),
                new Assertion.Rows(number("10"), number("3"), number("5")),
                new Assertion.Freshness("seen", Duration.ofMinutes(90)),
                new Assertion.Accepted("name", List.of("b", "c")),
                answer("SELECT sum(id) FROM " + table.sql(), "10", "12", "9.5"));
        assertThat(said.split("; "))
                .containsExactly(
                        "column 'name' is NULL in 1 of 5 rows (listed in FILE/failing-1.csv)",
                        "column 'seen' is NULL in 3 of 5 rows (listed in FILE/failing-2.csv)",
                        "2 keys (id) with more than one row, 4 rows in all (listed in FILE/failing-3.csv)",
                        "it has 5 rows, and at least 10 are asked for",
                        "it has 5 rows, and at most 3 are asked for",
                        "its newest 'seen' is 14 h old at the end of the run's interval, and at most 1 h 30 min are asked"
                                + " for",
                        "column 'name' has a value that is not accepted in 2 rows (listed in FILE/failing-4.csv)",
                        "the query gives 11, and 10 is asked for",
                        "the query gives 11, and at least 12 is asked for",
                        "the query gives 11, and at most 9.5 is asked for");
        assertThat(files())
                .containsExactly(
                        "\"id\"\n\"3\"\n",
                        "\"id\"\n\"2\"\n\"3\"\n\"3\"\n",
                        "\"id\",\"rows\"\n\"2\",\"2\"\n\"3\",\"2\"\n",
                        "\"name\",\"rows\"\n\"d\",\"1\"\n\"secret, \"\"one\"\"\",\"1\"\n");
    }

    /** The files that the message names. */
    private List<String> files() {
        try (StagingArea area = StagingArea.open(TestWarehouse.STAGING, warehouse.s3())) {
            return listed.stream()
                    .map(file -> new String(area.read(file).orElseThrow(), StandardCharsets.UTF_8))
                    .toList();
        }
    }

    @Test
    void onlyTheFirstKeysAreListed() throws Exception {
        warehouse.sql("INSERT INTO " + table.sql() + " SELECT i, NULL, NULL FROM generate_series(10, 2009) i");
        assertThat(fails(new Assertion.NotNull(List.of("name"))))
                .isEqualTo(
                        "column 'name' is NULL in 2000 of 2002 rows (the first 1000 are listed in FILE/failing-1.csv)");
        assertThat(files().get(0).lines()).hasSize(1001);
    }

    @Test
    void aStagingAreaThatFailsKeepsNoFindingBack() throws Exception {
        CheckTable check = new CheckTable(
                warehouse.connection(),
                warehouse.s3(),
                "s3://not-there/",
                Settings.Limits.DEFAULT,
                launch("run-1", Map.of()),
                "check",
                table,
                List.of("id"),
                List.of(new Assertion.NotNull(List.of("seen"))),
                false);
        assertThatThrownBy(() -> TestWarehouse.perform(check))
                .isInstanceOf(StepRefusal.class)
                .hasMessageContaining("column 'seen' is NULL in 1 of 2 rows (not listed: cannot write s3://not-there/");
    }

    @Test
    void aWarningLetsTheRunGoOnAndSoDoesAcceptance() throws Exception {
        Assertion wrong = new Assertion.Rows(number("3"), null, null);
        String sentence = "check failed: it has 2 rows, and at least 3 are asked for";
        assertThat(check(launch("run-1", Map.of()), true, wrong).notes()).containsExactly(sentence);
        assertThat(check(launch("run-2", Map.of("check", "a holiday")), false, wrong)
                        .notes())
                .containsExactly(sentence, "accepted check: a holiday");
    }

    @ParameterizedTest
    @CsvSource({
        "10, 2, it has 2 rows; 80.0 % less than the 10 of run run-1; allowed are 50 %",
        "10, 5, ",
        "10, 15, ",
        "10, 16, it has 16 rows; 60.0 % more than the 10 of run run-1; allowed are 50 %",
        "0, 0, ",
        "0, 1, it has 1 rows; more than the 0 of run run-1; allowed are 50 %"
    })
    void theRowsAreComparedWithThoseOfTheLastRunThatPassed(int before, int now, @Nullable String sentence)
            throws Exception {
        Assertion change = new Assertion.Rows(null, null, number("50"));
        rows(before);
        assertThat(check(launch("run-1", Map.of()), false, change).notes())
                .containsExactly("rows: change not checked, as no earlier run has counted them");
        rows(now);
        for (String run : List.of("run-2", "run-3")) {
            // A run that was refused is none to compare with, or the second night would let pass what the first
            // refused.
            RunContext next = launch(run, Map.of());
            if (sentence == null) {
                assertThat(check(next, false, change).notes()).isEmpty();
                rows(now);
            } else {
                assertThatThrownBy(() -> check(next, false, change))
                        .isInstanceOf(StepRefusal.class)
                        .hasMessageStartingWith(
                                table + " fails its check: " + sentence.replace("rows;", "rows,") + ". ");
            }
        }
        if (sentence != null) {
            check(launch("run-4", Map.of("check", "as it should be")), false, change);
            assertThat(check(launch("run-5", Map.of()), false, change).notes()).isEmpty();
        }
    }

    private void rows(int number) throws Exception {
        warehouse.sql(
                "DELETE FROM " + table.sql(),
                "INSERT INTO " + table.sql() + " SELECT i, 'x', NULL FROM generate_series(1, " + number + ") i");
    }

    @Test
    void anotherTableByTheSameStepIsNotComparedWith() throws Exception {
        Assertion change = new Assertion.Rows(null, null, number("1"));
        check(launch("run-1", Map.of()), false, change);
        TableName other = TableName.of("public", TestWarehouse.fresh("other"));
        warehouse.table(other, 50);
        CheckTable check = new CheckTable(
                warehouse.connection(),
                warehouse.s3(),
                TestWarehouse.STAGING,
                Settings.Limits.DEFAULT,
                launch("run-2", Map.of()),
                "check",
                other,
                List.of(),
                List.of(change),
                false);
        assertThat(TestWarehouse.perform(check).notes())
                .containsExactly("rows: change not checked, as no earlier run has counted them");
    }

    /** Whatever happens to the connection, one record of the check is left, and the attempt after it asks nothing. */
    @ParameterizedTest
    @EnumSource(
            value = Faults.Kind.class,
            names = {"CUT_BEFORE_COMMIT", "CUT_DURING_COMMIT", "CUT_AFTER_COMMIT"})
    void aCheckIsRecordedOnce(Faults.Kind kind) throws Exception {
        RunContext run = launch("run-1", Map.of());
        Assertion rows = new Assertion.Rows(number("1"), null, null);
        Faults.Fault fault = warehouse.faults().add(kind, "^INSERT INTO .*records_", 1, 0);

        assertThat(check(run, false, rows).rowsIn()).isEqualTo(2);

        assertThat(fault.fired()).isEqualTo(1);
        assertThat(warehouse.rows("SELECT run, step FROM "
                        + SafetyTables.records(pipeline).sql() + " WHERE kind = 'check'"))
                .containsExactly("run-1|check");
        warehouse.sql("DELETE FROM " + table.sql());
        Figures again = check(run, false, rows);
        assertThat(again.resumed()).isTrue();
        assertThat(again.rowsIn()).isEqualTo(2);
    }

    @Test
    void whatCannotBeChecked() throws Exception {
        assertThatThrownBy(() -> passes(new Assertion.NotNull(List.of("nmae"))))
                .isInstanceOf(StepRefusal.class)
                .hasMessage(
                        "`not_null` names 'nmae', which " + table + " does not have; its columns are id, name, seen");
        assertThatThrownBy(() -> passes(answer("SELECT 1 FROM nowhere", "1", null, null)))
                .isInstanceOf(WarehouseException.class)
                .hasMessage("the query of the check (p.yaml:3): relation \"nowhere\" does not exist");
        assertThatThrownBy(() -> passes(answer("SELECT id FROM " + table.sql(), "1", null, null)))
                .hasMessage("the query of the check (p.yaml:3) gives more than one row; a check asks for one number");
        assertThatThrownBy(() -> passes(answer("SELECT id FROM " + table.sql() + " WHERE id > 9", "1", null, null)))
                .hasMessage("the query of the check (p.yaml:3) gives no row; a check asks for one number");
        assertThatThrownBy(() -> passes(answer("SELECT 1, 2", "1", null, null)))
                .hasMessage("the query of the check (p.yaml:3): it gives more than one column");
        assertThat(fails(answer("SELECT sum(id) FROM " + table.sql() + " WHERE id > 9", "1", null, null)))
                .isEqualTo("the query gives no number");
        warehouse.sql("DELETE FROM " + table.sql());
        assertThat(fails(new Assertion.Freshness("seen", Duration.ofHours(1))))
                .isEqualTo("column 'seen' has no value, so its newest row has no age");
        warehouse.sql("DROP TABLE " + table.sql());
        assertThatThrownBy(() -> passes(new Assertion.NotNull(List.of("id"))))
                .isInstanceOf(WarehouseException.class)
                .hasMessage("the table " + table + " does not exist in 'redshift'");
    }

    /** A pipeline file takes one query only; should more come through, their transaction is never committed. */
    @Test
    void aQueryChangesNothing() throws Exception {
        assertThatThrownBy(() ->
                        passes(answer("SELECT 1) AS x; DELETE FROM " + table.sql() + "; SELECT (1", "1", null, null)))
                .hasMessage("the query of the check (p.yaml:3): Multiple ResultSets were returned by the query.");
        assertThat(warehouse.rows("SELECT count(*) FROM " + table.sql())).containsExactly("2");
    }

    /** While the interval lasts, the newest row's age is as of now. */
    @Test
    void theAgeOfARowInAnIntervalThatStillLasts() throws Exception {
        warehouse.sql("UPDATE " + table.sql() + " SET seen = dateadd(hour, -3, getdate())");
        RunContext run = launch("run-1", Map.of());
        RunContext lasting = new RunContext(
                pipeline,
                "run-1",
                run.token(),
                run.intervalStart(),
                java.time.Instant.parse("2099-01-01T00:00:00Z"),
                run.limit(),
                false,
                Map.of(),
                WorkRules.NONE);
        check(lasting, true, new Assertion.Freshness("seen", Duration.ofHours(4)));
        RunContext other = new RunContext(
                pipeline,
                "run-2",
                run.token(),
                run.intervalStart(),
                lasting.intervalEnd(),
                run.limit(),
                false,
                Map.of(),
                WorkRules.NONE);
        Figures figures = check(other, true, new Assertion.Freshness("seen", Duration.ofHours(2)));
        Matcher note = Pattern.compile(
                        "check failed: its newest 'seen' is 3 h( 1 min)? old now, and at most 2 h are asked for")
                .matcher(figures.notes().get(0));
        assertThat(note.matches()).as(figures.notes().toString()).isTrue();
    }

    @Test
    void aTrialRunChecksWhatHoldsOfSomeRows() throws Exception {
        RunContext run = launch("run-1", Map.of());
        RunContext trial = new RunContext(
                pipeline,
                "run-1",
                run.token(),
                run.intervalStart(),
                run.intervalEnd(),
                new RunContext.OptionalLimit(2),
                false,
                Map.of(),
                WorkRules.NONE);
        Figures figures = check(
                trial, true, new Assertion.Rows(number("100"), null, null), new Assertion.NotNull(List.of("seen")));
        assertThat(figures.notes()).hasSize(2).contains("not checked in a trial run: rows, freshness, sql");
    }
}
