package org.tofro.connect.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tofro.connect.extract.ExtractException;
import org.tofro.data.StagedFiles;

/** A hot standby cancels an extract to go on with its replay: it is read again as a whole, once, with the advice that helps. */
@Timeout(120)
class ReplicaConflictTest {
    private static final int READERS = 4;
    private static final String ADVICE =
            "connection 'source', database 'postgres': the replica cancelled the query to apply changes of its primary; set"
                    + " hot_standby_feedback = on or a longer max_standby_streaming_delay there, or read the primary";

    private static SourceDatabase primary;
    private static SourceDatabase standby;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() throws Exception {
        primary = SourceDatabase.start("synchronous_commit", "off", "autovacuum", "off");
        MovingMoney.make(primary);
        Gate.build(primary);
        primary.execute("""
                CREATE FUNCTION conflict() RETURNS int LANGUAGE plpgsql AS $$
                BEGIN
                    RAISE EXCEPTION 'Konflikt' USING ERRCODE = '40001';
                END $$
                """);
        standby = primary.standby("max_standby_streaming_delay", "100ms", "hot_standby_feedback", "off");
    }

    @AfterAll
    static void stop() throws Exception {
        standby.close();
        primary.close();
    }

    /** What a primary does that its standby cannot replay while somebody reads the table there. */
    enum Change {
        /** Old versions of rows are removed. */
        VACUUM("UPDATE money SET amount = amount WHERE id % 10 = 0", "VACUUM money"),
        /** A table is changed. */
        LOCK("ALTER TABLE money SET (fillfactor = 80)", "BEGIN; LOCK TABLE money IN ACCESS EXCLUSIVE MODE; COMMIT");

        private final String[] statements;

        Change(String... statements) {
            this.statements = statements;
        }

        void happen() throws SQLException {
            for (String statement : statements) {
                primary.execute(statement);
            }
        }
    }

    @Test
    void readersShareASnapshotOfTheStandby() throws Exception {
        assertThat(standby.strings("SELECT pg_is_in_recovery()")).containsExactly("t");
        try (Gate gate = Gate.close(standby)) {
            Background extract = Background.start(MovingMoney.gated(standby, READERS), folder);
            gate.await(READERS);
            gate.close();
            demandAll(extract.files());
            assertThat(extract.progress.notes()).isEmpty();
        }
    }

    private void demandAll(StagedFiles files) throws Exception {
        assertThat(files.rowsRead()).isEqualTo(MovingMoney.ROWS);
        assertThat(MovingMoney.total(folder, files)).isEqualTo(MovingMoney.TOTAL);
    }

    @ParameterizedTest
    @EnumSource
    void theExtractStartsAgainAsAWhole(Change change) throws Exception {
        try (Gate gate = Gate.close(standby)) {
            Background extract = Background.start(MovingMoney.gated(standby, READERS), folder);
            gate.await(READERS);
            change.happen();
            extract.awaitPhase("waiting for connection 'source'");
            gate.close();

            demandAll(extract.files());
            assertThat(extract.progress.notes()).containsExactly("started again as a whole, because " + ADVICE);
        }
    }

    @Test
    void aSecondConflictEndsTheExtract() throws Exception {
        try (Gate gate = Gate.close(standby)) {
            Background extract = Background.start(MovingMoney.gated(standby, READERS), folder);
            gate.await(READERS);
            Change.VACUUM.happen();
            extract.awaitPhase("waiting for connection 'source'");
            gate.await(READERS);
            Change.VACUUM.happen();

            assertThatThrownBy(extract::files)
                    .isInstanceOf(ExtractException.class)
                    .hasMessage(ADVICE + ". The extract was tried twice; `resume` goes on with it");
        }
    }

    /** A session that is between two statements is ended instead. */
    @Test
    void aSessionThatIsEndedSaysTheSame() throws Exception {
        ExtractRequest request = MovingMoney.request(standby, READERS);
        try (PostgresSession session = SourceDatabase.session(request);
                Statement statement = session.statement()) {
            assertThat(session.replica()).isNotNull();
            statement.execute("SELECT count(*) FROM money");
            Change.VACUUM.happen();
            while (!standby.sessions().isEmpty()) {
                Thread.sleep(10);
            }
            assertThatThrownBy(() -> statement.execute("SELECT 1"))
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            e -> assertThat(PostgresErrors.ofReplica(request, e))
                                    .hasMessage(ADVICE)
                                    .matches(ExtractException::transientTrouble));
        }
    }

    /** The server's own words for it depend on its language. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void onlyAReplicaHasThisConflictWhateverItsLanguage(boolean replica) throws Exception {
        SourceDatabase server = replica ? standby : primary;
        ExtractRequest request = server.sql("SELECT conflict() AS c").readBy(1);
        Background extract = Background.start(request, folder);

        assertThatThrownBy(extract::files)
                .hasMessageStartingWith(
                        replica
                                ? ADVICE
                                : "connection 'source', database 'postgres': the server says: Konflikt (SQLSTATE 40001)");
    }
}
