package org.tofro.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tofro.run.EarlyEnd;
import org.tofro.run.HostPlaces;
import org.tofro.settings.Settings;

/** What a pipeline's file says of its nights: bootstrap commands, deadlines, how many steps at a time. */
@ExtendWith(TestCheckout.EndToEnd.class)
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class NightRulesTest {
    private static final String STEPS = """
            steps:
            - {type: extract-from-rds, name: extract, connection: host_db_1, database: NAME, table: items}
            - {type: load-into-staging-table, name: load, table: NAME.staging}
            """;
    private static final String SLOW = """
            steps:
            - {type: extract-from-rds, name: extract, connection: host_db_1, database: NAME, sql: "SELECT i AS id FROM generate_series(1, 2) i, pg_sleep(60)"}
            - {type: load-into-staging-table, name: load, table: NAME.staging}
            """;

    private static void source(Scene scene) throws Exception {
        scene.source("CREATE TABLE items (id integer)", "INSERT INTO items VALUES (1), (2)");
    }

    @Test
    void bootstrapCommandsRunOnceBeforeTheStepsOfALaunch(Scene scene) throws Exception {
        source(scene);
        Path done = Path.of(scene.file("done.txt", ""));
        String pipeline = scene.file("made-ready.yaml", """
                name: NAME
                bootstrap:
                  ec2:
                  - {step_type: transform, command: "echo $TOFRO_PIPELINE $TOFRO_RUN >> 'DONE'", no_output: true}
                  - "echo second >> 'DONE'"
                  emr:
                  - {step_type: transform, command: "echo never >> 'DONE'", resource_type: emr}
                """.replace("DONE", done.toString()) + STEPS);

        Scene.Answer answer = Scene.tofro("run", pipeline);

        assertThat(answer.code()).as(answer.toString()).isZero();
        assertThat(Files.readString(done)).isEqualTo(scene.name + " " + answer.run() + "\nsecond\n");
    }

    @Test
    void aBootstrapCommandThatFailsEndsTheRunBeforeItsSteps(Scene scene) throws Exception {
        source(scene);
        Path ready = Path.of(scene.file("x", "")).resolveSibling("ready");
        String pipeline = scene.file(
                "unready.yaml",
                "name: NAME\nbootstrap: \"echo no luck >&2; test -e '" + ready + "' || exit 3\"\n" + STEPS
                        + "teardown: {type: sql-command, command: \"CREATE TABLE NAME_torn (id integer)\"}\n");

        Scene.Answer failed = Scene.tofro("run", pipeline);

        assertThat(failed.code()).as(failed.toString()).isEqualTo(1);
        JsonNode report = Scene.report(failed.run());
        assertThat(report.get("problem").asText())
                .isEqualTo("The run was ended: the bootstrap command `echo no luck >&2; test -e '" + ready
                        + "' || exit 3` ended with exit code 3. The last that it printed to standard error:\n"
                        + "  no luck");
        assertThat(report.get("steps").findValuesAsText("outcome")).containsExactly("SKIPPED", "SKIPPED");
        assertThat(report.get("teardown").findValuesAsText("outcome")).containsExactly("SUCCEEDED");
        Files.createFile(ready);
        scene.changeWarehouse("DROP TABLE " + scene.name + "_torn");
        assertThat(Scene.tofro("resume", failed.run()).code()).isZero();
    }

    @Test
    void aBootstrapCommandHasATimeLimit(Scene scene) throws Exception {
        source(scene);
        String pipeline =
                scene.file("slow.yaml", "name: NAME\nbootstrap: {command: sleep 600, timeout: 1 s}\n" + STEPS);

        Scene.Answer failed = Scene.tofro("run", pipeline);

        assertThat(failed.code()).as(failed.toString()).isEqualTo(1);
        assertThat(failed.out())
                .contains("\nThe run was ended: the bootstrap command `sleep 600` took longer than 1 second and was"
                        + " ended, and printed nothing.\n");
    }

    @Test
    void aRunEndsAtItsDeadlineAndCanBeResumed(Scene scene) throws Exception {
        source(scene);
        Path told = Path.of(scene.file("told.txt", ""));
        String rest = SLOW + "teardown: {type: sql-command, command: \"CREATE TABLE NAME_torn (id integer)\"}\n"
                + "notify: {command: \"echo $TOFRO_RESULT > '" + told + "'\"}\n";
        String pipeline = scene.file("deadline.yaml", "name: NAME\ndeadline: 4 s\n" + rest);

        Scene.Answer ended = Scene.tofro("run", pipeline);

        assertThat(ended.code()).as(ended.toString()).isEqualTo(1);
        assertThat(ended.out()).contains("\nThe run was ended: it did not end within 4 seconds (deadline).\n");
        JsonNode report = Scene.report(ended.run());
        assertThat(report.get("result").asText()).isEqualTo("FAILED");
        assertThat(report.get("teardown").findValuesAsText("outcome")).containsExactly("SUCCEEDED");
        assertThat(Files.readString(told)).isEqualTo("FAILED\n");
        scene.file("deadline.yaml", "name: NAME\ndeadline: 1 hour\n" + STEPS);
        assertThat(Scene.tofro("resume", ended.run(), "--edited").code()).isZero();
    }

    /** The waiting counts too; what is missing is said. */
    @Test
    void aDeadlineEndsTheWaitingForOthers(Scene scene) throws Exception {
        source(scene);
        String pipeline = scene.file(
                "deadline.yaml",
                "name: NAME\ndeadline: 1 s\nneeds: {pipeline: NAME-other, refresh_rate: 600}\n" + STEPS);

        Scene.Answer ended = Scene.tofro("run", pipeline, "--date", "2026-11-23");

        assertThat(ended.code()).as(ended.toString()).isEqualTo(20);
        assertThat(ended.out())
                .contains("\nThe run was ended: it did not end within 1 second (deadline). Not ready: pipeline '"
                        + scene.name + "-other' has not succeeded for 2026-11-23: no run covers 2026-11-23. Waited ");
        assertThat(Scene.report(ended.run()).get("result").asText()).isEqualTo("NOT_READY");
    }

    /** Cron's call and a person's; a run that has no place holds nothing else, and has begun nothing. */
    @Test
    void aDeadlineEndsTheQueueingForAPlace(Scene scene) throws Exception {
        source(scene);
        Path told = Path.of(scene.file("x", "")).resolveSibling("told");
        String pipeline = scene.file(
                "queueing.yaml",
                "name: NAME\nschedule: 30 6 * * *\ndeadline: 2 s\n" + STEPS
                        + "notify: {on: lateness, command: \"echo $TOFRO_RESULT >> '" + told + "'\"}\n");
        String runner = scene.runner(
                "limited.yaml", "runner: direct\n", "runner: direct\nlimits: {max_runs: 1, run_wait_seconds: 20}\n");
        String run;
        try (HostPlaces all = HostPlaces.of(new Settings.Limits(60, 600, 1, 1, 60), line -> {})) {
            all.take(new EarlyEnd());
            for (List<String> call : List.of(List.of("--date", "2026-11-23"), List.of("--scheduled"))) {
                List<String> words = new ArrayList<>(List.of("run", pipeline, "--runner", runner));
                words.addAll(call);
                Scene.Answer ended = Scene.tofro(words.toArray(String[]::new));

                assertThat(ended.code()).as(ended.toString()).isEqualTo(20);
                assertThat(ended.err()).contains("waiting for a place: 1 run is at work on this host (max_runs)\n");
                assertThat(ended.out())
                        .contains(
                                "\nThe run was ended: it did not end within 2 seconds (deadline). Not ready: it had no"
                                        + " place among the runs of this host (max_runs) yet.\n");
                assertThat(Scene.report(ended.run()).get("result").asText()).isEqualTo("NOT_READY");
            }
            run = Scene.tofro("history", scene.name)
                    .out()
                    .lines()
                    .toList()
                    .get(1)
                    .split(" ")[0];
        }
        assertThat(Files.readString(told)).isEqualTo("NOT_READY\nNOT_READY\n");
        scene.file("queueing.yaml", "name: NAME\n" + STEPS);
        assertThat(Scene.tofro("resume", run, "--edited", "--runner", runner).code())
                .isZero();
    }

    /** By the server's own count of queries that are at work. */
    @ParameterizedTest
    @ValueSource(strings = {"local", "flink-local"})
    void noMoreStepsThanThatAreAtWorkAtATime(String runner, Scene scene) throws Exception {
        source(scene);
        StringBuilder text = new StringBuilder("name: NAME\nmax_parallel_steps: 2\nsteps:\n");
        for (int i = 0; i < 4; i++) {
            text.append("- {type: extract-from-rds, name: extract-")
                    .append(i)
                    .append(", connection: host_db_1, database:"
                            + " NAME, sql: \"SELECT i AS id FROM generate_series(1, 2) i, pg_sleep(1)\"}\n");
            text.append("- {type: load-into-staging-table, name: load-")
                    .append(i)
                    .append(", input_node: extract-")
                    .append(i)
                    .append(", table: NAME.staging_")
                    .append(i)
                    .append("}\n");
        }
        String pipeline = scene.file("side-by-side.yaml", text.toString());
        try (Connection rds = scene.rds("postgres");
                Statement statement = rds.createStatement()) {
            CompletableFuture<Scene.Answer> running =
                    CompletableFuture.supplyAsync(() -> Scene.tofro("run", pipeline, "--runner", runner));
            int most = 0;
            while (!running.isDone()) {
                try (ResultSet row = statement.executeQuery(
                        "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = '"
                                + scene.name + "'")) {
                    row.next();
                    most = Math.max(most, row.getInt(1));
                }
                Thread.sleep(10);
            }
            assertThat(running.get().code()).as(running.get().toString()).isZero();
            assertThat(most).isEqualTo(2);
        }
    }
}
