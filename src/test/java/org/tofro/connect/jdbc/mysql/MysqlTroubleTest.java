package org.tofro.connect.jdbc.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.tofro.connect.extract.ExtractException;
import org.tofro.connect.jdbc.Background;
import org.tofro.connect.jdbc.ExtractRequest;
import org.tofro.connect.jdbc.ReadSource;
import org.tofro.connect.jdbc.SourceDatabase;
import org.tofro.connect.staging.StagingArea;
import org.tofro.data.SqlScript;
import org.tofro.data.StagedFiles;
import org.tofro.data.TableName;
import org.tofro.local.LocalMysql;
import org.tofro.settings.MysqlConnection;

/** Extracts that are cancelled, or whose sessions are ended in the middle: one moment or nothing, and nobody is left. */
@Timeout(180)
class MysqlTroubleTest {
    private static final int ROWS = 50_000;
    private static final int READERS = 2;
    private static final ReadSource MONEY =
            new ReadSource.OfTable(TableName.parse("money").orElseThrow());

    private static MysqlSource source;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() throws Exception {
        source = MysqlSource.of(LocalMysql.shared());
        source.execute(
                "CREATE TABLE money (id int PRIMARY KEY, amount bigint, pad varchar(2000))",
                "INSERT INTO money SELECT seq, 1000, REPEAT('z', 2000) FROM seq_1_to_" + ROWS,
                "ANALYZE TABLE money",
                "CREATE TABLE held (id int)",
                "CREATE USER IF NOT EXISTS troubled IDENTIFIED BY 'hush'",
                "GRANT RELOAD ON *.* TO troubled",
                "GRANT SELECT, LOCK TABLES ON " + source.database() + ".* TO troubled");
    }

    @AfterEach
    void nobodyIsLeft() throws Exception {
        assertThat(sessions()).isEmpty();
    }

    private static MysqlConnection connection() {
        return source.mysql().connection("troubled", "hush", 8);
    }

    private static ExtractRequest money(int port) {
        MysqlConnection held = new MysqlConnection(
                "source",
                false,
                null,
                "127.0.0.1",
                port,
                "troubled",
                connection().password(),
                8,
                connection().properties());
        return MysqlSource.request(held, source.database(), MONEY, List.of(), READERS, List.of());
    }

    private static ExtractRequest sql(String sql) {
        return MysqlSource.request(
                connection(),
                source.database(),
                new ReadSource.OfSql(new SqlScript(sql, "p.yaml:4")),
                List.of(),
                READERS,
                List.of());
    }

    /** What the extracts' user does on the server: number, command, state. */
    private static List<String> sessions() throws SQLException {
        return source.mysql()
                .rows(
                        "",
                        "SELECT id, command, state FROM information_schema.PROCESSLIST WHERE user = 'troubled' ORDER BY id");
    }

    /** The sessions that read rows, the first reader first; their names are numbers. */
    private static List<String> readers() throws SQLException {
        return sessions().stream()
                .map(session -> session.substring(0, session.indexOf('|')))
                .toList();
    }

    private static void kill(String session) throws SQLException {
        source.execute("KILL " + session);
        while (sessions().stream().anyMatch(each -> each.startsWith(session + "|"))) {
            Thread.onSpinWait();
        }
    }

    private static String where() {
        return "connection 'source', database '" + source.database() + "': ";
    }

    private static String lost(int port) {
        return "connection 'source': the connection to 127.0.0.1:" + port + " was lost";
    }

    private long storedFiles() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).count();
        }
    }

    private void demandSoonCancelled(Background extract) throws Exception {
        long start = System.nanoTime();
        extract.cancellation.cancel();
        assertThatThrownBy(extract::files).hasMessage(where() + "the extract was cancelled");
        assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(2));
        while (!sessions().isEmpty()) {
            assertThat(System.nanoTime() - start).as(sessions().toString()).isLessThan(TimeUnit.SECONDS.toNanos(2));
        }
        assertThat(storedFiles()).isZero();
    }

    private static void await(String condition) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (source.mysql()
                .rows("", "SELECT id FROM information_schema.PROCESSLIST WHERE user = 'troubled' AND " + condition)
                .isEmpty()) {
            assertThat(System.nanoTime()).as(sessions().toString()).isLessThan(deadline);
            Thread.sleep(10);
        }
    }

    @Test
    void isCancelledWhileTheServerComputes() throws Exception {
        Background extract =
                Background.start(sql("SELECT COUNT(*) AS n FROM seq_1_to_100000 a, seq_1_to_1000000 b"), folder);
        await("info LIKE '/* tofro:%COUNT%'");
        demandSoonCancelled(extract);
    }

    @Test
    void isCancelledWhileTheServerWaits() throws Exception {
        Background extract = Background.start(sql("SELECT SLEEP(100) AS s"), folder);
        await("state = 'User sleep'");
        demandSoonCancelled(extract);
    }

    @Test
    void isCancelledWhileItPlans() throws Exception {
        try (Connection other = source.mysql().connect(source.database());
                Statement statement = other.createStatement()) {
            statement.execute("LOCK TABLES held WRITE");
            Background extract = Background.start(
                    MysqlSource.request(
                            connection(),
                            source.database(),
                            new ReadSource.OfTable(TableName.parse("held").orElseThrow()),
                            List.of(),
                            1,
                            List.of()),
                    folder);
            await("state LIKE 'Waiting for table%'");
            demandSoonCancelled(extract);
        }
    }

    @Test
    void isCancelledWhileRowsCome() throws Exception {
        Background extract =
                Background.start(sql("SELECT REPEAT('x', 1000) AS x, SLEEP(0.001) AS s FROM seq_1_to_100000"), folder);
        while (extract.progress.rows() == 0) {
            Thread.sleep(10);
        }
        demandSoonCancelled(extract);
    }

    @Test
    void isCancelledWhileRowsAreOnTheirWay() throws Exception {
        try (HeldNetwork network = new HeldNetwork(source.mysql().port())) {
            Background extract = Background.start(money(network.port()), folder);
            network.await(READERS);
            assertThat(readers()).hasSize(READERS);
            demandSoonCancelled(extract);
        }
    }

    /** Whichever reader it is, the others' rows are thrown away too: the next go is of another moment. */
    @Test
    void aKilledReaderHasAllReadAgain() throws Exception {
        for (int lost = 0; lost < READERS; lost++) {
            source.execute("UPDATE money SET amount = 1000");
            try (HeldNetwork network = new HeldNetwork(source.mysql().port())) {
                Background extract = Background.start(money(network.port()), folder);
                network.await(READERS);
                kill(readers().get(lost));
                source.execute("UPDATE money SET amount = 2000");
                network.letPass();
                extract.awaitPhase("waiting for connection 'source'");
                network.await(READERS);
                network.letPass();

                demandAllOf(extract.files(), "2000");
                assertThat(extract.progress.notes())
                        .containsExactly("started again as a whole, because " + lost(network.port()));
                assertThat(extract.phases).containsExactly("reading", "waiting for connection 'source'", "reading");
            }
        }
    }

    private void demandAllOf(StagedFiles files, String amount) throws Exception {
        assertThat(files.rowsRead()).isEqualTo(ROWS);
        try (StagingArea area = SourceDatabase.folder(folder)) {
            List<String> rows = SourceDatabase.rows(area, files);
            assertThat(rows.stream().map(row -> row.split("\t")[0]).distinct()).hasSize(ROWS);
            assertThat(rows.stream().map(row -> row.split("\t")[1]).distinct()).containsExactly(amount);
        }
        assertThat(storedFiles()).isEqualTo(files.files().size());
        for (Path file : stored()) {
            Files.delete(file);
        }
    }

    private List<Path> stored() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    @Test
    void aSecondLossEndsTheExtract() throws Exception {
        try (HeldNetwork network = new HeldNetwork(source.mysql().port())) {
            Background extract = Background.start(money(network.port()), folder);
            for (int loss = 0; loss < 2; loss++) {
                network.await(READERS);
                kill(readers().get(loss));
                network.letPass();
                network.await(0);
            }

            assertThatThrownBy(extract::files)
                    .isInstanceOf(ExtractException.class)
                    .hasMessage(lost(network.port()) + ". The extract was tried twice; `resume` goes on with it");
        }
        assertThat(storedFiles()).isZero();
    }

    /** Somebody meant the query, not the session: it would be killed again. */
    @Test
    void aKilledQueryEndsTheExtract() throws Exception {
        Background extract = Background.start(sql("SELECT id, SLEEP(0.01) AS s FROM money"), folder);
        await("state = 'User sleep' AND info LIKE '/* tofro:%'");
        source.execute("KILL QUERY " + readers().get(0));
        assertThatThrownBy(extract::files).hasMessage(where() + "the server cancelled the query: somebody killed it");
        assertThat(storedFiles()).isZero();
    }

    @Test
    @Tag("slow")
    void aLossWhilePlanningIsOneToo() throws Exception {
        try (Connection other = source.mysql().connect(source.database());
                Statement statement = other.createStatement()) {
            statement.execute("LOCK TABLES money WRITE");
            Background extract = Background.start(money(source.mysql().port()), folder);
            await("state LIKE 'Waiting for table%'");
            kill(readers().get(0));
            statement.execute("UNLOCK TABLES");

            assertThat(extract.files().rowsRead()).isEqualTo(ROWS);
            assertThat(extract.progress.notes())
                    .singleElement()
                    .asString()
                    .isIn(
                            "started again as a whole, because connection 'source': an administrator of 127.0.0.1:"
                                    + source.mysql().port() + " ended the session",
                            "started again as a whole, because "
                                    + lost(source.mysql().port()));
        }
    }

    @Test
    @Tag("slow")
    void aRefusalAfterALossEndsTheExtractAtOnce() throws Exception {
        try (HeldNetwork network = new HeldNetwork(source.mysql().port())) {
            Background extract = Background.start(money(network.port()), folder);
            network.await(READERS);
            source.execute("ALTER USER troubled ACCOUNT LOCK");
            kill(readers().get(1));
            network.letPass();

            assertThatThrownBy(extract::files)
                    .hasMessage("connection 'source': 127.0.0.1:%d refuses user 'troubled': the account is locked"
                            .formatted(network.port()));
        } finally {
            source.execute("ALTER USER troubled ACCOUNT UNLOCK");
        }
        assertThat(storedFiles()).isZero();
    }

    /** As an engine does that gives the step up. */
    @Test
    @Tag("slow")
    void anInterruptedExtractLeavesNothing() throws Exception {
        try (HeldNetwork network = new HeldNetwork(source.mysql().port())) {
            Background extract = Background.start(money(network.port()), folder);
            network.await(READERS);
            extract.interrupt();
            assertThatThrownBy(extract::files).hasMessage(where() + "the extract was cancelled");
        }
        assertThat(storedFiles()).isZero();
    }

    /** Limits that an administrator set for people's queries. */
    @Test
    @Tag("slow")
    void theServersOwnTimeLimitsDoNotEndTheSession() throws Exception {
        String before =
                source.mysql().rows("", "SELECT @@GLOBAL.max_statement_time").get(0);
        source.execute("SET GLOBAL max_statement_time = 0.3");
        try {
            Background extract = Background.start(sql("SELECT 1 AS a, SLEEP(1) AS b"), folder);
            assertThat(extract.files().rowsRead()).isEqualTo(1);
            assertThat(extract.progress.notes()).isEmpty();
        } finally {
            source.execute("SET GLOBAL max_statement_time = " + before);
        }
    }
}
