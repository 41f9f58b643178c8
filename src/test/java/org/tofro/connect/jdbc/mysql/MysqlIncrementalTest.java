package org.tofro.connect.jdbc.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tofro.connect.extract.Cancellation;
import org.tofro.connect.extract.ExtractProgress;
import org.tofro.connect.jdbc.Cursor;
import org.tofro.connect.jdbc.Cursor.Nulls;
import org.tofro.connect.jdbc.Extract;
import org.tofro.connect.jdbc.ExtractRequest;
import org.tofro.connect.jdbc.Fault;
import org.tofro.connect.jdbc.ReadSource;
import org.tofro.connect.jdbc.SourceDatabase;
import org.tofro.connect.staging.StagingArea;
import org.tofro.connect.types.ColumnChoice;
import org.tofro.data.CursorRange;
import org.tofro.data.RunContext.OptionalLimit;
import org.tofro.data.StagedFiles;
import org.tofro.local.LocalMysql;

/** What is new in MySQL since the last run is read once: none of it is lost, and none twice where it may not be. */
@Timeout(120)
class MysqlIncrementalTest {
    private static final Instant SECOND = Instant.parse("2026-11-02T00:00:00Z");
    private static final Instant THIRD = Instant.parse("2026-11-03T00:00:00Z");
    private static final Instant FOURTH = Instant.parse("2026-11-04T00:00:00Z");
    private static final String MIDNIGHT = " 00:00:00.000000";

    private static MysqlSource source;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() throws Exception {
        source = MysqlSource.of(LocalMysql.shared());
        source.execute(
                "CREATE TABLE events (id int, at datetime(6), coarse datetime, moment timestamp(6) NULL, day date,"
                        + " number decimal(20,4), big bigint unsigned, note text)",
                """
                INSERT INTO events (id, at) VALUES
                (1, '2026-10-31 12:00:00'), (2, '2026-11-01 23:59:59.999999'), (3, '2026-11-02 00:00:00'),
                (4, '2026-11-02 00:00:00'), (5, '2026-11-02 10:00:00'), (6, '2026-11-03 00:00:00'), (7, '2036-11-02')""",
                "SET sql_mode = CONCAT(@@sql_mode, ',TIME_ROUND_FRACTIONAL')",
                "UPDATE events SET coarse = IF(id = 2, '2026-11-01 23:59:59', at), moment = at, day = at, number = id * 1.5,"
                        + " big = 18446744073709551608 + id, note = 'n'",
                "CREATE TABLE some_null (id int, at datetime)",
                "INSERT INTO some_null VALUES (1, '2026-11-01'), (2, NULL), (3, NULL)",
                "CREATE TABLE indexed (id int PRIMARY KEY, at datetime, pad varchar(200), KEY (at))",
                "INSERT INTO indexed SELECT seq, TIMESTAMP '2026-01-01 00:00:00' + INTERVAL seq MINUTE, REPEAT('x', 150)"
                        + " FROM seq_1_to_200000",
                "ANALYZE TABLE indexed");
    }

    private static Cursor cursor(String column, @Nullable CursorRange last, Instant start, Instant end) {
        return new Cursor(column, null, null, Nulls.FAIL, true, last, start, end, false);
    }

    private static Cursor cursor(String column, Nulls nulls, @Nullable CursorRange last) {
        return new Cursor(column, null, null, nulls, true, last, SECOND, THIRD, false);
    }

    /** The cursor of a run after one that read that. */
    private static Cursor after(Cursor before, CursorRange read) {
        return new Cursor(
                before.column(),
                before.initialValue(),
                before.lag(),
                before.nulls(),
                before.repeatable(),
                read,
                before.start(),
                before.end(),
                before.backfill());
    }

    private static ExtractRequest since(ExtractRequest request, Cursor cursor) {
        return request.reading(new ReadSource.New(request.source(), cursor), List.of());
    }

    private record Read(List<String> ids, @Nullable CursorRange range) {}

    private Read read(ExtractRequest request) throws Exception {
        try (StagingArea area = SourceDatabase.folder(folder)) {
            StagedFiles files = new Extract(area, Fault.NONE).run(request, new ExtractProgress(), new Cancellation());
            List<String> ids = SourceDatabase.rows(area, files).stream()
                    .map(row -> row.split("\t")[0])
                    .sorted()
                    .toList();
            return new Read(ids, files.range());
        }
    }

    private Read read(String table, Cursor cursor) throws Exception {
        return read(since(source.table(table), cursor));
    }

    private static String where() {
        return "connection 'source', database '" + source.database() + "': ";
    }

    @ParameterizedTest
    @CsvSource({
        "at, 2026-11-02 00:00:00.000000, 2026-11-03 00:00:00.000000",
        "coarse, 2026-11-02 00:00:00.000000, 2026-11-03 00:00:00.000000",
        "moment, 2026-11-02 00:00:00.000000, 2026-11-03 00:00:00.000000",
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
        CursorRange last = new CursorRange(null, "2026-11-01" + MIDNIGHT, false, true);

        assertThat(read("events", cursor("at", last, THIRD, FOURTH)).ids()).containsExactly("2", "3", "4", "5", "6");
    }

    @Test
    void anIntervalThatIsNotOverEndsNow() throws Exception {
        Instant future = Instant.parse("2100-01-01T00:00:00Z");

        Read read = read("events", cursor("at", null, SECOND, future));

        assertThat(read.ids()).doesNotContain("7").contains("1", "2");
        assertThat(read.range().to())
                .isLessThanOrEqualTo(
                        source.mysql().rows("", "SELECT UTC_TIMESTAMP(6)").get(0));
        assertThat(read("events", cursor("day", null, SECOND, future)).range().to())
                .isEqualTo(source.mysql().rows("", "SELECT UTC_DATE()").get(0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"2026-11-02", "2026-11-02 00:00:00", "2026-11-02T00:00Z"})
    void theFirstRunBeginsWhereItIsTold(String initial) throws Exception {
        Read read = read("events", new Cursor("at", initial, null, Nulls.FAIL, true, null, SECOND, FOURTH, false));

        assertThat(read.ids()).containsExactly("3", "4", "5", "6");
        assertThat(read.range())
                .isEqualTo(new CursorRange("2026-11-02" + MIDNIGHT, "2026-11-04" + MIDNIGHT, false, true));
    }

    @Test
    void eachRunBeginsTheLagEarlier() throws Exception {
        CursorRange last = new CursorRange(null, "2026-11-03" + MIDNIGHT, false, true);

        Read read = read("events", new Cursor("at", null, "14 hours", Nulls.FAIL, true, last, THIRD, FOURTH, false));

        assertThat(read.ids()).containsExactly("5", "6");
        assertThat(read.range())
                .isEqualTo(new CursorRange("2026-11-02 10:00:00.000000", "2026-11-04" + MIDNIGHT, false, true));
    }

    @Test
    void whatIsNoValueOfTheCursorIsSaid() {
        assertThatThrownBy(() ->
                        read("events", new Cursor("at", "soon", null, Nulls.FAIL, true, null, SECOND, FOURTH, false)))
                .hasMessage(where() + "the cursor's value 'soon' is not a date or a time such as 2024-02-29 12:00:00");
        CursorRange last = new CursorRange(null, "2026-11-03" + MIDNIGHT, false, true);
        assertThatThrownBy(() -> read(
                        "events", new Cursor("at", null, "1 fortnight", Nulls.FAIL, true, last, THIRD, FOURTH, false)))
                .hasMessage(where() + "the cursor's lag '1 fortnight' is not a span such as 15 minutes");
        assertThatThrownBy(() -> read("events", cursor("att", null, SECOND, THIRD)))
                .hasMessage(where() + "there is no column 'att' for the cursor; did you mean 'at'?");
        assertThatThrownBy(() -> read("events", cursor("note", null, SECOND, THIRD)))
                .hasMessage(where() + "column 'note' is text; a cursor is a timestamp, a date, or a whole or decimal"
                        + " number");
    }

    @Test
    void aPastIntervalIsReadAgainAndMovesNothing() throws Exception {
        CursorRange last = new CursorRange(null, "2026-11-04" + MIDNIGHT, false, true);

        Read read = read("events", cursor("at", last, SECOND, THIRD));

        assertThat(read.ids()).containsExactly("3", "4", "5");
        assertThat(read.range())
                .isEqualTo(new CursorRange("2026-11-02" + MIDNIGHT, "2026-11-03" + MIDNIGHT, false, false));
        assertThat(read("events", new Cursor("at", null, "1 day", Nulls.FAIL, true, null, SECOND, THIRD, true))
                        .ids())
                .containsExactly("3", "4", "5");
    }

    @Test
    void numbersOfTheSameValueThatComeLaterAreReadWhereRowsMayComeAgain() throws Exception {
        source.execute("CREATE TABLE closed (id int, version bigint)", "INSERT INTO closed VALUES (1, 1), (2, 2)");

        Read one = read("closed", cursor("version", null, SECOND, THIRD));
        assertThat(one.ids()).containsExactly("1", "2");
        assertThat(one.range()).isEqualTo(new CursorRange(null, "2", true, true));

        source.execute("INSERT INTO closed VALUES (3, 2), (4, 3)");
        assertThat(read("closed", cursor("version", one.range(), SECOND, THIRD)).ids())
                .containsExactly("2", "3", "4");
        source.execute("DELETE FROM closed");
        assertThat(read("closed", cursor("version", one.range(), SECOND, THIRD)).range())
                .isEqualTo(new CursorRange("2", "2", true, true));
    }

    @Test
    void numbersWaitForAGreaterOneWhereRowsMayNotComeAgain() throws Exception {
        source.execute("CREATE TABLE open (id int, version int)", "INSERT INTO open VALUES (1, 1), (2, 2)");
        Cursor cursor = new Cursor("version", null, null, Nulls.FAIL, false, null, SECOND, THIRD, false);

        Read one = read("open", cursor);
        assertThat(one.ids()).containsExactly("1");
        assertThat(one.range()).isEqualTo(new CursorRange(null, "2", false, true));

        source.execute("INSERT INTO open VALUES (3, 2), (4, 3)");
        assertThat(read("open", after(cursor, one.range())).ids()).containsExactly("2", "3");
    }

    @ParameterizedTest
    @CsvSource({"big, 18446744073709551610, 18446744073709551615", "number, 3.0000, 10.5000"})
    void greatNumbersAndDecimals(String column, String read, String greatest) throws Exception {
        Read one = read("events", cursor(column, new CursorRange(null, read, true, true), SECOND, THIRD));

        assertThat(one.ids()).containsExactly("2", "3", "4", "5", "6", "7");
        assertThat(one.range()).isEqualTo(new CursorRange(read, greatest, true, true));
    }

    @Test
    void nothingIsReadOfAnEmptyTableAndNothingIsClaimed() throws Exception {
        source.execute("CREATE TABLE nothing (id int, version int)");

        assertThat(read("nothing", cursor("version", null, SECOND, THIRD))).isEqualTo(new Read(List.of(), null));
    }

    @Test
    void aTrialRunHasComeNowhere() throws Exception {
        ExtractRequest request = since(source.table("events"), cursor("at", null, SECOND, FOURTH));

        Read read = read(new ExtractRequest(
                request.server(),
                request.database(),
                request.source(),
                request.columns(),
                request.splitBy(),
                request.splits(),
                new OptionalLimit(2),
                request.path()));

        assertThat(read.ids()).hasSize(2);
        assertThat(read.range()).isNull();
    }

    @Test
    void rowsWithoutAValueFailAreLeftOrAreReadEachTime() throws Exception {
        CursorRange last = new CursorRange(null, "2026-11-02" + MIDNIGHT, false, true);

        assertThatThrownBy(() -> read("some_null", cursor("at", last, SECOND, THIRD)))
                .hasMessage(where() + "column 'at' is NULL in 2 rows, which no incremental run would ever read;"
                        + " `null_cursor: skip` leaves them out, `null_cursor: read` reads them in every run");
        assertThat(read("some_null", cursor("at", Nulls.SKIP, null)).ids()).containsExactly("1");
        assertThat(read("some_null", cursor("at", Nulls.READ, last)).ids()).containsExactly("2", "3");
    }

    @Test
    void aQueryAndAChoiceOfColumnsAreReadLikeATable() throws Exception {
        ExtractRequest query = source.sql("SELECT id, at FROM events WHERE id <> 4; -- all but one\n");
        assertThat(read(since(query, cursor("at", null, SECOND, THIRD))).ids()).containsExactly("1", "2", "3", "5");
        ExtractRequest chosen =
                source.table("events", new ColumnChoice("id", null, null), new ColumnChoice("at", null, null));
        assertThat(read(since(chosen, cursor("at", null, SECOND, THIRD))).ids())
                .containsExactly("1", "2", "3", "4", "5");
    }

    @Test
    void aCursorMayHaveAnyName() throws Exception {
        source.execute(
                "CREATE TABLE odd (id int, `it's; --``at` datetime)", "INSERT INTO odd VALUES (1, '2026-11-01')");

        assertThat(read("odd", cursor("it's; --`at", null, SECOND, THIRD)).ids())
                .containsExactly("1");
    }

    @Test
    void fewNewRowsAreFoundByAnIndex() throws Exception {
        CursorRange last = new CursorRange(null, "2026-05-01" + MIDNIGHT, false, true);
        ExtractRequest few =
                since(source.table("indexed"), cursor("at", last, SECOND, Instant.parse("2026-05-02T00:00:00Z")));
        ExtractRequest all =
                since(source.table("indexed"), cursor("at", null, SECOND, Instant.parse("2026-08-02T00:00:00Z")));

        assertThat(Extract.plan(few).reason())
                .startsWith("reads new values of 'at' from 2026-05-01 00:00:00.000000 up to but without 2026-05-02"
                        + " 00:00:00.000000; one reader: ");
        // As many as there are readers, more where counting them took long, and one of rows without a value.
        assertThat(Extract.plan(all).readers()).isEqualTo(2);
        assertThat(Extract.plan(all).ranges())
                .hasSizeGreaterThanOrEqualTo(3)
                .last()
                .hasToString("rows without 'at'");
        assertThat(read(few).ids()).hasSize(1440);
    }

    /** Runs between which rows come with values that were read already, up to the last one. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void everyRowIsReadOnceInTheEnd(int seed) throws Exception {
        Random random = new Random(seed);
        boolean repeatable = seed % 2 == 0;
        String table = "growing_" + seed;
        source.execute("CREATE TABLE " + table + " (id int, version int)");
        List<String> seen = new ArrayList<>();
        Cursor cursor = new Cursor("version", null, null, Nulls.FAIL, repeatable, null, SECOND, THIRD, false);
        int id = 0;
        int version = 0;
        for (int run = 0; run < 10; run++) {
            for (int more = random.nextInt(4); more > 0; more--) {
                version += random.nextInt(2);
                source.execute("INSERT INTO " + table + " VALUES (" + ++id + ", " + version + ")");
            }
            Read read = read(table, cursor);
            seen.addAll(read.ids());
            cursor = read.range() == null ? cursor : after(cursor, read.range());
        }
        source.execute("INSERT INTO " + table + " VALUES (0, " + (version + 1) + ")");
        seen.addAll(read(table, cursor).ids());
        seen.remove("0");

        List<String> all = source.mysql().rows(source.database(), "SELECT id FROM " + table + " WHERE id > 0");
        if (repeatable) {
            assertThat(seen.stream().distinct()).containsExactlyInAnyOrderElementsOf(all);
        } else {
            assertThat(seen).containsExactlyInAnyOrderElementsOf(all);
        }
    }
}
