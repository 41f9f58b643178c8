package org.tofro.connect.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.tofro.connect.jdbc.IncrementalContract.since;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tofro.connect.extract.Cancellation;
import org.tofro.connect.extract.ExtractProgress;
import org.tofro.connect.jdbc.Cursor.Nulls;
import org.tofro.connect.staging.StagingArea;
import org.tofro.data.CursorRange;
import org.tofro.data.StagedFiles;

/** What a replica has not got yet, a run that reads what is new there leaves for the next one. */
@Timeout(120)
class LaggingReplicaTest {
    private static final Instant START = Instant.parse("2026-11-02T00:00:00Z");
    private static final Instant FUTURE = Instant.parse("2100-01-01T00:00:00Z");

    private static SourceDatabase primary;
    private static SourceDatabase standby;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() throws Exception {
        primary = SourceDatabase.start("autovacuum", "off");
        standby = primary.standby();
    }

    @AfterAll
    static void stop() throws Exception {
        standby.close();
        primary.close();
    }

    @BeforeEach
    void table() throws Exception {
        primary.execute("""
                DROP TABLE IF EXISTS events;
                CREATE TABLE events (id int, at timestamptz, local timestamp, day date);
                INSERT INTO events VALUES (1, '2026-11-02 10:00:00+00', '2026-11-02 10:00:00', '2026-11-02')
                """);
        catchUp();
    }

    /** Waits until the standby has all that the primary has written so far. */
    private static void catchUp() throws Exception {
        String end = primary.strings("SELECT pg_current_wal_insert_lsn()").get(0);
        while (!standby.strings("SELECT pg_last_wal_replay_lsn() >= '" + end + "'")
                .equals(List.of("t"))) {
            Thread.sleep(20);
        }
    }

    /** Passes more than a second, after which the primary commits something. */
    private static void tick() throws Exception {
        Thread.sleep(1100);
        primary.execute("SELECT pg_current_xact_id()");
    }

    private static void write(int id) throws Exception {
        primary.execute("INSERT INTO events SELECT " + id + ", clock_timestamp(), clock_timestamp() AT TIME ZONE 'UTC',"
                + " (clock_timestamp() AT TIME ZONE 'UTC')::date");
    }

    private static Cursor cursor(String column, @Nullable String lag, @Nullable CursorRange last) {
        return new Cursor(column, null, lag, Nulls.FAIL, lag != null, last, START, FUTURE, false);
    }

    private record Read(List<String> ids, @Nullable CursorRange range, List<String> notes) {}

    private Read read(Cursor cursor) throws Exception {
        try (StagingArea area = SourceDatabase.folder(folder)) {
            ExtractProgress progress = new ExtractProgress();
            StagedFiles files =
                    new Extract(area).run(since(standby.table("events"), cursor), progress, new Cancellation());
            List<String> ids = SourceDatabase.rows(area, files).stream()
                    .map(row -> row.split("\t")[0])
                    .toList();
            return new Read(ids, files.range(), progress.notes());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"at", "local"})
    void rowsThatTheReplicaHadNotReplayedAreReadByTheNextRun(String column) throws Exception {
        List<String> ids = new ArrayList<>();
        Read one;
        Read two;
        standby.execute("SELECT pg_wal_replay_pause()");
        try {
            tick();
            write(2);
            tick();
            one = read(cursor(column, null, null));
            ids.addAll(one.ids());
            two = read(cursor(column, null, one.range()));
            ids.addAll(two.ids());
        } finally {
            standby.execute("SELECT pg_wal_replay_resume()");
        }
        catchUp();
        ids.addAll(read(cursor(column, null, two.range())).ids());

        assertThat(ids).containsExactly("1", "2");
        assertThat(one.notes())
                .singleElement()
                .asString()
                .startsWith("reads new values of '" + column + "' up to but without "
                        + one.range().to() + ", no further because the replica had replayed no more of its primary; the"
                        + " next run goes on from there; ");
        // A replica that stands still neither fails a run nor has it read its interval as one of the past.
        assertThat(two.range())
                .isEqualTo(new CursorRange(one.range().to(), one.range().to(), false, true));
    }

    @Test
    void aDayEndsWhereTheReplicaIs() throws Exception {
        String today =
                primary.strings("SELECT (now() AT TIME ZONE 'UTC')::date").get(0);
        assertThat(read(cursor("day", null, null)).range().to()).isEqualTo(today);
    }

    /** A standby that began anew tells no transaction, but it has what the checkpoint had from which it began. */
    @Test
    void aReplicaThatHasReplayedNothingYetHasWhatItBeganWith() throws Exception {
        write(2);
        tick();
        primary.execute("CHECKPOINT");
        catchUp();
        standby.execute("CHECKPOINT");
        standby.stop();
        standby.startAgain();
        assertThat(standby.strings("SELECT pg_last_xact_replay_timestamp()")).containsExactly((String) null);

        Read read = read(cursor("local", null, null));

        assertThat(read.ids()).containsExactly("1", "2");
        assertThat(read.range().to())
                .isEqualTo(standby.strings("SELECT checkpoint_time AT TIME ZONE 'UTC' FROM pg_control_checkpoint()")
                        .get(0));
    }

    /** As the readers of Aurora are, whose storage is their primary's. */
    @Test
    void aReplicaThatDoesNotTellHowFarItHasComeNeedsALag() throws Exception {
        primary.execute("CREATE FUNCTION aurora_version() RETURNS text LANGUAGE sql AS $$ SELECT '16.4.0' $$");
        try {
            catchUp();
            assertThatThrownBy(() -> read(cursor("at", null, null)))
                    .hasMessage(
                            "connection 'source', database 'postgres': the server is a replica that does not tell how far"
                                    + " it has come, so rows that reach it later would be lost; give `incremental` a `lag` that is"
                                    + " longer than it ever falls behind, or read the primary");
            assertThat(read(cursor("at", "5 minutes", null)).ids()).containsExactly("1");
            assertThat(read(cursor("id", null, null)).range().to()).isEqualTo("1");
            CursorRange last = new CursorRange(null, "2101-01-01 00:00:00+00", false, true);
            Cursor past = new Cursor("at", null, null, Nulls.FAIL, true, last, START, FUTURE, false);
            assertThat(read(past).range().moves()).isFalse();
        } finally {
            primary.execute("DROP FUNCTION aurora_version()");
            catchUp();
        }
    }
}
