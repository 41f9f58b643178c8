package org.tofro.connect.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tofro.connect.extract.Cancellation;
import org.tofro.connect.extract.ExtractProgress;
import org.tofro.connect.staging.StagingArea;
import org.tofro.connect.types.ColumnChoice;
import org.tofro.data.StagedFiles;

/** What has no pages is read by ranges of a key: every row once, NULLs too, whatever the key's type and order. */
class KeyRangesTest {
    private static SourceDatabase database;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() throws Exception {
        database = SourceDatabase.start();
        database.execute("""
                CREATE TABLE base AS
                SELECT i AS id,
                       CASE WHEN i % 1000 = 0 THEN NULL ELSE i * 7 END AS number,
                       (i * 1000003::bigint) << 22 AS snowflake,
                       CASE WHEN i < 2 THEN 'NaN' ELSE i / 7.0 END::numeric AS decimal,
                       CASE WHEN i % 5000 = 1 THEN 'infinity' WHEN i % 5000 = 2 THEN '-infinity'
                            ELSE date '2000-01-01' + i % 9000 END::date AS day,
                       timestamptz '2000-01-01 00:00+00' + i * interval '1.000001 s' AS moment,
                       md5(i::text)::uuid AS uuid,
                       ((ARRAY['Zoë', 'zebra', 'Äpfel', 'apple', 'o''hara', 'back\\slash', '東京', ' x'])[i % 8 + 1] || i % 40000)
                           COLLATE "und-x-icu" AS name,
                       rpad('k' || i % 30000, 8) ::char(10) AS code,
                       i % 3 AS part,
                       CASE WHEN i > 1000 THEN 5 ELSE i END AS crowded,
                       random() AS float,
                       repeat('x', 250) AS pad
                FROM generate_series(1, 80000) i;
                CREATE INDEX ON base (id); CREATE INDEX ON base (number); CREATE INDEX ON base (snowflake);
                CREATE INDEX ON base (decimal); CREATE INDEX ON base (day); CREATE INDEX ON base (moment);
                CREATE INDEX ON base (uuid); CREATE INDEX ON base (name); CREATE INDEX ON base (code);
                CREATE INDEX ON base (part, number); CREATE INDEX ON base (crowded, id); CREATE INDEX ON base (float);
                ANALYZE base;
                CREATE VIEW seen AS SELECT * FROM base;
                CREATE VIEW chancy AS SELECT *, random() AS dice FROM base;
                CREATE VIEW few AS SELECT * FROM base LIMIT 70000;
                CREATE VIEW latest AS SELECT * FROM base WHERE moment < now();
                CREATE TABLE guarded (LIKE base);
                INSERT INTO guarded SELECT * FROM base;
                ALTER TABLE guarded ADD PRIMARY KEY (part, id);
                ALTER TABLE guarded ENABLE ROW LEVEL SECURITY;
                ANALYZE guarded
                """);
    }

    @AfterAll
    static void stop() throws Exception {
        database.close();
    }

    /** The key's columns are not among those that are taken. */
    private static final ColumnChoice[] TAKEN = {new ColumnChoice("id", null, null), new ColumnChoice("pad", null, null)
    };

    private static ExtractRequest table(String name) {
        return database.table(name, TAKEN);
    }

    private static ExtractRequest sql(String sql) {
        return database.sql(sql, TAKEN);
    }

    private static ExtractRequest by(ExtractRequest request, int splits, String... columns) {
        return new ExtractRequest(
                request.connection(),
                request.database(),
                request.source(),
                request.columns(),
                List.of(columns),
                splits,
                request.limit(),
                request.path());
    }

    private List<String> rows(ExtractRequest request) throws Exception {
        try (StagingArea area = SourceDatabase.folder(folder)) {
            StagedFiles files = new Extract(area).run(request, new ExtractProgress(), new Cancellation());
            return SourceDatabase.rows(area, files).stream()
                    .map(row -> row.substring(0, row.indexOf('\t')))
                    .sorted()
                    .toList();
        }
    }

    private static List<String> expected(String from) throws Exception {
        return database.strings("SELECT id::text FROM " + from + " ORDER BY id::text COLLATE \"C\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"id", "number", "snowflake", "decimal", "day", "moment", "uuid", "name", "code"})
    void aViewIsReadByRangesOfANamedColumn(String column) throws Exception {
        ExtractRequest request = by(table("seen"), 3, column);

        ReadPlan plan = Extract.plan(request);

        assertThat(plan.reason()).endsWith(" and one of rows without it: a view has no pages");
        assertThat(plan.ranges()).as(plan.reason()).hasSizeGreaterThan(3);
        assertThat(plan.ranges().get(0))
                .hasToString("keys 1 of %d by '%s'".formatted(plan.ranges().size() - 1, column));
        assertThat(plan.ranges().get(plan.ranges().size() - 1)).hasToString("rows without '%s'".formatted(column));
        assertThat(plan.readers()).isEqualTo(3);
        assertThat(rows(request)).isEqualTo(expected("base"));
    }

    @Test
    void severalColumnsTogetherAreOneKey() throws Exception {
        for (List<String> key : List.of(List.of("part", "number"), List.of("crowded", "id"))) {
            ExtractRequest request = by(table("seen"), 2, key.toArray(String[]::new));
            assertThat(Extract.plan(request).ranges()).hasSizeGreaterThan(3);
            assertThat(rows(request)).isEqualTo(expected("base"));
        }
    }

    /** With time enough, which a busy machine may not have within a twentieth of what reading takes. */
    @Test
    void aCrowdedKeyIsCutAgain() throws Exception {
        ExtractRequest request = by(table("seen"), 2, "crowded", "id");
        try (PostgresSession session = PostgresSession.open(request, Connecting.LOGIN)) {
            List<ReadRange> ranges =
                    new ReadPlanner(request, session, 60_000).plan().plan().ranges();
            for (ReadRange range : ranges) {
                String count = database.strings("SELECT count(*) FROM base WHERE " + range.condition(""))
                        .get(0);
                assertThat(Integer.parseInt(count)).isLessThan(40_000);
            }
        }
    }

    @Test
    void aTableWhoseRowsAreChosenIsReadByItsPrimaryKey() throws Exception {
        ReadPlan plan = Extract.plan(table("guarded"));
        assertThat(plan.reason())
                .matches(
                        "\\d+ ranges of \\(part, id\\) under one snapshot, and one of rows without it: its rows are chosen by"
                                + " row level security");
        assertThat(rows(table("guarded"))).isEqualTo(expected("base"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT a.* FROM base a JOIN base b ON b.id = a.id",
                "SELECT a.*, to_char(a.moment, 'YYYY') AS year FROM seen a LEFT JOIN base b ON b.id = a.id + 1 WHERE a.part < 2;",
                "SELECT * FROM seen WHERE EXISTS (SELECT FROM base b WHERE b.id = seen.id)"
            })
    void aQueryOfSeveralTablesIsReadByRangesOfANamedColumn(String sql) throws Exception {
        ExtractRequest request = by(sql(sql), 2, "id");
        assertThat(Extract.plan(request).ranges())
                .as(Extract.plan(request).reason())
                .hasSizeGreaterThan(3);
        assertThat(rows(request)).isEqualTo(rows(sql(sql))).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            table | chancy | id | the function random may give another result in another session
            table | few    | id | the server plans it with a step that may differ from session to session: Limit
            table | latest | id | the function now may give another result in another session
            table | seen   | float | there are no ranges of 'float', a double precision; there are of integers, decimals, dates, timestamps, uuids and strings
            table | seen   | pad | no index of the server has its rows in the order of 'pad'
            table | seen   |    | it has no primary key; `split_by` may name columns that have an index
            sql   | SELECT * FROM base, (SELECT 1 AS one) o LIMIT 79000 | id | the server plans it with a step that may differ from session to session: Limit
            sql   | SELECT id, pad, count(*) AS n FROM base GROUP BY id, pad | id | the server plans it with a step that may differ from session to session: GroupAggregate
            sql   | SELECT base.*, row_number() OVER () AS n FROM base, (SELECT 1 AS one) o | id | the server plans it with a step that may differ from session to session: WindowAgg
            sql   | WITH part AS (SELECT * FROM base) SELECT * FROM part | id | no index of the server has its rows in the order of 'id'
            sql   | SELECT base.* FROM base, (SELECT 1 AS one) o WHERE moment < 'now' | id | one of its strings may mean the current time
            sql   | SELECT base.* FROM base, (SELECT 1 AS one) o WHERE day < CURRENT_DATE | id | it depends on current_date
            """)
    void oneReaderWhereRangesMightDifferOrCostMore(String kind, String source, String column, String why) {
        ExtractRequest all = kind.equals("table") ? table(source) : sql(source);
        ReadPlan plan = Extract.plan(column == null ? all : by(all, 2, column));
        assertThat(plan.reason()).startsWith("one reader: ").endsWith(", and " + why);
        assertThat(plan.readers()).isEqualTo(1);
    }

    @Test
    void saysWhichColumnIsMissing() {
        assertThatThrownBy(() -> Extract.plan(by(table("seen"), 2, "nunber")))
                .hasMessage(
                        "connection 'source', database 'postgres': `split_by` names 'nunber', which is none of what is"
                                + " read; did you mean 'number'?");
        assertThatThrownBy(() -> Extract.plan(by(table("seen"), 2, "id", "id")))
                .hasMessage("connection 'source', database 'postgres': `split_by` names 'id' twice");
    }

    @Test
    void pagesAreBetterThanAKey() {
        assertThat(Extract.plan(by(table("base"), 2, "id")).ranges()).first().isInstanceOf(ReadRange.Pages.class);
    }
}
