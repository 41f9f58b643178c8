package org.tofro.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** The extracts of a run share {@code max_connections} of their server; what the run has open in the warehouse is apart. */
@ExtendWith(TestCheckout.EndToEnd.class)
@Timeout(120)
class SideBySideExtractsTest {
    private static final int EXTRACTS = 4;
    private static final int MOST = 3;

    /** The most sessions of the scene's runs that a server has at a time, by its own count, until told to stop. */
    private static int mostSessions(Connection server, Scene scene, AtomicBoolean done) {
        int most = 0;
        try (Statement statement = server.createStatement()) {
            while (!done.get()) {
                try (ResultSet row = statement.executeQuery(
                        "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'tofro:" + scene.name + "/%'"
                                + " OR application_name LIKE 'tofro:plan/%'")) {
                    row.next();
                    most = Math.max(most, row.getInt(1));
                }
                Thread.sleep(2);
            }
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        return most;
    }

    private static String pipeline(Scene scene) throws Exception {
        StringBuilder steps = new StringBuilder("name: NAME\nsteps:\n");
        for (int i = 0; i < EXTRACTS; i++) {
            steps.append("""
                    - type: extract-from-rds
                      name: extract-%1$d
                      connection: host_db_1
                      database: NAME
                      sql: SELECT id, pass(id) AS passed FROM wide
                      splits: 4
                    """.formatted(i));
        }
        for (int i = 0; i < EXTRACTS; i++) {
            steps.append("""
                    - type: load-into-staging-table
                      name: load-%1$d
                      input_node: extract-%1$d
                      table: NAME.staging_%1$d
                    """.formatted(i));
        }
        return scene.file("wide.yaml", steps.toString());
    }

    @Test
    void holdTheLimitTogether(Scene scene) throws Exception {
        // Readers stop at a gate in the middle of a range, so that all that may come are there at a time.
        scene.source(
                "CREATE TABLE wide AS SELECT i AS id, repeat('x', 1900) AS pad FROM generate_series(1, 16000) i", """
                CREATE FUNCTION pass(id int) RETURNS boolean IMMUTABLE LANGUAGE plpgsql AS $$
                BEGIN
                    IF id % 500 = 0 THEN
                        PERFORM pg_advisory_lock_shared(7);
                        PERFORM pg_advisory_unlock_shared(7);
                    END IF;
                    RETURN true;
                END $$
                """);
        String seeded = "host_db_1: {type: postgres, stand_in: true, seed: test-data/rds/host_db_1";
        String runner = scene.runner("few.yaml", seeded, seeded + ", max_connections: " + MOST);
        String pipeline = pipeline(scene);
        AtomicBoolean done = new AtomicBoolean();
        Executor threads = task -> new Thread(task).start();
        try (Connection rds = scene.rds("postgres");
                Connection warehouse = scene.warehouse();
                Connection gate = scene.rds(scene.name)) {
            CompletableFuture<Integer> mostOfRds =
                    CompletableFuture.supplyAsync(() -> mostSessions(rds, scene, done), threads);
            CompletableFuture<Integer> mostOfWarehouse =
                    CompletableFuture.supplyAsync(() -> mostSessions(warehouse, scene, done), threads);
            Scene.Answer plan = Scene.tofro("plan", pipeline, "--connect", "--runner", runner);
            assertThat(plan.code()).as(plan.toString()).isZero();
            assertThat(plan.out()).contains("4 readers: ");

            try (Statement close = gate.createStatement()) {
                close.execute("SELECT pg_advisory_lock(7)");
            }
            CompletableFuture<Scene.Answer> running =
                    CompletableFuture.supplyAsync(() -> Scene.tofro("run", pipeline, "--runner", runner), threads);
            while (atTheGate(scene) < MOST && !running.isDone()) {
                Thread.sleep(20);
            }
            // Time for a session too many to come.
            Thread.sleep(1000);
            gate.close();

            assertThat(running.get().code()).as(running.get().toString()).isZero();
            done.set(true);
            assertThat(mostOfRds.get()).isEqualTo(MOST);
            assertThat(mostOfWarehouse.get()).isPositive();
        }
        for (int i = 0; i < EXTRACTS; i++) {
            assertThat(scene.warehouseRows("SELECT count(*) FROM NAME.staging_" + i))
                    .isEqualTo(List.of("16000"));
        }
    }

    private static int atTheGate(Scene scene) throws SQLException {
        return Integer.parseInt(
                scene.sourceRows("SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'tofro:"
                                + scene.name + "/%' AND wait_event = 'advisory'")
                        .get(0));
    }
}
