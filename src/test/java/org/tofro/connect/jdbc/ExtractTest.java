package org.tofro.connect.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tofro.connect.extract.Cancellation;
import org.tofro.connect.extract.ExtractProgress;
import org.tofro.connect.jdbc.Reading.Way;
import org.tofro.connect.staging.StagingArea;
import org.tofro.connect.types.ColumnChoice;
import org.tofro.data.Column;
import org.tofro.data.RunContext.OptionalLimit;
import org.tofro.data.StagedFile;
import org.tofro.data.StagedFiles;

class ExtractTest {
    private static SourceDatabase database;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() throws Exception {
        database = SourceDatabase.start();
        database.execute("""
                CREATE TABLE big AS
                SELECT i::bigint AS id, md5(i::text) AS hash, repeat('x', 60) AS pad,
                       CASE WHEN i % 7 = 0 THEN NULL WHEN i % 7 = 1 THEN '' ELSE 'a "b", c' || i END AS note
                FROM generate_series(1, 200000) i
                """);
    }

    @AfterAll
    static void stop() throws Exception {
        database.close();
    }

    private StagedFiles run(ExtractRequest request) {
        return run(request, Way.COPY, Fault.NONE);
    }

    private StagedFiles run(ExtractRequest request, Way way, Fault fault) {
        try (StagingArea area = SourceDatabase.folder(folder)) {
            return new Extract(area, way, fault).run(request, new ExtractProgress(), new Cancellation());
        }
    }

    private List<String> rows(StagedFiles files) throws IOException {
        try (StagingArea area = SourceDatabase.folder(folder)) {
            return SourceDatabase.rows(area, files);
        }
    }

    private static List<String> sorted(List<String> rows) {
        return rows.stream().sorted().toList();
    }

    @ParameterizedTest
    @EnumSource
    void readsEveryRowOfATableByRangesOnce(Way way) throws Exception {
        ReadPlan plan = Extract.plan(database.table("big"));
        assertThat(plan.ranges()).hasSizeGreaterThan(4);
        assertThat(plan.readers()).isEqualTo(2);

        StagedFiles files = run(database.table("big"), way, Fault.NONE);

        assertThat(files.rowsRead()).isEqualTo(200_000);
        assertThat(files.rows()).isEqualTo(200_000);
        assertThat(files.files()).hasSize(2).extracting(StagedFile::uri).allMatch(uri -> uri.endsWith(".csv.zst"));
        assertThat(sorted(rows(files)))
                .isEqualTo(sorted(database.strings(
                        "SELECT id || chr(9) || hash || chr(9) || pad || chr(9) || coalesce(note, '~') FROM big")));
    }

    @Test
    void saysWhichTableIsMissing() {
        assertThatThrownBy(() -> run(database.table("bigg")))
                .hasMessage("connection 'source', database 'postgres': there is no table 'bigg'; did you mean 'big'?");
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"NONE", "SNAPSHOT_NOT_IMPORTED"})
    void countsDifferWhereARowIsLost(Fault fault) {
        for (Way way : Way.values()) {
            StagedFiles files = run(database.table("big"), way, fault);
            assertThat(files.rows()).isLessThan(files.rowsRead());
        }
    }

    @Test
    void aRowThatTheEncoderLosesIsMissingInTheFiles() throws Exception {
        for (Way way : Way.values()) {
            StagedFiles files = run(database.table("big"), way, Fault.ROW_LOST_AT_ENCODE);
            assertThat(files.rows()).isEqualTo(199_999);
            assertThat(rows(files)).hasSize(199_999);
        }
    }

    @Test
    void readsPartitionsByRangesThroughTheirParent() throws Exception {
        database.execute("""
                CREATE TABLE parted (id int, pad text) PARTITION BY RANGE (id);
                CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (10000);
                CREATE TABLE parted_2 (pad text, id int);
                ALTER TABLE parted ATTACH PARTITION parted_2 FOR VALUES FROM (10000) TO (100000);
                INSERT INTO parted SELECT i, repeat('y', 300) FROM generate_series(0, 79999) i
                """);
        assertThat(Extract.plan(database.table("parted")).ranges()).hasSizeGreaterThan(1);

        StagedFiles files = run(database.table("parted"));

        assertThat(files.rowsRead()).isEqualTo(80_000);
        assertThat(rows(files).stream().map(row -> row.split("\t")[0]).distinct())
                .hasSize(80_000);
    }

    @Test
    void saysWhyASourceIsReadByOneReader() throws Exception {
        database.execute("CREATE TABLE small (id int); CREATE VIEW seen AS SELECT * FROM big");
        assertThat(Extract.plan(database.table("small")).reason())
                .isEqualTo("one reader: the table has 0 KiB, ranges begin at 16 MiB");
        assertThat(Extract.plan(database.table("seen")).reason())
                .isEqualTo(
                        "one reader: a view has no pages, and it has no primary key; `split_by` may name columns that"
                                + " have an index");
        StagedFiles none = run(database.table("small"));
        assertThat(none.files()).isEmpty();
        assertThat(none.rowsRead()).isZero();
        assertThat(none.schema().names()).containsExactly("id");
    }

    @Test
    void takesAsManyRowsAsATrialRunAsksFor() {
        ExtractRequest whole = database.table("big");
        ExtractRequest trial = new ExtractRequest(
                whole.connection(),
                "postgres",
                whole.source(),
                List.of(),
                List.of(),
                2,
                new OptionalLimit(17),
                whole.path());
        assertThat(run(trial).rows()).isEqualTo(17);
        assertThat(Extract.plan(trial).reason()).isEqualTo("one reader: a trial run takes 17 rows");
    }

    @Test
    void picksRenamesAndTypesColumns() throws Exception {
        database.execute("""
                CREATE TABLE "Odd Names" (gone int, "Mixed Case" int, "quo""te" text, twice int GENERATED ALWAYS AS ("Mixed Case" * 2) STORED);
                ALTER TABLE "Odd Names" DROP COLUMN gone;
                INSERT INTO "Odd Names" ("Mixed Case", "quo""te") VALUES (1, 'x')
                """);
        assertThat(rows(run(database.table("\"Odd Names\"")))).containsExactly("1\tx\t2");

        StagedFiles chosen = run(database.table(
                "\"Odd Names\"",
                new ColumnChoice("twice", "double", "bigint"),
                new ColumnChoice("quo\"te", null, "varchar(10)")));
        assertThat(rows(chosen)).containsExactly("2\tx");
        assertThat(chosen.schema().columns())
                .containsExactly(
                        new Column("double", "bigint", "integer"), new Column("quo\"te", "varchar(10)", "text"));

        assertThatThrownBy(() -> run(database.table("\"Odd Names\"", new ColumnChoice("twise", null, null))))
                .hasMessage(
                        "connection 'source', database 'postgres': there is no column 'twise'; did you mean 'twice'?");
        assertThatThrownBy(
                        () -> run(database.table("\"Odd Names\"", new ColumnChoice("twice", null, "varchar(70000)"))))
                .hasMessage("connection 'source', database 'postgres': column 'twice': 'varchar(70000)' is not a type"
                        + " that Redshift loads");
    }

    @Test
    void readsAQueryAndSaysWhereItIsWrong() throws Exception {
        assertThat(rows(run(database.sql("SELECT 1 AS a, '?' AS b -- ok\n;")))).containsExactly("1\t?");
        assertThatThrownBy(() -> run(database.sql("SELECT id,\n  hush FROM big")))
                .hasMessage("p.yaml:4: connection 'source', database 'postgres': the server says: column \"hush\" does"
                        + " not exist (SQLSTATE 42703), line 2, column 3 of the query");
        assertThatThrownBy(() -> run(database.sql("SELECT hash::int FROM big")))
                .hasMessage("connection 'source', database 'postgres': the server says: invalid input syntax for type"
                        + " integer: \"...\" (SQLSTATE 22P02)");
        assertThatThrownBy(() -> run(database.sql("SELECT 1; SELECT 2")))
                .hasMessage("p.yaml:4: an extract takes one query, not several");
        assertThatThrownBy(() -> run(database.sql("SELECT 1 AS a, 2 AS a")))
                .hasMessage(
                        "connection 'source', database 'postgres': column 'a' comes twice; name one of them with AS");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT id, hash FROM big;",
                "select b.id, upper(b.hash) AS hash -- loud\nfrom public.big AS b where b.id > 10 or note is null -- ;\n;",
                "SELECT * FROM big WHERE (id % 2) = 0"
            })
    void splitsAQueryWhereThatIsTheSame(String sql) throws Exception {
        ReadPlan plan = Extract.plan(database.sql(sql));
        assertThat(plan.ranges()).as(plan.reason()).hasSizeGreaterThan(4);

        StagedFiles files = run(database.sql(sql));

        ExtractRequest one = database.sql("WITH one AS (\n" + sql.replaceAll(";\\s*$", "") + "\n) SELECT * FROM one");
        assertThat(sorted(rows(files))).isEqualTo(sorted(rows(run(one)))).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    SELECT id FROM big LIMIT 5                        | it has LIMIT
                    SELECT DISTINCT note FROM big                     | it has DISTINCT
                    SELECT id, row_number() OVER () FROM big          | it has a window
                    SELECT a.id FROM big a JOIN big b USING (id)      | it has a join
                    SELECT a.id FROM big a, big b                     | it reads from more than one table
                    SELECT (SELECT 1) FROM big                        | it has a query inside
                    SELECT count(*) FROM big                          | the server plans it as Aggregate
                    SELECT id, random() AS r FROM big                 | the function random may give another result in another session
                    SELECT id, now() AS r FROM big                    | the function now may give another result in another session
                    SELECT id FROM big WHERE 'now' > note             | one of its strings may mean the current time
                    SELECT id FROM big WHERE false                    | the server plans it as Result
                    SELECT extract(year FROM current_date)::int FROM big | its FROM clause was not understood
                    SELECT unnest(array[1, 2]) FROM big                 | the server plans it as ProjectSet
                    SELECT id FROM big ORDER BY id                    | it has ORDER BY
                    VALUES (1)                                        | it does not begin with SELECT
                    """)
    void readsAQueryByOneReaderWhereSplittingMightDiffer(String sql, String why) {
        ReadPlan plan = Extract.plan(database.sql(sql));
        assertThat(plan.reason()).isEqualTo("one reader: the query is not split, because " + why);
        assertThat(plan.ranges()).hasSize(1);
        assertThat(plan.readers()).isEqualTo(1);
    }
}
