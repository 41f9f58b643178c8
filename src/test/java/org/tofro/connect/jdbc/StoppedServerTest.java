package org.tofro.connect.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
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
import org.tofro.data.StagedFiles;

/** The server goes away in the middle of an extract, and comes back or does not. */
@Timeout(180)
class StoppedServerTest {
    private static final int READERS = 4;
    private static SourceDatabase database;
    private Gate gate;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() throws Exception {
        database = SourceDatabase.start("synchronous_commit", "off");
        MovingMoney.make(database);
        Gate.build(database);
    }

    @AfterAll
    static void stop() throws Exception {
        database.close();
    }

    @AfterEach
    void open() throws Exception {
        gate.close();
    }

    private void demandAll(StagedFiles files) throws Exception {
        assertThat(files.rowsRead()).isEqualTo(MovingMoney.ROWS);
        assertThat(MovingMoney.total(folder, files)).isEqualTo(MovingMoney.TOTAL);
    }

    private Background inTheMiddle(Duration patience) throws Exception {
        gate = Gate.close(database);
        Background extract = Background.start(MovingMoney.gated(database, READERS), folder, patience);
        gate.await(READERS);
        return extract;
    }

    @Test
    void isWaitedForAWhile() throws Exception {
        isWaitedFor(3);
    }

    @Test
    @Tag("slow")
    void isWaitedForTwentySeconds() throws Exception {
        isWaitedFor(20);
    }

    private void isWaitedFor(int seconds) throws Exception {
        Background extract = inTheMiddle(Connecting.PATIENCE);
        database.stop();
        extract.awaitPhase("waiting for connection 'source'");
        Thread.sleep(seconds * 1000L);
        assertThat(extract.isDone()).isFalse();
        assertThat(extract.progress.rows()).isZero();
        database.startAgain();

        demandAll(extract.files());
        assertThat(extract.progress.notes())
                .singleElement()
                .asString()
                .matches("started again as a whole, because connection 'source': "
                        + "(the connection to 127\\.0\\.0\\.1:\\d+ was lost"
                        + "|127\\.0\\.0\\.1:\\d+ ended the session: a shutdown, or an administrator)"
                        + "; the server was back after \\d+ s");
    }

    @Test
    void isNotWaitedForForEver() throws Exception {
        Background extract = inTheMiddle(Duration.ofSeconds(2));
        database.stop();

        assertThatThrownBy(extract::files)
                .isInstanceOf(ExtractException.class)
                .hasMessage(
                        "connection 'source': 127.0.0.1:%d cannot be reached; it was lost in the middle of the extract and did"
                                + " not come back within 2 s. `resume` goes on when it is back",
                        database.port());
        assertThat(extract.phases).containsSubsequence("reading", "waiting for connection 'source'");
        database.startAgain();
    }

    @Test
    void isNotWaitedForWhenTheExtractIsCancelled() throws Exception {
        Background extract = inTheMiddle(Connecting.PATIENCE);
        database.stop();
        extract.awaitPhase("waiting for connection 'source'");
        Thread.sleep(2500);
        assertThat(extract.isDone()).isFalse();
        demandSoonCancelled(extract);
        database.startAgain();
    }

    /** As is a host that takes a connection and does not answer it. */
    @Test
    void isNotWaitedForWhenTheExtractIsCancelledWhileItIsFrozen() throws Exception {
        Background extract = inTheMiddle(Connecting.PATIENCE);
        database.stop();
        extract.awaitPhase("waiting for connection 'source'");
        database.startAgain();
        database.freeze();
        try {
            Thread.sleep(4000);
            assertThat(extract.isDone()).isFalse();
            demandSoonCancelled(extract);
        } finally {
            database.goOn();
        }
    }

    /** The engine gives the step up while the server answers nothing, not even that it should stop. */
    @Test
    void isNotWaitedForWhenTheExtractIsInterrupted() throws Exception {
        Background extract = inTheMiddle(Connecting.PATIENCE);
        database.freeze();
        try {
            long start = System.nanoTime();
            extract.interrupt();
            assertThatThrownBy(extract::files)
                    .hasMessage("connection 'source', database 'postgres': the extract was cancelled");
            assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(8));
        } finally {
            database.goOn();
        }
    }

    private static void demandSoonCancelled(Background extract) {
        long start = System.nanoTime();
        extract.cancellation.cancel();
        assertThatThrownBy(extract::files)
                .hasMessage("connection 'source', database 'postgres': the extract was cancelled");
        assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(2));
    }

    @Test
    void isReadOnWhenItWasFrozenForAWhile() throws Exception {
        isReadOn(3);
    }

    @Test
    @Tag("slow")
    void isReadOnWhenItWasFrozenForTwentySeconds() throws Exception {
        isReadOn(20);
    }

    private void isReadOn(int seconds) throws Exception {
        Background extract = inTheMiddle(Connecting.PATIENCE);
        gate.close();
        database.freeze();
        long rows = extract.progress.rows();
        try {
            Thread.sleep(seconds * 1000L);
            assertThat(extract.isDone()).isFalse();
        } finally {
            database.goOn();
        }

        demandAll(extract.files());
        assertThat(rows).isLessThan(MovingMoney.ROWS);
        assertThat(extract.progress.notes()).isEmpty();
        assertThat(extract.phases).containsExactly("reading");
    }
}
