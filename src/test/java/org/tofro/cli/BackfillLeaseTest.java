package org.tofro.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** The one lease of a backfill: it names the run that is at work, and lasts while an interval waits. */
@ExtendWith(TestCheckout.EndToEnd.class)
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class BackfillLeaseTest {
    private static final int LEASE_SECONDS = 6;

    /** The interval of November 3 takes for ever unless the gate is open. */
    private static String pipeline(Scene scene, String rules) throws Exception {
        scene.source(
                "CREATE TABLE events (id int PRIMARY KEY, seen timestamp)",
                "INSERT INTO events VALUES (1, '2026-11-02 12:00'), (2, '2026-11-03 12:00')",
                "CREATE TABLE gate (open boolean)",
                "INSERT INTO gate VALUES (false)");
        return scene.file("filled.yaml", "name: NAME\n" + rules + """
                steps:
                - type: extract-from-rds
                  name: extract
                  connection: host_db_1
                  database: NAME
                  sql: >
                    SELECT e.id, e.seen FROM events e, (SELECT CASE
                    WHEN open OR timestamp ${interval.start} < '2026-11-03' THEN NULL ELSE pg_sleep(300) END AS slept
                    FROM gate) g
                    WHERE e.seen >= ${interval.start} AND e.seen < ${interval.end} AND (g.slept IS NULL OR e.id > 0)
                - {type: load-into-staging-table, name: load, table: NAME.staging}
                - {type: upsert, name: publish, source: NAME.staging, destination: NAME.prod, primary_key: id}
                """);
    }

    private static CompletableFuture<Scene.Answer> fill(String pipeline, String runner) {
        return CompletableFuture.supplyAsync(
                () -> Scene.tofro("run", pipeline, "--from", "2026-11-02", "--to", "2026-11-04", "--runner", runner));
    }

    private static String run(Scene scene, String day) {
        return scene.name + "-" + day + "T0000-backfill";
    }

    @Test
    void theRunAtWorkIsTheOneThatIsShownAndCancelled(Scene scene) throws Exception {
        CompletableFuture<Scene.Answer> filling = fill(pipeline(scene, ""), "local");
        String sleepers = "SELECT pid FROM pg_stat_activity WHERE datname = '" + scene.name
                + "' AND state = 'active' AND query LIKE '%pg_sleep(300)%'";
        while (scene.sourceRows("postgres", sleepers).isEmpty()) {
            assertThat(filling).isNotDone();
            Thread.sleep(50);
        }
        String first = run(scene, "20261102");
        String second = run(scene, "20261103");

        assertThat(new ObjectMapper()
                        .readTree(Scene.tofro("status", scene.name, "--output", "json")
                                .out())
                        .get(0)
                        .get("running")
                        .get("run")
                        .asText())
                .isEqualTo(second);
        assertThat(Scene.tofro("history", scene.name).out())
                .containsPattern(first + " .* succeeded ")
                .containsPattern(second + " .* running ");
        assertThat(Scene.tofro("show", second).out()).contains(", running: process ");
        assertThat(Scene.tofro("mark", second, "done", "--reason", "x").code()).isEqualTo(75);
        assertThat(Scene.tofro("cancel", first).err()).startsWith("run " + first + " is not running: it succeeded at ");

        Scene.Answer cancelled = Scene.tofro("cancel", second);
        Scene.Answer ended = filling.get(1, TimeUnit.MINUTES);

        assertThat(cancelled.code()).as(cancelled.toString()).isZero();
        assertThat(cancelled.out())
                .matches("run " + second
                        + " is cancelled: process \\d+ on \\S+ has ended it and given its lease back\n"
                        + "nothing of it was left at 'redshift'\n"
                        + "nothing of it was left at 'host_db_1'\n"
                        + "to go on from where it stopped: tofro resume " + second + "\n");
        assertThat(ended.code()).as(ended.toString()).isEqualTo(1);
        assertThat(ended.out()).contains("\nThe run was ended: it was cancelled by ");
        assertThat(ended.err()).contains("the backfill ends at 2026-11-03; start it again to go on from there");
        assertThat(scene.warehouseRows("SELECT id FROM NAME.prod")).containsExactly("1");
    }

    @Test
    void itLastsWhileAnIntervalWaitsForLongerThanItsLength(Scene scene) throws Exception {
        String upstream = upstream(scene);
        String runner = runner(scene);
        String pipeline = waiting(scene);
        CompletableFuture<Scene.Answer> filling = fill(pipeline, runner);
        awaitNote(scene, filling);
        TimeUnit.SECONDS.sleep(LEASE_SECONDS + 2);

        Scene.Answer other = Scene.tofro("run", pipeline, "--date", "2026-11-02", "--needs", "ignore");
        assertThat(other.code()).as(other.toString()).isEqualTo(75);
        assertThat(other.err())
                .contains("pipeline '" + scene.name + "' is running: run (backfill) by process ")
                .contains("unless it is renewed. Wait for it to end, then start again\n");
        assertThat(Scene.tofro("cancel", run(scene, "20261102")).err())
                .startsWith("run " + run(scene, "20261102") + " is not running: it succeeded at ");
        assertThat(Scene.tofro("run", upstream, "--date", "2026-11-03").code()).isZero();

        Scene.Answer filled = filling.get();
        assertThat(filled.code()).as(filled.toString()).isZero();
        assertThat(filled.err()).contains("backfill: 2 of 2 intervals run, 0 were done already");
        assertThat(scene.warehouseRows("SELECT id FROM NAME.prod ORDER BY id")).containsExactly("1", "2");
        assertThat(Scene.tofro("unlock", scene.name).out()).isEqualTo("pipeline '" + scene.name + "' is not locked\n");
    }

    @Test
    void anIntervalThatWaitsEndsWhenItIsLost(Scene scene) throws Exception {
        upstream(scene);
        CompletableFuture<Scene.Answer> filling = fill(waiting(scene), runner(scene));
        awaitNote(scene, filling);

        Scene.Answer forced = Scene.tofro("unlock", scene.name, "--force");
        Scene.Answer ended = filling.get(1, TimeUnit.MINUTES);

        assertThat(forced.out())
                .matches("pipeline '" + scene.name + "' is unlocked: process \\d+ on \\S+ can publish nothing more, and"
                        + " starts no further run of its backfill\n");
        assertThat(ended.code()).as(ended.toString()).isEqualTo(20);
        assertThat(ended.err())
                .contains("ending the run: its lease was lost: this process was stopped, or cut off from the warehouse,"
                        + " for too long; to go on with it later: tofro resume " + run(scene, "20261103"))
                .contains("the backfill ends at 2026-11-03; start it again to go on from there");
        assertThat(Scene.report(run(scene, "20261103")).get("result").asText()).isEqualTo("NOT_READY");
    }

    private static String waiting(Scene scene) throws Exception {
        String pipeline = pipeline(scene, "needs: {pipeline: NAME-upstream, refresh_rate: 1, timeout: 2 minutes}\n");
        scene.changeSource("UPDATE gate SET open = true");
        return pipeline;
    }

    /** A pipeline that is waited for, and has succeeded for the first interval. */
    private static String upstream(Scene scene) throws Exception {
        String pipeline =
                scene.file("upstream.yaml", "name: NAME-upstream\nsteps:\n- {type: sql-command, command: SELECT 1}\n");
        assertThat(Scene.tofro("run", pipeline, "--date", "2026-11-02").code()).isZero();
        return pipeline;
    }

    private static String runner(Scene scene) throws IOException {
        return scene.runner(
                "short.yaml", "runner: direct\n", "runner: direct\nlimits: {lease_seconds: " + LEASE_SECONDS + "}\n");
    }

    private static void awaitNote(Scene scene, CompletableFuture<Scene.Answer> filling) throws InterruptedException {
        Path note = Scene.waitingFolder().resolve(run(scene, "20261103") + ".json");
        while (!Files.exists(note)) {
            assertThat(filling).as("%s", filling.getNow(null)).isNotDone();
            Thread.sleep(50);
        }
    }
}
