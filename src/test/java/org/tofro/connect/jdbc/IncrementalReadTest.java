package org.tofro.connect.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tofro.connect.extract.Cancellation;
import org.tofro.connect.extract.ExtractProgress;
import org.tofro.connect.jdbc.Cursor.Nulls;
import org.tofro.connect.staging.StagingArea;
import org.tofro.data.CursorRange;
import org.tofro.data.StagedFiles;

/** What is new since the last run is read once: none of it is lost, and none twice where it may not be. */
class IncrementalReadTest {
    private static final Instant SECOND = Instant.parse("2026-11-02T00:00:00Z");
    private static final Instant THIRD = Instant.parse("2026-11-03T00:00:00Z");
    private static final Instant FOURTH = Instant.parse("2026-11-04T00:00:00Z");

    private static SourceDatabase database;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() throws Exception {
        database = SourceDatabase.start();
        database.execute("""
                CREATE TABLE events (id int, at timestamp, at_zone timestamptz, day date, number numeric(20,4), note text);
                INSERT INTO events (id, at) VALUES
                  (1, '2026-10-31 12:00:00'), (2, '2026-11-01 23:59:59.999999'), (3, '2026-11-02 00:00:00'),
                  (4, '2026-11-02 00:00:00'), (5, '2026-11-02 10:00:00'), (6, '2026-11-03 00:00:00'), (7, '2226-11-02');
                UPDATE events SET at_zone = at AT TIME ZONE 'UTC', day = at::date, number = id * 1.5, note = 'n' || id;
                CREATE TABLE some_null (id int, at timestamp);
                INSERT INTO some_null VALUES (1, '2026-11-01'), (2, NULL), (3, NULL);
                CREATE TABLE indexed AS
                SELECT i AS id, timestamp '2026-01-01' + i * interval '1 minute' AS at, repeat('x', 100) AS pad
                FROM generate_series(1, 400000) i;
                CREATE INDEX ON indexed (at);
                ANALYZE indexed
                """);
    }

    @AfterAll
    static void stop() throws Exception {
        database.close();
    }

    private static Cursor cursor(String column, @Nullable CursorRange last, Instant start, Instant end) {
        return new Cursor(column, null, null, Nulls.FAIL, true, last, start, end, false);
    }

    private static ExtractRequest since(ExtractRequest request, Cursor cursor) {
        return request.reading(new ReadSource.New(request.source(), cursor), List.of());
    }

    private record Read(List<String> ids, @Nullable CursorRange range) {}

    private Read read(ExtractRequest request) throws Exception {
        try (StagingArea area = SourceDatabase.folder(folder)) {
            StagedFiles files = new Extract(area).run(request, new ExtractProgress(), new Cancellation());
            List<String> ids = SourceDatabase.rows(area, files).stream()
                    .map(row -> row.split("\t")[0])
                    .sorted()
                    .toList();
            return new Read(ids, files.range());
        }
    }

    private Read read(String table, Cursor cursor) throws Exception {
        return read(since(database.table(table), cursor));
    }

    @ParameterizedTest
    @CsvSource({
        "at, 2026-11-02 00:00:00, 2026-11-03 00:00:00",
        "at_zone, 2026-11-02 00:00:00+00, 2026-11-03 00:00:00+00",
        "day, 2026-11-02, 2026-11-03"
    })
    void aRunEndsWhereTheNextBegins(String column, String first, String second) throws Exception {
        Read one = read("events", cursor(column, null, SECOND.minusSeconds(86400), SECOND));
        assertThat(one.ids()).containsExactly("1", "2");
        assertThat(one.range()).isEqualTo(new CursorRange(null, first, false, true));

        Read two = read("events", cursor(column, one.range(), SECOND, THIRD));
        assertThat(two.ids()).containsExactly("3", "4", "5");
        assertThat(two.range()).isEqualTo(new CursorRange(first, second, false, true));
    }

    @Test
    void aRunThatWasMissedIsMadeUpForByTheNext() throws Exception {
        CursorRange last = new CursorRange(null, "2026-11-01 00:00:00", false, true);

        assertThat(read("events", cursor("at", last, THIRD, FOURTH)).ids()).containsExactly("2", "3", "4", "5", "6");
    }

    @Test
    void anIntervalThatIsNotOverEndsNow() throws Exception {
        Instant future = Instant.parse("2300-01-01T00:00:00Z");

        Read read = read("events", cursor("at", null, SECOND, future));

        assertThat(read.ids()).containsExactly("1", "2", "3", "4", "5", "6");
        assertThat(read.range().to()).isGreaterThan("2026-11-03").isLessThan("2226");
        assertThat(read("events", cursor("day", null, SECOND, future)).range().to())
                .isEqualTo(database.strings("SELECT (now() AT TIME ZONE 'UTC')::date::text")
                        .get(0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"2026-11-02", "2026-11-02 00:00:00", "2 November 2026"})
    void theFirstRunBeginsWhereItIsTold(String initial) throws Exception {
        Cursor cursor = new Cursor("at", initial, null, Nulls.FAIL, true, null, SECOND, FOURTH, false);

        Read read = read("events", cursor);

        assertThat(read.ids()).containsExactly("3", "4", "5", "6");
        assertThat(read.range()).isEqualTo(new CursorRange("2026-11-02 00:00:00", "2026-11-04 00:00:00", false, true));
    }

    @Test
    void eachRunBeginsTheLagEarlier() throws Exception {
        CursorRange last = new CursorRange(null, "2026-11-03 00:00:00", false, true);
        Cursor cursor = new Cursor("at", null, "14 hours", Nulls.FAIL, true, last, THIRD, FOURTH, false);

        Read read = read("events", cursor);

        assertThat(read.ids()).containsExactly("5", "6");
        assertThat(read.range()).isEqualTo(new CursorRange("2026-11-02 10:00:00", "2026-11-04 00:00:00", false, true));
    }

    @Test
    void aPastIntervalIsReadAgainAndMovesNothing() throws Exception {
        CursorRange last = new CursorRange(null, "2026-11-04 00:00:00", false, true);

        Read read = read("events", cursor("at", last, SECOND, THIRD));

        assertThat(read.ids()).containsExactly("3", "4", "5");
        assertThat(read.range()).isEqualTo(new CursorRange("2026-11-02 00:00:00", "2026-11-03 00:00:00", false, false));
        Cursor once = new Cursor("at", null, null, Nulls.FAIL, false, last, SECOND, THIRD, false);
        assertThatThrownBy(() -> read("events", once))
                .hasMessage(
                        "connection 'source', database 'postgres': the rows of a past interval may have been published"
                                + " before, and `append` would store them twice; give it a `primary_key` and `on_existing: skip`, or"
                                + " publish by upsert or replace-interval");
    }

    @Test
    void aBackfillReadsItsIntervalOnly() throws Exception {
        Cursor cursor = new Cursor("at", null, "1 day", Nulls.FAIL, true, null, SECOND, THIRD, true);

        Read read = read("events", cursor);

        assertThat(read.ids()).containsExactly("3", "4", "5");
        assertThat(read.range().moves()).isFalse();
        Cursor number = new Cursor("number", null, null, Nulls.FAIL, true, null, SECOND, THIRD, true);
        assertThatThrownBy(() -> read("events", number))
                .hasMessage(
                        "connection 'source', database 'postgres': column 'number' is a number, which does not say to"
                                + " which interval a row belongs; a backfill needs a cursor of time");
    }

    @Test
    void numbersOfTheSameValueThatComeLaterAreReadWhereRowsMayComeAgain() throws Exception {
        database.execute("CREATE TABLE closed (id int, version int); INSERT INTO closed VALUES (1, 1), (2, 2)");

        Read one = read("closed", cursor("version", null, SECOND, THIRD));
        assertThat(one.ids()).containsExactly("1", "2");
        assertThat(one.range()).isEqualTo(new CursorRange(null, "2", true, true));

        database.execute("INSERT INTO closed VALUES (3, 2), (4, 3)");
        assertThat(read("closed", cursor("version", one.range(), SECOND, THIRD)).ids())
                .containsExactly("2", "3", "4");
        database.execute("DELETE FROM closed");
        assertThat(read("closed", cursor("version", one.range(), SECOND, THIRD)).range())
                .isEqualTo(new CursorRange("2", "2", true, true));
    }

    @Test
    void numbersWaitForAGreaterOneWhereRowsMayNotComeAgain() throws Exception {
        database.execute("CREATE TABLE open (id int, version int); INSERT INTO open VALUES (1, 1), (2, 2)");
        Cursor cursor = new Cursor("version", null, null, Nulls.FAIL, false, null, SECOND, THIRD, false);

        Read one = read("open", cursor);
        assertThat(one.ids()).containsExactly("1");
        assertThat(one.range()).isEqualTo(new CursorRange(null, "2", false, true));

        database.execute("INSERT INTO open VALUES (3, 2), (4, 3)");
        assertThat(read("open", cursor.after(one.range())).ids()).containsExactly("2", "3");
    }

    @Test
    void nothingIsReadOfAnEmptyTableAndNothingIsClaimed() throws Exception {
        database.execute("CREATE TABLE nothing (id int, version int)");

        assertThat(read("nothing", cursor("version", null, SECOND, THIRD))).isEqualTo(new Read(List.of(), null));
    }

    @Test
    void aTrialRunHasComeNowhere() throws Exception {
        ExtractRequest request = since(database.table("events"), cursor("at", null, SECOND, FOURTH));
        ExtractRequest trial = new ExtractRequest(
                request.server(),
                request.database(),
                request.source(),
                request.columns(),
                request.splitBy(),
                request.splits(),
                new org.tofro.data.RunContext.OptionalLimit(2),
                request.path());

        Read read = read(trial);

        assertThat(read.ids()).hasSize(2);
        assertThat(read.range()).isNull();
    }

    @Test
    void rowsWithoutAValueFailAreLeftOrAreReadEachTime() throws Exception {
        CursorRange last = new CursorRange(null, "2026-11-02 00:00:00", false, true);

        assertThatThrownBy(() -> read("some_null", cursor("at", last, SECOND, THIRD)))
                .hasMessage(
                        "connection 'source', database 'postgres': column 'at' is NULL in 2 rows, which no incremental"
                                + " run would ever read; `null_cursor: skip` leaves them out, `null_cursor: read` reads them in"
                                + " every run");
        Cursor skip = new Cursor("at", null, null, Nulls.SKIP, true, null, SECOND, THIRD, false);
        assertThat(read("some_null", skip).ids()).containsExactly("1");
        Cursor all = new Cursor("at", null, null, Nulls.READ, true, null, SECOND, THIRD, false);
        assertThat(read("some_null", all.after(last)).ids()).containsExactly("2", "3");
    }

    @Test
    void aQueryIsReadLikeATable() throws Exception {
        ExtractRequest request = database.sql("SELECT id, at FROM events WHERE id <> 4; -- all but one\n");

        assertThat(read(since(request, cursor("at", null, SECOND, THIRD))).ids())
                .containsExactly("1", "2", "3", "5");
    }

    @Test
    void whatIsNoCursorIsSaid() {
        assertThatThrownBy(() -> read("events", cursor("att", null, SECOND, THIRD)))
                .hasMessage("connection 'source', database 'postgres': there is no column 'att' for the cursor; did you"
                        + " mean 'at'?");
        assertThatThrownBy(() -> read("events", cursor("note", null, SECOND, THIRD)))
                .hasMessage(
                        "connection 'source', database 'postgres': column 'note' is text; a cursor is a timestamp, a"
                                + " date, or a whole or decimal number");
    }

    @Test
    void aCursorMayHaveAnyName() throws Exception {
        database.execute(
                "CREATE TABLE odd (id int, \"it's; --\"\"at\" timestamp); INSERT INTO odd VALUES (1, '2026-11-01')");

        assertThat(read("odd", cursor("it's; --\"at", null, SECOND, THIRD)).ids())
                .containsExactly("1");
    }

    @Test
    void fewNewRowsAreFoundByAnIndexInsteadOfReadingAllPages() throws Exception {
        CursorRange last = new CursorRange(null, "2026-05-01 00:00:00", false, true);
        ExtractRequest few =
                since(database.table("indexed"), cursor("at", last, SECOND, Instant.parse("2026-05-02T00:00:00Z")));
        ExtractRequest all =
                since(database.table("indexed"), cursor("at", null, SECOND, Instant.parse("2300-05-02T00:00:00Z")));

        assertThat(Extract.plan(few).reason())
                .startsWith(
                        "reads new values of 'at' from 2026-05-01 00:00:00 up to but without 2026-05-02 00:00:00; one"
                                + " reader: the query is not split, because the server finds its rows by an index for less");
        assertThat(Extract.plan(all).ranges()).hasSizeGreaterThan(3);
        assertThat(read(few).ids()).hasSize(1440);
    }

    /** Runs between which rows come with values that were read already, up to the last one. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6})
    void everyRowIsReadOnceInTheEnd(int seed) throws Exception {
        Random random = new Random(seed);
        boolean repeatable = seed % 2 == 0;
        String table = "growing_" + seed;
        database.execute("CREATE TABLE " + table + " (id int, version int)");
        List<String> seen = new ArrayList<>();
        Cursor cursor = new Cursor("version", null, null, Nulls.FAIL, repeatable, null, SECOND, THIRD, false);
        int id = 0;
        int version = 0;
        for (int run = 0; run < 12; run++) {
            for (int more = random.nextInt(4); more > 0; more--) {
                version += random.nextInt(2);
                database.execute("INSERT INTO " + table + " VALUES (" + ++id + ", " + version + ")");
            }
            Read read = read(table, cursor);
            seen.addAll(read.ids());
            cursor = read.range() == null ? cursor : cursor.after(read.range());
        }
        database.execute("INSERT INTO " + table + " VALUES (0, " + (version + 1) + ")");
        seen.addAll(read(table, cursor).ids());

        List<String> all = database.strings("SELECT id::text FROM " + table + " WHERE id > 0");
        seen.remove("0");
        if (repeatable) {
            assertThat(seen.stream().distinct().collect(Collectors.toList())).containsExactlyInAnyOrderElementsOf(all);
        } else {
            assertThat(seen).containsExactlyInAnyOrderElementsOf(all);
        }
    }
}
