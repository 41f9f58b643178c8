package org.tofro.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.tofro.connect.RunningSteps;
import org.tofro.connect.warehouse.Lease;
import org.tofro.run.LaunchIdentity;

/** What the person on call types, against the stand-ins. */
@ExtendWith(TestCheckout.EndToEnd.class)
class OperationsTest {
    private static String pipeline(Scene scene, String schedule, String query) throws IOException {
        return scene.file("copy.yaml", """
                name: NAME
                %s
                steps:
                - type: extract-from-rds
                  name: extract
                  connection: host_db_1
                  database: NAME
                  sql: %s
                - type: load-into-staging-table
                  name: load
                  table: NAME.staging
                - type: reload-prod-table
                  name: reload
                  source: NAME.staging
                  destination: NAME.prod
                """.formatted(schedule, query));
    }

    private static void items(Scene scene) throws SQLException {
        scene.source(
                "CREATE TABLE items (id integer PRIMARY KEY, label text)",
                "INSERT INTO items SELECT n, 'x' || n FROM generate_series(1, 20) n");
    }

    private static JsonNode json(Scene.Answer answer) throws IOException {
        assertThat(answer.code()).as(answer.toString()).isZero();
        return new ObjectMapper().readTree(answer.out());
    }

    private static List<String> intervals(Scene scene) throws IOException {
        return json(Scene.tofro("history", scene.name, "--output", "json")).findValuesAsText("intervalStart");
    }

    @Test
    void cronsCallRunsTheIntervalOfTheSchedule(Scene scene) throws Exception {
        items(scene);
        String pipeline = pipeline(
                scene,
                "schedule: {cron: 30 6 * * *, time_zone: Europe/Berlin}",
                "SELECT id, '${date:yyyyMMdd}' AS day FROM items");

        Scene.Answer due = Scene.tofroAt("2026-03-30T04:30:05Z", "run", pipeline, "--scheduled");
        Scene.Answer again = Scene.tofroAt("2026-03-30T05:30:05Z", "run", pipeline, "--scheduled");

        assertThat(due.code()).as(due.toString()).isZero();
        JsonNode report = Scene.report(due.run());
        assertThat(report.get("intervalStart").asText()).isEqualTo("2026-03-28T23:00:00Z");
        assertThat(report.get("intervalEnd").asText()).isEqualTo("2026-03-29T22:00:00Z");
        assertThat(scene.warehouseRows("SELECT DISTINCT day FROM NAME.prod")).containsExactly("20260329");
        assertThat(again)
                .isEqualTo(new Scene.Answer(
                        0,
                        "",
                        "nothing is due before 2026-03-31T04:30:00Z: run " + due.run()
                                + " is of the interval of 2026-03-29\n"));
        Scene.Answer dated = Scene.tofro("run", pipeline, "--scheduled", "--date", "2026-03-28");
        assertThat(dated.code()).isEqualTo(2);
        assertThat(dated.err())
                .isEqualTo("--scheduled takes its date from the schedule, and is no trial run; leave --date out\n");
        assertThat(Scene.tofro("run", pipeline, "--date", "2026-03-28T05").err())
                .isEqualTo("--date: no run of this pipeline begins at '2026-03-28T05': by its schedule '30 6 * * *"
                        + " Europe/Berlin' the run around it begins at 2026-03-28, the next one at 2026-03-29\n");
    }

    @Test
    void afterAnOutageAllIntervalsAreCaughtUpInOrder(Scene scene) throws Exception {
        items(scene);
        String pipeline = pipeline(scene, "schedule: {cron: 5 * * * *, catch_up: all}", "SELECT id FROM items");
        assertThat(Scene.tofroAt("2026-02-03T10:05:00Z", "run", pipeline, "--scheduled")
                        .code())
                .isZero();

        assertThat(Scene.tofroAt("2026-02-03T11:04:00Z", "status", scene.name).out())
                .contains("  good   2026-02-03T09:00:00Z/2026-02-03T10:00:00Z  2026-02-03T11:05:00Z\n");
        assertThat(Scene.tofroAt("2026-02-03T12:30:00Z", "status", scene.name).out())
                .contains("  late   2026-02-03T09:00:00Z/2026-02-03T10:00:00Z  2026-02-03T13:05:00Z\n")
                .endsWith("\n" + scene.name
                        + ": the run of the interval 2026-02-03T10:00:00Z/2026-02-03T11:00:00Z was due at"
                        + " 2026-02-03T11:05:00Z and has not succeeded\n");

        Scene.Answer caughtUp = Scene.tofroAt("2026-02-03T13:05:00Z", "run", pipeline, "--scheduled");

        assertThat(caughtUp.code()).as(caughtUp.toString()).isZero();
        assertThat(intervals(scene))
                .containsExactly(
                        "2026-02-03T09:00:00Z", "2026-02-03T10:00:00Z", "2026-02-03T11:00:00Z", "2026-02-03T12:00:00Z");
        Scene.Answer byHand = Scene.tofroAt("2026-02-03T13:55:00Z", "run", pipeline, "--date", "2026-02-03T13");
        assertThat(byHand.code()).as(byHand.toString()).isZero();
        assertThat(intervals(scene)).hasSize(5).last().isEqualTo("2026-02-03T13:00:00Z");
    }

    @Test
    void aFailedRunIsSeenShownAndMarkedAsDone(Scene scene) throws Exception {
        items(scene);
        String good = pipeline(scene, "", "SELECT id FROM items");
        Scene.Answer first = Scene.tofro("run", good, "--date", "2026-11-20");
        assertThat(first.code()).as(first.toString()).isZero();
        String bad = pipeline(scene, "", "SELECT id FROM itms");
        Scene.Answer second = Scene.tofro("run", bad, "--date", "2026-11-21");
        assertThat(second.code()).isEqualTo(1);

        Scene.Answer history = Scene.tofro("history", scene.name);
        assertThat(history.out())
                .matches("run +interval +result +started +took +rows\n"
                        + first.run()
                        + "  2026-11-20T00:00:00Z/2026-11-21T00:00:00Z  succeeded  \\S+Z  \\d+\\.\\d s  20\n"
                        + second.run()
                        + "  2026-11-21T00:00:00Z/2026-11-22T00:00:00Z  failed     \\S+Z  \\d+\\.\\d s  0\n");
        assertThat(Scene.tofro("history", scene.name, "--last", "1").out())
                .contains(second.run())
                .doesNotContain(first.run());

        Scene.Answer show = Scene.tofro("show", second.run());
        assertThat(show.code()).as(show.toString()).isZero();
        assertThat(show.out())
                .startsWith("run " + second.run() + " of pipeline '" + scene.name + "'\n"
                        + "interval 2026-11-21T00:00:00Z/2026-11-22T00:00:00Z\n")
                .containsPattern("\nstarted \\S+Z, ended \\S+Z, failed in step 'extract'\n")
                .contains("\nto go on from where it stopped: tofro resume " + second.run() + "\n")
                .contains("relation \"itms\" does not exist")
                .contains("\nreload: not started: step 'load' was skipped\n")
                .endsWith("runs/" + second.run() + "/report.json\n");
        assertThat(json(Scene.tofro("show", first.run(), "--output", "json"))
                        .get("result")
                        .asText())
                .isEqualTo("SUCCEEDED");

        Scene.Answer status = Scene.tofro("status", scene.name);
        assertThat(status.out())
                .containsPattern(scene.name + " +failed +2026-11-20T00:00:00Z/2026-11-21T00:00:00Z")
                .contains("\n" + scene.name + ": run " + second.run() + " failed in step 'extract': ")
                .endsWith("to go on from where it stopped: tofro resume " + second.run() + "\n");
        JsonNode failed =
                json(Scene.tofro("status", scene.name, "--output", "json")).get(0);
        assertThat(failed.get("failed").get("run").asText()).isEqualTo(second.run());
        assertThat(failed.get("lastSuccess").get("run").asText()).isEqualTo(first.run());

        assertThat(Scene.tofro("mark", second.run(), "done").code()).isEqualTo(2);
        assertThat(Scene.tofro("mark", second.run(), "good", "--reason", "x").code())
                .isEqualTo(2);
        Scene.Answer marked = Scene.tofro("mark", second.run(), "done", "--reason", "loaded by hand");
        assertThat(marked)
                .isEqualTo(new Scene.Answer(
                        0, "run " + second.run() + " is marked as done; what waits for its interval goes on\n", ""));
        JsonNode report = Scene.report(second.run());
        assertThat(report.get("result").asText()).isEqualTo("SUCCEEDED");
        assertThat(report.get("problem").asText()).startsWith("Marked as done by hand: loaded by hand (");
        assertThat(Scene.step(report, "extract").get("outcome").asText()).isEqualTo("FAILED");
        assertThat(Scene.tofro("history", scene.name).out()).contains("  succeeded (by hand)  ");
        assertThat(Scene.tofro("show", second.run()).out()).contains(", marked as done by hand: loaded by hand (");
        assertThat(Scene.tofro("status", scene.name).out()).containsPattern(scene.name + " +good ");
        assertThat(Scene.tofro("resume", second.run()).err())
                .isEqualTo("run " + second.run() + " has succeeded already; nothing to resume\n");
        assertThat(Scene.tofro("mark", second.run(), "done", "--reason", "again")
                        .out())
                .isEqualTo("run " + second.run() + " has succeeded already\n");
        assertThat(Scene.tofro("cancel", first.run()).err())
                .matches("run " + first.run() + " is not running: it succeeded at \\S+Z\n");
    }

    @Test
    void unknownRunsAndPipelinesAreNamedWithWhatWasMeant(Scene scene) throws Exception {
        items(scene);
        Scene.Answer run = Scene.tofro("run", pipeline(scene, "", "SELECT id FROM items"));
        String mistyped = run.run().replace("scene", "scen");

        for (String command : List.of("show", "cancel", "resume")) {
            Scene.Answer unknown = Scene.tofro(command, mistyped);
            assertThat(unknown.code()).isEqualTo(2);
            assertThat(unknown.err())
                    .isEqualTo("the state area s3://tofro-state/ knows no run '" + mistyped + "'; did you mean '"
                            + run.run() + "'?\n");
        }
        Scene.Answer pipeline = Scene.tofro("pause", scene.name + "x", "--reason", "r");
        assertThat(pipeline.code()).isEqualTo(2);
        assertThat(pipeline.err())
                .startsWith("there is no pipeline '" + scene.name
                        + "x', neither in the state area s3://tofro-state/ nor under pipelines/; did you mean '"
                        + scene.name);
        assertThat(Scene.tofro("show", "*"))
                .isEqualTo(new Scene.Answer(
                        2,
                        "",
                        "the state area s3://tofro-state/ knows no run '*'; `tofro history` lists them; is --runner the one"
                                + " that it was started with?\n"));
        assertThat(Scene.tofro("history", "--last", "0").err()).isEqualTo("--last 0: give a number of at least 1\n");
    }

    @Test
    void aPausedPipelineDoesNotStart(Scene scene) throws Exception {
        items(scene);
        String pipeline = pipeline(scene, "schedule: 30 6 * * *", "SELECT id FROM items");
        assertThat(Scene.tofro("run", pipeline).code()).isZero();

        Scene.Answer paused = Scene.tofro("pause", scene.name, "--reason", "the source moves");
        assertThat(paused)
                .isEqualTo(new Scene.Answer(
                        0,
                        "pipeline '" + scene.name + "' is paused; to end that: tofro unpause " + scene.name + "\n",
                        ""));

        for (List<String> more : List.of(List.<String>of(), List.of("--scheduled"))) {
            List<String> words = new java.util.ArrayList<>(List.of("run", pipeline));
            words.addAll(more);
            Scene.Answer refused = Scene.tofroAt("2026-01-06T07:00:00Z", words.toArray(String[]::new));
            assertThat(refused.code()).as(refused.toString()).isEqualTo(20);
            assertThat(refused.err())
                    .matches("run \\S+\npipeline '" + scene.name
                            + "' is paused by \\S+@\\S+ since \\S+Z: the source moves\\."
                            + " `tofro unpause " + scene.name
                            + "` ends that; --even-if-paused starts this run all the same\n");
        }
        assertThat(Scene.tofro("status", scene.name).out())
                .contains("  paused  ")
                .containsPattern(
                        "\n" + scene.name + ": paused by \\S+ since \\S+Z: the source moves; to end that: tofro"
                                + " unpause " + scene.name + "\n");
        assertThat(json(Scene.tofro("history", scene.name, "--output", "json"))).hasSize(1);
        assertThat(Scene.tofro("run", pipeline, "--even-if-paused").code()).isZero();

        assertThat(Scene.tofro("unpause", scene.name).out())
                .matches("pipeline '" + scene.name + "' may start again; it was paused since \\S+Z by \\S+: the source"
                        + " moves\n");
        assertThat(Scene.tofro("unpause", scene.name).out())
                .isEqualTo("pipeline '" + scene.name + "' was not paused\n");
        assertThat(Scene.tofro("run", pipeline).code()).isZero();
    }

    @Test
    void aLeaseIsTakenFromTheDeadAndByForceFromTheLiving(Scene scene) throws Exception {
        items(scene);
        String pipeline = pipeline(scene, "", "SELECT id FROM items");
        assertThat(Scene.tofro("run", pipeline).code()).isZero();
        assertThat(Scene.tofro("unlock", scene.name).out()).isEqualTo("pipeline '" + scene.name + "' is not locked\n");
        Lease lease = new Lease(scene.checkout().redshift(), scene.name, 600);
        long token = lease.acquire("elsewhere boot 12 0 launch", "some-run", holder -> false);

        Scene.Answer refused = Scene.tofro("unlock", pipeline);
        assertThat(refused.code()).isEqualTo(75);
        assertThat(refused.err())
                .matches("pipeline '" + scene.name + "' is locked by run some-run: process 12 on elsewhere, and nothing"
                        + " here says that it is dead; its lease runs out in \\d+ s unless it renews it\\. `tofro cancel"
                        + " some-run` ends the run; --force takes the lease away, and what the process has not published"
                        + " by then is left undone\n");
        assertThat(Scene.tofro("status", scene.name).out())
                .contains("  running  ")
                .containsPattern(
                        ": run some-run is at work: process 12 on elsewhere, its lease runs for another \\d+ s");
        assertThat(Scene.tofro("run", pipeline).code()).isEqualTo(75);

        Scene.Answer forced = Scene.tofro("unlock", scene.name, "--force");
        assertThat(forced)
                .isEqualTo(new Scene.Answer(
                        0,
                        "pipeline '" + scene.name
                                + "' is unlocked: process 12 on elsewhere can publish nothing more, and"
                                + " ends run some-run when it next renews its lease; to go on with it then: tofro resume"
                                + " some-run\n",
                        ""));
        try (RunningSteps.Work work = RunningSteps.apart().start("lease")) {
            assertThat(lease.renew(work, token)).isFalse();
        }

        LaunchIdentity self = LaunchIdentity.ofThisProcess();
        String dead = new LaunchIdentity(self.host(), self.boot(), 4_000_000, 0, "launch").holder();
        long later = lease.acquire(dead, "dead-run", holder -> false);
        assertThat(later).isGreaterThan(token);
        assertThat(Scene.tofro("unlock", scene.name).out())
                .isEqualTo("pipeline '" + scene.name + "' is unlocked: process 4000000 on " + self.host()
                        + " is no more; to go on with its run: tofro resume dead-run\n");
        assertThat(lease.look().orElseThrow().live()).isFalse();
        assertThat(Scene.tofro("run", pipeline).code()).isZero();
    }

    /** That such a run can be resumed by another process, the slow lane shows. */
    @Test
    void aRunAtWorkIsCancelled(Scene scene) throws Exception {
        items(scene);
        scene.changeSource("CREATE TABLE gate (open boolean)", "INSERT INTO gate VALUES (false)");
        String pipeline = pipeline(
                scene,
                "",
                "SELECT i.id FROM items i, (SELECT CASE WHEN open THEN NULL ELSE pg_sleep(300) END AS slept FROM gate) g"
                        + " WHERE g.slept IS NULL OR i.id > 0");
        CompletableFuture<Scene.Answer> running =
                CompletableFuture.supplyAsync(() -> Scene.tofro("run", pipeline, "--date", "2026-11-20"));
        while (scene.sourceRows("postgres", sleepers(scene)).isEmpty()) {
            assertThat(running).isNotDone();
            Thread.sleep(50);
        }
        String run = json(Scene.tofro("status", scene.name, "--output", "json"))
                .get(0)
                .get("running")
                .get("run")
                .asText();
        assertThat(Scene.tofro("mark", run, "done", "--reason", "x").code()).isEqualTo(75);
        assertThat(Scene.tofro("show", run).out()).contains(", running: process ");
        assertThat(Scene.tofro("history", scene.name).out()).contains("  running  ");

        long asked = System.nanoTime();
        Scene.Answer cancelled = Scene.tofro("cancel", run);
        Scene.Answer ended = running.get(10, TimeUnit.SECONDS);

        assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - asked)).isLessThan(10);
        assertThat(cancelled.code()).as(cancelled.toString()).isZero();
        assertThat(cancelled.out())
                .matches("run " + run + " is cancelled: process \\d+ on \\S+ has ended it and given its lease back\n"
                        + "nothing of it was left at 'redshift'\n"
                        + "nothing of it was left at 'host_db_1'\n"
                        + "to go on from where it stopped: tofro resume " + run + "\n");
        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.out()).contains("\nThe run was ended: it was cancelled by ");
        assertThat(scene.sourceRows("postgres", sleepers(scene))).isEmpty();
        assertThat(Scene.tofro("cancel", run).code()).isEqualTo(2);

        scene.changeSource("UPDATE gate SET open = true");
        assertThat(Scene.tofro("run", pipeline).code()).isZero();
        assertThat(scene.warehouseRows("SELECT count(*) FROM NAME.prod")).containsExactly("20");
    }

    private static String sleepers(Scene scene) {
        return "SELECT pid FROM pg_stat_activity WHERE datname = '" + scene.name
                + "' AND state = 'active' AND query LIKE '%pg_sleep(300)%'";
    }

    @Test
    void whatAKilledRunHasLeftAtTheSourceIsEnded(Scene scene) throws Exception {
        items(scene);
        String pipeline = pipeline(scene, "", "SELECT id FROM items");
        Scene.Answer run = Scene.tofro("run", pipeline);
        // As after a kill: the index says that it runs, nobody holds the lease, a session is left.
        Path entry;
        try (var files = Files.walk(TestCheckout.FOLDER.resolve(".tofro/s3/tofro-state/index/" + scene.name))) {
            entry = files.filter(file -> file.toString().endsWith(run.run() + ".json"))
                    .findFirst()
                    .orElseThrow();
        }
        Files.writeString(entry, Files.readString(entry).replace("SUCCEEDED", "RUNNING"));
        assertThat(Scene.tofro("history", scene.name).out()).contains("  killed  ");
        try (var left = scene.rds(scene.name);
                var other = scene.rds(scene.name)) {
            left.setClientInfo("ApplicationName", "tofro:" + scene.name + "/extract/" + run.run());
            other.setClientInfo("ApplicationName", "tofro:" + scene.name + "/extract/another-run");

            Scene.Answer cancelled = Scene.tofro("cancel", run.run());

            assertThat(cancelled.code()).as(cancelled.toString()).isZero();
            assertThat(cancelled.out())
                    .isEqualTo("run " + run.run() + " is cancelled: its process had ended before, without a word\n"
                            + "nothing of it was left at 'redshift'\n"
                            + "1 session of it was ended at 'host_db_1'\n"
                            + "to go on from where it stopped: tofro resume " + run.run() + "\n");
            assertThat(left.isValid(5)).isFalse();
            assertThat(other.isValid(5)).isTrue();
        }
    }
}
