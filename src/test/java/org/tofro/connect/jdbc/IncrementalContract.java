package org.tofro.connect.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tofro.connect.extract.Cancellation;
import org.tofro.connect.extract.ExtractProgress;
import org.tofro.connect.jdbc.Cursor.Nulls;
import org.tofro.connect.staging.StagingArea;
import org.tofro.connect.types.ColumnChoice;
import org.tofro.data.CursorRange;
import org.tofro.data.RunContext.OptionalLimit;
import org.tofro.data.StagedFiles;

/**
 * What is new since the last run is read once, from whatever server: none of it is lost, and none twice where it may not be.
 *
 * <p>The server has the table {@code events} with a row for each id from 1 to 7, whose {@code at} is 31 October at noon, 1
 * November a microsecond before midnight, twice 2 November at midnight and once at 10 o'clock, 3 November at midnight, and a
 * moment far ahead; and {@code some_null}, of whose three rows one has a value of {@code at}.
 */
public abstract class IncrementalContract {
    protected static final Instant SECOND = Instant.parse("2026-11-02T00:00:00Z");
    protected static final Instant THIRD = Instant.parse("2026-11-03T00:00:00Z");
    protected static final Instant FOURTH = Instant.parse("2026-11-04T00:00:00Z");

    @TempDir
    Path folder;

    /** A server, as its test asks it. */
    public interface Source {
        void execute(String... statements) throws Exception;

        ExtractRequest table(String table, ColumnChoice... columns);

        ExtractRequest sql(String sql);

        /** The only column of a query. */
        List<String> strings(String sql) throws Exception;

        String database();
    }

    protected abstract Source source();

    /** A moment to the second, as the server prints a value of {@code at}. */
    protected abstract String printed(String moment);

    /** Another way in which the server lets 2 November be written. */
    protected abstract String otherwise();

    /** What the server says that day and moment are, of UTC. */
    protected abstract String today();

    protected abstract String now();

    /** A name, quoted. */
    protected abstract String quoted(String name);

    protected static Cursor cursor(String column, @Nullable CursorRange last, Instant start, Instant end) {
        return new Cursor(column, null, null, Nulls.FAIL, true, last, start, end, false);
    }

    protected static ExtractRequest since(ExtractRequest request, Cursor cursor) {
        return request.reading(new ReadSource.New(request.source(), cursor), List.of());
    }

    /** What a run has read, and how far it has come. */
    protected record Read(List<String> ids, @Nullable CursorRange range) {}

    protected final Read read(ExtractRequest request) throws Exception {
        try (StagingArea area = SourceDatabase.folder(folder)) {
            StagedFiles files = new Extract(area).run(request, new ExtractProgress(), new Cancellation());
            List<String> ids = SourceDatabase.rows(area, files).stream()
                    .map(row -> row.split("\t")[0])
                    .sorted()
                    .toList();
            return new Read(ids, files.range());
        }
    }

    protected final Read read(String table, Cursor cursor) throws Exception {
        return read(since(source().table(table), cursor));
    }

    protected final String where() {
        return "connection 'source', database '" + source().database() + "': ";
    }

    private CursorRange upTo(String moment) {
        return new CursorRange(null, printed(moment), false, true);
    }

    /**
     * A column of {@code events} by which its rows are in the order of {@code at}.
     *
     * @param second 2 November as the server prints it
     * @param third the day after
     */
    public record Column(String name, String second, String third) {}

    @ParameterizedTest
    @MethodSource("columns")
    protected void aRunEndsWhereTheNextBegins(Column column) throws Exception {
        Read one = read("events", cursor(column.name(), null, SECOND.minusSeconds(86400), SECOND));
        assertThat(one.ids()).containsExactly("1", "2");
        assertThat(one.range()).isEqualTo(new CursorRange(null, column.second(), false, true));

        Read two = read("events", cursor(column.name(), one.range(), SECOND, THIRD));
        assertThat(two.ids()).containsExactly("3", "4", "5");
        assertThat(two.range()).isEqualTo(new CursorRange(column.second(), column.third(), false, true));
    }

    @Test
    protected void aRunThatWasMissedIsMadeUpForByTheNext() throws Exception {
        assertThat(read("events", cursor("at", upTo("2026-11-01 00:00:00"), THIRD, FOURTH))
                        .ids())
                .containsExactly("2", "3", "4", "5", "6");
    }

    @Test
    protected void anIntervalThatIsNotOverEndsNow() throws Exception {
        Instant future = Instant.parse("2100-01-01T00:00:00Z");

        Read read = read("events", cursor("at", null, SECOND, future));

        assertThat(read.ids()).doesNotContain("7").contains("1", "2", "3", "4", "5", "6");
        assertThat(read.range().to())
                .isGreaterThan("2026-11-03")
                .isLessThanOrEqualTo(source().strings("SELECT " + now()).get(0));
        assertThat(read("events", cursor("day", null, SECOND, future)).range().to())
                .isEqualTo(source().strings("SELECT " + today()).get(0));
    }

    /** Clients write times of fewer decimals than columns have: what is written at 10:00:00.7 may say 10:00:00. */
    @Test
    protected void aRunThatEndsNowLeavesTheSecondThatIsNotOver() throws Exception {
        Instant future = Instant.parse("2100-01-01T00:00:00Z");
        Cursor once = new Cursor("at", null, null, Nulls.FAIL, false, null, SECOND, future, false);

        CursorRange one = read(since(source().table("events"), once)).range();
        CursorRange two = read(since(source().table("events"), once.after(one))).range();

        assertThat(one.to()).matches("[^.]+(\\.0+)?");
        assertThat(two.from()).isEqualTo(one.to());
        assertThat(two.to()).isGreaterThanOrEqualTo(one.to()).matches("[^.]+(\\.0+)?");
        assertThat(two.moves()).isTrue();
    }

    @Test
    protected void theFirstRunBeginsWhereItIsTold() throws Exception {
        for (String initial : List.of("2026-11-02", "2026-11-02 00:00:00", otherwise())) {
            Read read = read("events", new Cursor("at", initial, null, Nulls.FAIL, true, null, SECOND, FOURTH, false));

            assertThat(read.ids()).as(initial).containsExactly("3", "4", "5", "6");
            assertThat(read.range())
                    .as(initial)
                    .isEqualTo(new CursorRange(
                            printed("2026-11-02 00:00:00"), printed("2026-11-04 00:00:00"), false, true));
        }
    }

    @Test
    protected void eachRunBeginsTheLagEarlier() throws Exception {
        CursorRange last = upTo("2026-11-03 00:00:00");

        Read read = read("events", new Cursor("at", null, "14 hours", Nulls.FAIL, true, last, THIRD, FOURTH, false));

        assertThat(read.ids()).containsExactly("5", "6");
        assertThat(read.range())
                .isEqualTo(
                        new CursorRange(printed("2026-11-02 10:00:00"), printed("2026-11-04 00:00:00"), false, true));
    }

    @Test
    protected void aPastIntervalIsReadAgainAndMovesNothing() throws Exception {
        CursorRange last = upTo("2026-11-04 00:00:00");

        Read read = read("events", cursor("at", last, SECOND, THIRD));

        assertThat(read.ids()).containsExactly("3", "4", "5");
        assertThat(read.range())
                .isEqualTo(
                        new CursorRange(printed("2026-11-02 00:00:00"), printed("2026-11-03 00:00:00"), false, false));
        Cursor once = new Cursor("at", null, null, Nulls.FAIL, false, last, SECOND, THIRD, false);
        assertThatThrownBy(() -> read("events", once))
                .hasMessage(where() + "the rows of a past interval may have been published before, and `append` would"
                        + " store them twice; give it a `primary_key` and `on_existing: skip`, or publish by upsert or"
                        + " replace-interval");
    }

    @Test
    protected void aBackfillReadsItsIntervalOnly() throws Exception {
        Read read = read("events", new Cursor("at", null, "1 day", Nulls.FAIL, true, null, SECOND, THIRD, true));

        assertThat(read.ids()).containsExactly("3", "4", "5");
        assertThat(read.range().moves()).isFalse();
        Cursor number = new Cursor("number", null, null, Nulls.FAIL, true, null, SECOND, THIRD, true);
        assertThatThrownBy(() -> read("events", number))
                .hasMessage(where() + "column 'number' is a number, which does not say to which interval a row belongs;"
                        + " a backfill needs a cursor of time");
    }

    @Test
    protected void numbersOfTheSameValueThatComeLaterAreReadWhereRowsMayComeAgain() throws Exception {
        source().execute("CREATE TABLE closed (id int, version bigint)", "INSERT INTO closed VALUES (1, 1), (2, 2)");

        Read one = read("closed", cursor("version", null, SECOND, THIRD));
        assertThat(one.ids()).containsExactly("1", "2");
        assertThat(one.range()).isEqualTo(new CursorRange(null, "2", true, true));

        source().execute("INSERT INTO closed VALUES (3, 2), (4, 3)");
        assertThat(read("closed", cursor("version", one.range(), SECOND, THIRD)).ids())
                .containsExactly("2", "3", "4");
        source().execute("DELETE FROM closed");
        assertThat(read("closed", cursor("version", one.range(), SECOND, THIRD)).range())
                .isEqualTo(new CursorRange("2", "2", true, true));
    }

    @Test
    protected void numbersWaitForAGreaterOneWhereRowsMayNotComeAgain() throws Exception {
        source().execute("CREATE TABLE open (id int, version int)", "INSERT INTO open VALUES (1, 1), (2, 2)");
        Cursor cursor = new Cursor("version", null, null, Nulls.FAIL, false, null, SECOND, THIRD, false);

        Read one = read("open", cursor);
        assertThat(one.ids()).containsExactly("1");
        assertThat(one.range()).isEqualTo(new CursorRange(null, "2", false, true));

        source().execute("INSERT INTO open VALUES (3, 2), (4, 3)");
        assertThat(read("open", cursor.after(one.range())).ids()).containsExactly("2", "3");
    }

    @Test
    protected void nothingIsReadOfAnEmptyTableAndNothingIsClaimed() throws Exception {
        source().execute("CREATE TABLE nothing (id int, version int)");

        assertThat(read("nothing", cursor("version", null, SECOND, THIRD))).isEqualTo(new Read(List.of(), null));
    }

    @Test
    protected void aTrialRunHasComeNowhere() throws Exception {
        ExtractRequest request = since(source().table("events"), cursor("at", null, SECOND, FOURTH));

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
    protected void rowsWithoutAValueFailAreLeftOrAreReadEachTime() throws Exception {
        CursorRange last = upTo("2026-11-02 00:00:00");

        assertThatThrownBy(() -> read("some_null", cursor("at", last, SECOND, THIRD)))
                .hasMessage(where() + "column 'at' is NULL in 2 rows, which no incremental run would ever read;"
                        + " `null_cursor: skip` leaves them out, `null_cursor: read` reads them in every run");
        Cursor skip = new Cursor("at", null, null, Nulls.SKIP, true, null, SECOND, THIRD, false);
        assertThat(read("some_null", skip).ids()).containsExactly("1");
        Cursor all = new Cursor("at", null, null, Nulls.READ, true, last, SECOND, THIRD, false);
        assertThat(read("some_null", all).ids()).containsExactly("2", "3");
    }

    @Test
    protected void aQueryAndAChoiceOfColumnsAreReadLikeATable() throws Exception {
        ExtractRequest query = source().sql("SELECT id, at FROM events WHERE id <> 4; -- all but one\n");
        assertThat(read(since(query, cursor("at", null, SECOND, THIRD))).ids()).containsExactly("1", "2", "3", "5");
        ExtractRequest chosen =
                source().table("events", new ColumnChoice("id", null, null), new ColumnChoice("at", null, null));
        assertThat(read(since(chosen, cursor("at", null, SECOND, THIRD))).ids())
                .containsExactly("1", "2", "3", "4", "5");
    }

    @Test
    protected void whatIsNoCursorIsSaid() {
        assertThatThrownBy(() -> read("events", cursor("att", null, SECOND, THIRD)))
                .hasMessage(where() + "there is no column 'att' for the cursor; did you mean 'at'?");
        assertThatThrownBy(() -> read("events", cursor("note", null, SECOND, THIRD)))
                .hasMessage(where() + "column 'note' is text; a cursor is a timestamp, a date, or a whole or decimal"
                        + " number");
    }

    @Test
    protected void aCursorMayHaveAnyName() throws Exception {
        String name = "it's; --" + quoted("").charAt(0) + "at";
        source().execute(
                        "CREATE TABLE odd AS SELECT id, at AS " + quoted(name) + " FROM events WHERE id < 3",
                        "DELETE FROM odd WHERE id = 2");

        assertThat(read("odd", cursor(name, null, SECOND, THIRD)).ids()).containsExactly("1");
    }

    /** Runs between which rows come with values that were read already, up to the last one. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6})
    protected void everyRowIsReadOnceInTheEnd(int seed) throws Exception {
        Random random = new Random(seed);
        boolean repeatable = seed % 2 == 0;
        String table = "growing_" + seed;
        source().execute("CREATE TABLE " + table + " (id int, version int)");
        List<String> seen = new ArrayList<>();
        Cursor cursor = new Cursor("version", null, null, Nulls.FAIL, repeatable, null, SECOND, THIRD, false);
        int id = 0;
        int version = 0;
        for (int run = 0; run < 12; run++) {
            for (int more = random.nextInt(4); more > 0; more--) {
                version += random.nextInt(2);
                source().execute("INSERT INTO " + table + " VALUES (" + ++id + ", " + version + ")");
            }
            Read read = read(table, cursor);
            seen.addAll(read.ids());
            cursor = read.range() == null ? cursor : cursor.after(read.range());
        }
        source().execute("INSERT INTO " + table + " VALUES (0, " + (version + 1) + ")");
        seen.addAll(read(table, cursor).ids());
        seen.remove("0");

        List<String> all = source().strings("SELECT id FROM " + table + " WHERE id > 0");
        if (repeatable) {
            assertThat(seen.stream().distinct()).containsExactlyInAnyOrderElementsOf(all);
        } else {
            assertThat(seen).containsExactlyInAnyOrderElementsOf(all);
        }
    }
}
