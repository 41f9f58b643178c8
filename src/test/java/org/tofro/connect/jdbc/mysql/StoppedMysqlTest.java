package org.tofro.connect.jdbc.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.tofro.connect.extract.ExtractException;
import org.tofro.connect.jdbc.Background;
import org.tofro.connect.jdbc.SourceDatabase;
import org.tofro.connect.staging.StagingArea;
import org.tofro.data.StagedFiles;
import org.tofro.local.LocalMysql;

/** The MySQL server goes away in the middle of an extract, and comes back or does not. */
@Tag("slow")
@Timeout(180)
class StoppedMysqlTest {
    private static final int ROWS = 20_000;
    private static MysqlSource source;
    private Connection gate;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() throws Exception {
        source = MysqlSource.of(LocalMysql.start());
        source.execute(
                "CREATE TABLE money (id int PRIMARY KEY, amount bigint)",
                "INSERT INTO money SELECT seq, 1000 FROM seq_1_to_" + ROWS);
    }

    @AfterAll
    static void stop() {
        if (source != null) {
            source.mysql().close();
        }
    }

    /** A row in the middle waits for a lock, which a server that stops forgets. */
    private Background inTheMiddle(Duration patience) throws Exception {
        gate = source.mysql().connect(source.database());
        try (Statement statement = gate.createStatement()) {
            statement.execute("SELECT GET_LOCK('gate', 0)");
        }
        Background extract = Background.start(
                source.sql("SELECT id, amount FROM money WHERE id <> 10000 OR (GET_LOCK('gate', 600) AND"
                        + " RELEASE_LOCK('gate'))"),
                folder,
                patience);
        while (source.mysql()
                .rows("", "SELECT id FROM information_schema.PROCESSLIST WHERE state = 'User lock'")
                .isEmpty()) {
            Thread.sleep(10);
        }
        return extract;
    }

    @AfterEach
    void open() {
        try {
            gate.close();
        } catch (SQLException e) {
            // Its server has been stopped.
        }
        source.mysql().startAgain();
    }

    private void demandAll(StagedFiles files) throws Exception {
        assertThat(files.rowsRead()).isEqualTo(ROWS);
        try (StagingArea area = SourceDatabase.folder(folder)) {
            assertThat(SourceDatabase.rows(area, files).stream().distinct()).hasSize(ROWS);
        }
    }

    private void isWaitedFor(int seconds, boolean killed) throws Exception {
        Background extract = inTheMiddle(Duration.ofMinutes(2));
        if (killed) {
            source.mysql().kill();
        } else {
            source.mysql().stop();
        }
        extract.awaitPhase("waiting for connection 'source'");
        Thread.sleep(seconds * 1000L);
        assertThat(extract.isDone()).isFalse();
        assertThat(extract.progress.rows()).isZero();
        source.mysql().startAgain();

        demandAll(extract.files());
        assertThat(extract.progress.notes())
                .singleElement()
                .asString()
                .matches("started again as a whole, because connection 'source': "
                        + "(the connection to 127\\.0\\.0\\.1:\\d+ was lost"
                        + "|127\\.0\\.0\\.1:\\d+ ended the session: a shutdown, or an administrator"
                        + "|an administrator of 127\\.0\\.0\\.1:\\d+ ended the session)"
                        + "; the server was back after \\d+ s");
    }

    @Test
    void isWaitedForTenSeconds() throws Exception {
        isWaitedFor(10, false);
    }

    @Test
    void isWaitedForWhenItWasKilled() throws Exception {
        isWaitedFor(10, true);
    }

    @Test
    void isNotWaitedForForEver() throws Exception {
        Background extract = inTheMiddle(Duration.ofSeconds(2));
        source.mysql().stop();

        assertThatThrownBy(extract::files)
                .isInstanceOf(ExtractException.class)
                .hasMessage(
                        "connection 'source': 127.0.0.1:%d cannot be reached; it was lost in the middle of the extract and did"
                                + " not come back within 2 s. `resume` goes on when it is back",
                        source.mysql().port());
        source.mysql().startAgain();
    }

    @Test
    void isNotWaitedForWhenTheExtractIsCancelledWhileItIsFrozen() throws Exception {
        Background extract = inTheMiddle(Duration.ofMinutes(2));
        source.mysql().stop();
        extract.awaitPhase("waiting for connection 'source'");
        source.mysql().startAgain();
        source.mysql().freeze();
        try {
            Thread.sleep(4000);
            assertThat(extract.isDone()).isFalse();
            long start = System.nanoTime();
            extract.cancellation.cancel();
            assertThatThrownBy(extract::files)
                    .hasMessage("connection 'source', database '%s': the extract was cancelled", source.database());
            assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(2));
        } finally {
            source.mysql().goOn();
        }
    }

    /** The engine gives the step up while the server answers nothing, not even that it should stop. */
    @Test
    void isNotWaitedForWhenTheExtractIsInterrupted() throws Exception {
        Background extract = inTheMiddle(Duration.ofMinutes(2));
        source.mysql().freeze();
        try {
            long start = System.nanoTime();
            extract.interrupt();
            assertThatThrownBy(extract::files)
                    .hasMessage("connection 'source', database '%s': the extract was cancelled", source.database());
            assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(8));
        } finally {
            source.mysql().goOn();
        }
    }

    @Test
    void isReadOnWhenItWasFrozenForTwentySeconds() throws Exception {
        Background extract = inTheMiddle(Duration.ofMinutes(2));
        gate.close();
        source.mysql().freeze();
        try {
            Thread.sleep(20_000);
        } finally {
            source.mysql().goOn();
        }

        demandAll(extract.files());
        assertThat(extract.progress.notes()).isEmpty();
        assertThat(extract.phases).containsExactly("reading");
    }
}
