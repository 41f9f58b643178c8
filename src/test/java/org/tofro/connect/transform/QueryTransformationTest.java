package org.tofro.connect.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.tofro.connect.transform.Attempt.column;
import static org.tofro.connect.transform.Attempt.row;
import static org.tofro.connect.transform.Attempt.table;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tofro.connect.types.ColumnChoice;
import org.tofro.data.SqlScript;
import org.tofro.data.StagedFiles;

/** Queries over staged files. */
class QueryTransformationTest {
    private static final List<ColumnChoice> ALL_TYPES = List.of(
            column("small", "smallint"),
            column("id", "bigint"),
            column("price", "decimal(38,10)"),
            column("r", "real"),
            column("d", "double precision"),
            column("flag", "boolean"),
            column("day", "date"),
            column("at", "timestamp"),
            column("atz", "timestamptz"),
            column("time", "time"),
            column("zone", "timetz"),
            column("text", "varchar(100)"),
            column("code", "char(2)"),
            column("bytes", "varbyte(10)"));

    private static final List<List<@Nullable String>> ALL_ROWS = table(
            row(
                    "-32768",
                    "9223372036854775807",
                    "9999999999999999999999999999.0000000001",
                    "0.1",
                    "5e-324",
                    "t",
                    "0001-01-01",
                    "9999-12-31 23:59:59.999999",
                    "2020-02-29 07:04:56.000001+00",
                    "23:59:59.999999",
                    "12:34:56+00",
                    "a \"quote\", tab\t, two\r\nlines, \\N and NULL",
                    "ab",
                    "00ff5c22"),
            row(null, null, null, null, null, null, null, null, null, null, null, null, null, null),
            row(
                    "0",
                    "-1",
                    "-0.0000000001",
                    "-1.5",
                    "-0.1",
                    "f",
                    "2020-02-29",
                    "2020-02-29 00:00:00",
                    "1970-01-01 00:00:00+00",
                    "00:00:00",
                    "00:00:00+00",
                    "",
                    "\u00e9",
                    "00"));

    @TempDir
    Path folder;

    private static QueryTransformation query(String sql, ColumnChoice... columns) {
        return new QueryTransformation(new SqlScript(sql, "p.yaml:3"), "s", List.of(columns));
    }

    private static String message(Throwable e) {
        return String.valueOf(e.getMessage());
    }

    private Attempt words(String... words) {
        return new Attempt(folder)
                .input(
                        "words",
                        List.of(column("n", "integer"), column("word", "varchar(20)")),
                        java.util.stream.IntStream.range(0, words.length)
                                .mapToObj(i -> row(String.valueOf(i + 1), words[i]))
                                .toList());
    }

    @Test
    void everyTypeComesBackExactly() throws Exception {
        try (Attempt attempt = new Attempt(folder).input("a", ALL_TYPES, ALL_ROWS)) {
            StagedFiles staged =
                    attempt.make(query("SELECT * FROM a")).outputs().get(0);

            assertThat(attempt.rows(staged)).isEqualTo(ALL_ROWS);
            assertThat(staged.schema().columns())
                    .extracting(each -> each.type())
                    .containsExactly(
                            "smallint",
                            "bigint",
                            "decimal(38,10)",
                            "real",
                            "double precision",
                            "boolean",
                            "date",
                            "timestamp",
                            "timestamptz",
                            "time",
                            "timetz",
                            "varchar(65535)",
                            "varchar(65535)",
                            "varbyte(1024000)");
        }
    }

    @Test
    void declaredColumnsNarrowTheTypesAndEveryValueIsLookedAt() throws Exception {
        try (Attempt attempt = words("one", "")) {
            StagedFiles staged = attempt.make(query(
                            "SELECT word, sum(n) AS total FROM input1 GROUP BY word ORDER BY word",
                            column("word", "varchar(3)"),
                            column("total", "bigint")))
                    .outputs()
                    .get(0);

            assertThat(attempt.rows(staged)).isEqualTo(table(row("", "2"), row("one", "1")));
            assertThatThrownBy(() -> attempt.make(query("SELECT word FROM words", column("word", "varchar(2)"))))
                    .hasMessage(
                            "the query (p.yaml:3): column 'word' (text -> varchar(2)): 1 value longer than its type in bytes;"
                                    + " the longest has 3 bytes, `columns: type` with varchar(3) would carry them; the first of 'word'"
                                    + " stands in the query (p.yaml:3), line 1");
            assertThatThrownBy(() -> attempt.make(query("SELECT word, n FROM words", column("word", "varchar(2)"))))
                    .hasMessage(
                            "the query (p.yaml:3) has the columns word, n, and `columns` names word; they must be the same,"
                                    + " in the same order");
        }
    }

    @Test
    void theCombinationsOfAStepAreOneTableWithTheirValues() throws Exception {
        List<ColumnChoice> loss = List.of(column("loss", "double precision"));
        try (Attempt attempt = new Attempt(folder)
                .input(new TransformInput("train[rate=0.1]", 1, null, Map.of("rate", "0.1")), loss, table(row("0.5")))
                .input(
                        new TransformInput("train[rate=0.01]", 2, null, Map.of("rate", "0.01")),
                        loss,
                        table(row("0.25")))
                .input("other", loss, table())) {
            StagedFiles staged = attempt.make(query("SELECT rate, loss FROM train ORDER BY loss LIMIT 1 -- the best"))
                    .outputs()
                    .get(0);

            assertThat(attempt.rows(staged)).isEqualTo(table(row("0.01", "0.25")));
        }
    }

    @Test
    void anInputWithoutRowsIsATableWithoutRows() throws Exception {
        try (Attempt attempt = new Attempt(folder).input("a", ALL_TYPES, table())) {
            StagedFiles staged = attempt.make(query("SELECT count(*) AS n, max(bytes) AS b FROM a"))
                    .outputs()
                    .get(0);

            assertThat(attempt.rows(staged)).isEqualTo(table(row("0", null)));
            StagedFiles none = attempt.make(query("SELECT * FROM a")).outputs().get(0);
            assertThat(none.files()).isEmpty();
            assertThat(none.schema().names()).hasSize(14);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            SELECT nothing FROM words | the query (p.yaml:3) failed: Binder Error: Referenced column "nothing" not found in FROM clause!
            SELECT * FROM wrods | the query (p.yaml:3) failed: Catalog Error: Table with name wrods does not exist!
            SELECT FROM words WHERE | the query (p.yaml:3) failed: Parser Error
            SELECT CAST(word AS INTEGER) AS n FROM words | the query (p.yaml:3) failed: Conversion Error: Could not convert string '...' to INT32
            SELECT * FROM read_csv('/etc/passwd') | the query (p.yaml:3) failed: Permission Error
            SELECT [n, n] AS pair FROM words | the query (p.yaml:3) has the column 'pair' of the type INTEGER[], which has no place in Redshift; cast it, for example to varchar or json
            SELECT ''::BLOB AS b FROM words | the query (p.yaml:3) failed: Invalid Input Error: an empty BLOB cannot be loaded; cast it, or take NULL
            """)
    void whatIsWrongIsSaidWithoutValues(String sql, String message) throws Exception {
        try (Attempt attempt = words("secret")) {
            assertThatThrownBy(() -> attempt.make(query(sql)))
                    .hasMessageStartingWith(message)
                    .satisfies(e -> assertThat(e.getMessage()).doesNotContain("secret"));
            assertThat(attempt.left()).isEmpty();
        }
    }

    @Test
    void aTimeoutEndsAQuery() {
        try (Attempt attempt = words("a").within(Duration.ofMillis(500))) {
            assertThatThrownBy(
                            () -> attempt.make(
                                    query(
                                            "SELECT count(*) AS n FROM range(100000000) a, range(100000000) b WHERE a.range + b.range = 7")))
                    .hasMessage("the query (p.yaml:3) was cancelled");
        }
    }
}
