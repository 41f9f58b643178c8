package org.tofro.connect.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tofro.connect.extract.ExtractException;
import org.tofro.connect.jdbc.MovingMoney.Movement;
import org.tofro.data.StagedFiles;

/** The server ends sessions in the middle of an extract: it starts again as a whole, once, and never mixes moments. */
@Timeout(120)
class LostSessionTest {
    private static final int READERS = 4;
    private static SourceDatabase database;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() throws Exception {
        database = SourceDatabase.start("synchronous_commit", "off", "autovacuum", "off", "max_wal_size", "2GB");
        MovingMoney.make(database);
        Gate.build(database);
    }

    @AfterAll
    static void stop() throws Exception {
        database.close();
    }

    @AfterEach
    void nobodyIsLeft() throws Exception {
        assertThat(database.sessions()).isEmpty();
    }

    private static String lost() {
        return "connection 'source': the connection to 127.0.0.1:%d was lost".formatted(database.port());
    }

    private static void demandStartedAgain(Background extract, String why) {
        assertThat(extract.progress.notes()).containsExactly("started again as a whole, because " + why);
        assertThat(extract.phases).containsExactly("reading", "waiting for connection 'source'", "reading");
    }

    /** The rows are those of one moment, and no file of another go is left. */
    private void demandOneMoment(StagedFiles files) throws Exception {
        assertThat(files.rowsRead()).isEqualTo(MovingMoney.ROWS);
        assertThat(MovingMoney.total(folder, files)).isEqualTo(MovingMoney.TOTAL);
        assertThat(storedFiles()).isEqualTo(files.files().size());
    }

    private long storedFiles() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".zst")).count();
        }
    }

    /** Of the readers at the gate, 0 is the one that exported the snapshot; the others had imported it. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3})
    void whicheverReaderIsLostAllAreReadAgain(int lost) throws Exception {
        try (MovingMoney money = MovingMoney.start(database, Movement.RANDOM)) {
            Background extract;
            try (Gate gate = Gate.close(database)) {
                extract = Background.start(MovingMoney.gated(database, READERS), folder);
                List<String> readers = gate.await(READERS);
                // The rest reads all that there is but the rows of the lost one.
                for (String reader : readers) {
                    if (!reader.equals(readers.get(lost))) {
                        gate.letPass(reader);
                    }
                }
                gate.await(1);
                money.awaitMoves(100);
                database.terminate(readers.get(lost));
                gate.await(READERS);
                money.awaitMoves(100);
            }
            demandOneMoment(extract.files());
            demandStartedAgain(extract, lost());
        }
    }

    /** Its snapshot lives on in the sessions that have imported it. */
    @Test
    void theMomentOutlivesTheSessionThatExportedIt() throws Exception {
        try (MovingMoney money = MovingMoney.start(database, Movement.RANDOM)) {
            Background extract;
            try (Gate gate = Gate.close(database)) {
                extract = Background.start(MovingMoney.gated(database, READERS), folder);
                List<String> readers = gate.await(READERS);
                gate.letPass(readers.get(0));
                while (database.sessions().size() == READERS) {
                    Thread.sleep(10);
                }
                assertThat(gate.await(READERS - 1)).isEqualTo(readers.subList(1, READERS));
                money.awaitMoves(500);
            }
            demandOneMoment(extract.files());
            assertThat(extract.progress.notes()).isEmpty();
        }
    }

    /** Nobody can log in while the first session reads everything; then it waits. */
    @Test
    void theFirstSessionWaitsUntilAllOthersHaveItsSnapshot() throws Exception {
        // Not from the view, which names users and so would wait as well.
        String first = "SELECT pid FROM pg_stat_get_activity(NULL) WHERE application_name LIKE 'tofro:%' AND ";
        try (Connection watch = database.connect("postgres");
                Connection table = database.connect("postgres");
                Connection logins = database.connect("postgres")) {
            lock(table, "money");
            Background extract = Background.start(MovingMoney.request(database, READERS), folder);
            await(watch, first + "wait_event_type = 'Lock'");
            lock(logins, "pg_catalog.pg_authid");
            table.rollback();
            await(
                    watch,
                    first + "state = 'idle in transaction' AND state_change < clock_timestamp() - interval '0.3 s'");
            logins.rollback();

            demandOneMoment(extract.files());
            assertThat(extract.progress.notes()).isEmpty();
        }
    }

    private static void lock(Connection connection, String table) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("LOCK TABLE " + table + " IN ACCESS EXCLUSIVE MODE");
        }
    }

    /** Waits until the query has a row, and returns its first value. */
    private static String await(Connection connection, String sql) throws Exception {
        while (true) {
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery(sql)) {
                if (row.next()) {
                    return row.getString(1);
                }
            }
            Thread.sleep(10);
        }
    }

    @Test
    void aSessionThatComesTooLateForTheSnapshotReadsNothing() throws Exception {
        ExtractRequest request = MovingMoney.request(database, READERS);
        String name;
        try (PostgresSession first = SourceDatabase.session(request)) {
            name = PostgresSnapshot.plan(request, first, READERS).name();
        }
        try (PostgresSession late = SourceDatabase.session(request)) {
            assertThatThrownBy(() -> PostgresSnapshot.into(name, request, late))
                    .hasMessage(
                            "connection 'source', database 'postgres': the session that held the snapshot was lost before"
                                    + " all readers had it")
                    .matches(e -> ((ExtractException) e).transientTrouble());
        }
    }

    @Test
    void aLossWhilePlanningIsOneToo() throws Exception {
        try (Connection watch = database.connect("postgres");
                Connection table = database.connect("postgres")) {
            lock(table, "money");
            Background extract = Background.start(MovingMoney.request(database, READERS), folder);
            database.terminate(
                    await(
                            watch,
                            "SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'tofro:%' AND wait_event_type = 'Lock'"));
            table.rollback();

            demandOneMoment(extract.files());
            demandStartedAgain(
                    extract,
                    "connection 'source': 127.0.0.1:%d ended the session: a shutdown, or an administrator"
                            .formatted(database.port()));
        }
    }

    @Test
    void aSecondLossEndsTheExtract() throws Exception {
        try (Gate gate = Gate.close(database)) {
            Background extract = Background.start(MovingMoney.gated(database, READERS), folder);
            database.terminate(gate.await(READERS).get(1));
            extract.awaitPhase("waiting for connection 'source'");
            extract.awaitPhase("reading");
            database.terminate(gate.await(READERS).get(2));

            assertThatThrownBy(extract::files)
                    .isInstanceOf(ExtractException.class)
                    .hasMessage(lost() + ". The extract was tried twice; `resume` goes on with it");
        }
        assertThat(storedFiles()).isZero();
    }

    /** Limits that an administrator set for people's queries. */
    @Test
    void theServersOwnTimeLimitsDoNotEndTheSession() throws Exception {
        database.execute("""
                CREATE ROLE hasty LOGIN;
                ALTER ROLE hasty SET statement_timeout = '300ms';
                ALTER ROLE hasty SET transaction_timeout = '300ms';
                ALTER ROLE hasty SET idle_in_transaction_session_timeout = '300ms'
                """);
        Background extract =
                Background.start(as("hasty", database.sql("SELECT 1 AS a, pg_sleep(1)::text AS b")), folder);
        assertThat(extract.files().rowsRead()).isEqualTo(1);
        assertThat(extract.progress.notes()).isEmpty();
    }

    private static ExtractRequest as(String user, ExtractRequest request) {
        return new ExtractRequest(
                database.server(user, "hush", 8),
                "postgres",
                request.source(),
                request.columns(),
                request.splitBy(),
                1,
                request.limit(),
                request.path());
    }

    @Test
    void aRefusalAfterALossEndsTheExtractAtOnce() throws Exception {
        database.execute("CREATE ROLE etl LOGIN; GRANT SELECT ON money TO etl");
        ExtractRequest request = as("etl", MovingMoney.gated(database, 1));
        try (Gate gate = Gate.close(database)) {
            Background extract = Background.start(request, folder);
            String session = gate.await(1).get(0);
            database.execute("ALTER ROLE etl NOLOGIN");
            database.terminate(session);

            assertThatThrownBy(extract::files)
                    .hasMessage(
                            "connection 'source': 127.0.0.1:%d refuses user 'etl': role \"etl\" is not permitted to log in",
                            database.port());
        }
    }

    /** As an engine does that gives the step up: one reader has stored its part by then. */
    @Test
    void anInterruptedExtractLeavesNothing() throws Exception {
        try (Gate gate = Gate.close(database)) {
            Background extract = Background.start(MovingMoney.gated(database, READERS), folder);
            gate.letPass(gate.await(READERS).get(1));
            while (database.sessions().size() == READERS) {
                Thread.sleep(10);
            }
            Thread.sleep(300);
            extract.interrupt();

            assertThatThrownBy(extract::files)
                    .hasMessage("connection 'source', database 'postgres': the extract was cancelled");
        }
        assertThat(storedFiles()).isZero();
    }
}
