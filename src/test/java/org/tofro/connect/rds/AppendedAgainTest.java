package org.tofro.connect.rds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.tofro.connect.rds.Loads.append;
import static org.tofro.connect.rds.Loads.by;
import static org.tofro.connect.rds.Loads.run;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tofro.connect.StepRefusal;
import org.tofro.connect.warehouse.FencedException;
import org.tofro.connect.warehouse.Lease;
import org.tofro.connect.warehouse.TestWarehouse;
import org.tofro.data.RunContext;
import org.tofro.data.StagedFiles;

/** Rows of an interval that another run has added to a table of RDS already. */
class AppendedAgainTest {
    private static final String SERVERS = "org.tofro.connect.rds.LoadRdsTest#servers";

    @TempDir
    private Path folder;

    private Loads loads;

    @BeforeEach
    void area() {
        loads = new Loads(folder);
    }

    private StagedFiles visits(int count) throws Exception {
        return loads.stage("id integer, name varchar(200)", count, i -> new String[] {Integer.toString(i), "v"});
    }

    private static RunContext hours(String id, long token, int from, int to) {
        return Loads.hours(run(id, token), from, to);
    }

    private static String refusal(Rds rds, String earlier, int rows, String run) {
        return "run '" + earlier + "' has added " + rows + (rows == 1 ? " row" : " rows")
                + " of the interval from 2026-11-23T00:00:00Z to 2026-11-24T00:00:00Z to visits of database '"
                + rds.database() + "' at 'learners' already, and no key tells which of these are the same. Nothing was"
                + " changed. If that run did not end well, `tofro resume " + earlier
                + "` goes on with it; `insert_query:"
                + " ... ON " + (rds.isMysql() ? "DUPLICATE KEY UPDATE" : "CONFLICT")
                + " ...` puts rows in the place of earlier ones for good, `tofro resume " + run
                + " --accept again=\"reason\"` adds them once more for this run";
    }

    @ParameterizedTest
    @MethodSource(SERVERS)
    void anIntervalIsRefusedAndAnotherOneIsNot(Callable<Rds> server) throws Exception {
        Rds rds = server.call();
        rds.execute("CREATE TABLE visits (id integer, name varchar(40))");
        loads.load(append(rds, "visits"), hours("run-1", 1, 0, 24), visits(2));
        loads.load(append(rds, "visits"), hours("run-2", 2, 24, 48), visits(1));
        loads.load(append(rds, "visits"), hours("run-3", 3, 0, 24), visits(0));

        assertThatThrownBy(() -> loads.load(append(rds, "visits"), hours("run-4", 4, 0, 24), visits(2)))
                .isInstanceOf(StepRefusal.class)
                .hasMessage(refusal(rds, "run-1", 2, "run-4"));
        loads.load(append(rds, "visits"), Loads.hours(run("run-4", 4, 2, Map.of()), 0, 24), visits(2));
        assertThat(rds.rows("SELECT count(*) FROM visits")).containsExactly("3");

        assertThat(loads.load(
                                append(rds, "visits"),
                                Loads.hours(run("run-4", 5, -1, Map.of("again", "both count")), 0, 24),
                                visits(2))
                        .notes())
                .containsExactly("accepted again: both count");
        assertThat(rds.rows("SELECT count(*) FROM visits")).containsExactly("5");
        assertThat(rds.ledger())
                .containsExactly("run-1|load|2|2", "run-2|load|1|1", "run-3|load|0|0", "run-4|load|2|2");
    }

    @ParameterizedTest
    @MethodSource(SERVERS)
    void anIntervalIsRefusedThatAnotherOneIsAPartOf(Callable<Rds> server) throws Exception {
        Rds rds = server.call();
        rds.execute("CREATE TABLE visits (id integer, name varchar(40))");
        loads.load(append(rds, "visits"), hours("run-1", 1, 5, 6), visits(1));
        loads.load(append(rds, "visits"), hours("run-2", 2, 6, 7), visits(1));
        assertThatThrownBy(() -> loads.load(append(rds, "visits"), hours("run-3", 3, 0, 24), visits(2)))
                .hasMessage(refusal(rds, "run-2", 1, "run-3"));
    }

    /** The server itself lets no key stand there twice; such a statement says what becomes of rows. */
    @ParameterizedTest
    @MethodSource(SERVERS)
    void rowsWhoseKeyTellsThemAreNotAffected(Callable<Rds> server) throws Exception {
        Rds rds = server.call();
        rds.execute(
                "CREATE TABLE visits (id integer PRIMARY KEY, name varchar(40))",
                "CREATE TABLE numbered (number integer " + (rds.isMysql() ? "AUTO_INCREMENT" : "DEFAULT 1")
                        + " PRIMARY KEY, id integer, name varchar(40))");
        loads.load(append(rds, "visits"), hours("run-1", 1, 0, 24), visits(2));
        StagedFiles others = loads.stage("ID integer, name varchar(200)", 2, i -> new String[] {i + 2 + "", "v"});
        loads.load(append(rds, "visits"), hours("run-2", 2, 0, 24), others);
        String merge = "INSERT INTO visits (id, name) VALUES (?, ?) "
                + (rds.isMysql()
                        ? "ON DUPLICATE KEY UPDATE name = VALUES(name)"
                        : "ON CONFLICT (id) DO UPDATE SET name = excluded.name");
        loads.load(by(rds, "visits", merge), hours("run-3", 3, 0, 24), visits(3));
        assertThat(rds.rows("SELECT count(*) FROM visits")).containsExactly("4");

        assertThatThrownBy(() -> loads.load(
                        by(rds, "visits", "INSERT INTO visits (id, name) VALUES (? + 100, ?)"),
                        hours("run-4", 4, 0, 24),
                        visits(1)))
                .hasMessage(refusal(rds, "run-3", 3, "run-4"));
        loads.load(append(rds, "numbered"), hours("run-5", 5, 0, 24), visits(1));
        assertThatThrownBy(() -> loads.load(append(rds, "numbered"), hours("run-6", 6, 0, 24), visits(1)))
                .hasMessageStartingWith("run 'run-5' has added 1 row of the interval");
    }

    /** Its lease was taken away while it waited in the midst of its rows: it can change nothing more. */
    @ParameterizedTest
    @MethodSource(SERVERS)
    void aLoadWhoseLeaseWasTakenAwayChangesNothing(Callable<Rds> server) throws Exception {
        Rds rds = server.call();
        rds.execute("CREATE TABLE visits (id integer PRIMARY KEY, name varchar(40))");
        StagedFiles files = visits(3);
        try (Connection other = rds.connect();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("INSERT INTO visits VALUES (2, 'held')");
            CompletableFuture<Void> load = CompletableFuture.runAsync(() -> {
                try {
                    loads.load(append(rds, "visits"), hours("run-1", 1, 0, 24), files, 60);
                } catch (Exception e) {
                    throw new CompletionException(e);
                }
            });
            String waiting = rds.isMysql()
                    ? "SELECT count(*) FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'"
                    : "SELECT count(*) FROM pg_locks WHERE NOT granted";
            while (rds.rows(waiting).contains("0") && !load.isDone()) {
                // MySQL keeps its answer as long as it is asked more often than ten times a second.
                Thread.sleep(200);
            }
            new Lease(new TestWarehouse().connection(), "people", 60).revoke(1);
            other.rollback();
            assertThatThrownBy(() -> load.get(60, TimeUnit.SECONDS))
                    .cause()
                    .isInstanceOf(FencedException.class)
                    .hasMessageStartingWith("pipeline 'people' was taken over by another launch");
        }
        assertThat(rds.rows("SELECT count(*) FROM visits")).containsExactly("0");
        assertThat(rds.ledger()).isEmpty();
    }
}
