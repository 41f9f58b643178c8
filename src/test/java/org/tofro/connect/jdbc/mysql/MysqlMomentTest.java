package org.tofro.connect.jdbc.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tofro.connect.extract.ExtractProgress;
import org.tofro.connect.jdbc.Extract;
import org.tofro.connect.jdbc.ExtractRequest;
import org.tofro.connect.jdbc.Fault;
import org.tofro.connect.jdbc.ReadSource;
import org.tofro.data.TableName;
import org.tofro.local.LocalMysql;
import org.tofro.settings.MysqlConnection;

/** All ranges of an extract are of one moment, whatever moves between them while they are read. */
@Timeout(240)
class MysqlMomentTest {
    private static final int ROWS = 120_000;
    private static final int READERS = 4;
    private static MysqlSource source;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() throws Exception {
        source = MysqlSource.of(LocalMysql.shared());
        source.execute(
                "CREATE TABLE money (id int PRIMARY KEY, amount bigint, pad varchar(250))",
                "INSERT INTO money SELECT seq, 1000, REPEAT('z', 200) FROM seq_1_to_" + ROWS,
                "ANALYZE TABLE money",
                "CREATE USER reading IDENTIFIED BY 'hush'",
                "GRANT SELECT ON " + source.database() + ".* TO reading",
                "CREATE USER locking IDENTIFIED BY 'hush'",
                "GRANT SELECT, LOCK TABLES ON " + source.database() + ".* TO locking");
    }

    private static ExtractRequest request(MysqlConnection connection) {
        return MysqlSource.request(
                connection,
                source.database(),
                new ReadSource.OfTable(TableName.parse("money").orElseThrow()),
                List.of(),
                READERS,
                List.of());
    }

    /** What extracts find, each while money moves from the first ranges to the last ones; ends with the first that is wrong. */
    private List<Long> totals(MysqlConnection connection, int runs, Fault fault) throws Exception {
        List<Long> totals = new ArrayList<>();
        AtomicBoolean done = new AtomicBoolean();
        AtomicLong moves = new AtomicLong();
        CompletableFuture<Void> mover = CompletableFuture.runAsync(() -> {
            try (Connection writing = source.mysql().connect(source.database());
                    PreparedStatement move = writing.prepareStatement(
                            "UPDATE money SET amount = amount + IF(id = ?, -1, 1) WHERE id IN (?, ?)")) {
                for (int step = 0; !done.get(); step++) {
                    int giver = 1 + step * 7 % (ROWS / 4);
                    move.setInt(1, giver);
                    move.setInt(2, giver);
                    move.setInt(3, ROWS - step * 11 % (ROWS / 4));
                    move.executeUpdate();
                    moves.incrementAndGet();
                }
            } catch (java.sql.SQLException e) {
                throw new IllegalStateException(e);
            }
        });
        try {
            while (totals.size() < runs && totals.stream().allMatch(total -> total == 1000L * ROWS)) {
                long before = moves.get();
                List<String> rows = MysqlSource.rows(folder, request(connection), new ExtractProgress(), fault);
                assertThat(rows).hasSize(ROWS);
                assertThat(moves.get() - before).as("moves meanwhile").isGreaterThan(10);
                totals.add(rows.stream()
                        .mapToLong(row -> Long.parseLong(row.split("\t", -1)[1]))
                        .sum());
            }
        } finally {
            done.set(true);
            mover.join();
        }
        return totals;
    }

    /** Other workers may have them, which this process knows nothing of. */
    @ParameterizedTest
    @CsvSource({
        "3, LOCK TABLES, 1 of 4 sessions were not had",
        "2, RELOAD, 2 of 4 sessions were not had",
        "1, RELOAD, 3 of 4 sessions were not had"
    })
    void aServerThatHasFewerConnectionsIsReadByThose(int most, String lock, String note) throws Exception {
        String user = "few" + most;
        source.execute(
                "CREATE USER " + user + " IDENTIFIED BY 'hush' WITH MAX_USER_CONNECTIONS " + most,
                "GRANT " + lock + " ON *.* TO " + user,
                "GRANT SELECT ON " + source.database() + ".* TO " + user);
        ExtractProgress progress = new ExtractProgress();

        List<String> rows =
                MysqlSource.rows(folder, request(source.mysql().connection(user, "hush", 8)), progress, Fault.NONE);

        assertThat(rows).hasSize(ROWS);
        assertThat(progress.notes()).last().asString().startsWith(note).endsWith(" had no connection left");
    }

    @Test
    void theTotalIsConstant() throws Exception {
        assertThat(Extract.plan(request(source.mysql().connection())))
                .satisfies(plan -> assertThat(plan.readers()).isEqualTo(READERS))
                .satisfies(plan ->
                        assertThat(plan.reason()).matches("\\d+ ranges of 'id' at one moment: the table has \\d+ MiB"));
        assertThat(totals(source.mysql().connection(), 4, Fault.NONE))
                .hasSize(4)
                .containsOnly(1000L * ROWS);
    }

    @Test
    @Tag("slow")
    void theTotalIsConstantInTwentyRuns() throws Exception {
        assertThat(totals(source.mysql().connection(), 20, Fault.NONE))
                .hasSize(20)
                .containsOnly(1000L * ROWS);
    }

    /** Proves that the tests above can fail. */
    @Test
    void theTotalIsWrongWithoutTheLock() throws Exception {
        assertThat(totals(source.mysql().connection(), 20, Fault.SNAPSHOT_NOT_IMPORTED))
                .anyMatch(total -> total != 1000L * ROWS);
    }

    @Test
    void theLockOfTheTableDoesTheSame() throws Exception {
        assertThat(totals(source.mysql().connection("locking", "hush", 8), 3, Fault.NONE))
                .hasSize(3)
                .containsOnly(1000L * ROWS);
    }

    @Test
    void whoMayLockNothingReadsAloneAndSaysSo() throws Exception {
        MysqlConnection reading = source.mysql().connection("reading", "hush", 8);
        ExtractProgress progress = new ExtractProgress();
        assertThat(MysqlSource.rows(folder, request(reading), progress, Fault.NONE))
                .hasSize(ROWS);
        assertThat(progress.notes())
                .containsExactly("one reader: user 'reading' may lock nothing, so several sessions could not see one"
                        + " moment; grant RELOAD, or LOCK TABLES on the database");
    }

    /** With no connection to spare for the lock of the table. */
    @Test
    void whatCannotBeLockedAfterAllIsReadAlone() throws Exception {
        MysqlConnection crowded = source.mysql().connection("locking", "hush", READERS);
        ExtractProgress progress = new ExtractProgress();
        assertThat(MysqlSource.rows(folder, request(crowded), progress, Fault.NONE))
                .hasSize(ROWS);
        assertThat(progress.notes())
                .singleElement()
                .asString()
                .startsWith("one reader: nothing could be locked for the moment at which several would have begun (");
    }
}
