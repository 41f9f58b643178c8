package org.tofro.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.tofro.report.ReportStore;
import org.tofro.report.RunEntry;
import org.tofro.report.Waiting;

/** Pipelines that wait for other pipelines. */
@ExtendWith(TestCheckout.EndToEnd.class)
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class PipelineDependenciesTest {
    private static final String DATE = "2026-11-23";
    private static final Instant DAY = Instant.parse("2026-11-23T00:00:00Z");

    private static final String STEPS = """
            - {type: extract-from-rds, name: extract, connection: host_db_1, database: NAME, table: items}
            - {type: load-into-staging-table, name: load, table: NAME.staging}
            """;

    private static void source(Scene scene) throws Exception {
        scene.source("CREATE TABLE items (id integer)", "INSERT INTO items VALUES (1), (2)");
    }

    /** The pipeline that is waited for, reading a table that may not be there. */
    private static String upstream(Scene scene, String table) throws IOException {
        return scene.file("upstream.yaml", """
                name: NAME-upstream
                steps:
                - {type: extract-from-rds, name: extract, connection: host_db_1, database: NAME, table: %s}
                - {type: load-into-staging-table, name: load, table: NAME.upstream}
                """.formatted(table));
    }

    private static String waiting(Scene scene, String timeout) throws IOException {
        return scene.file(
                "waiting.yaml",
                "name: NAME\nneeds: {pipeline: NAME-upstream, refresh_rate: 1, timeout: " + timeout + "}\nsteps:\n"
                        + STEPS);
    }

    private static Scene.Answer run(String pipeline, String... more) {
        String[] arguments = new String[more.length + 4];
        System.arraycopy(new String[] {"run", pipeline, "--date", DATE}, 0, arguments, 0, 4);
        System.arraycopy(more, 0, arguments, 4, more.length);
        return Scene.tofro(arguments);
    }

    @Test
    void aPausedPipelineDoesNotWait(Scene scene) throws Exception {
        source(scene);
        String pipeline = waiting(scene, "10 min");
        assertThat(run(pipeline, "--needs", "ignore").code()).isZero();
        assertThat(Scene.tofro("pause", scene.name, "--reason", "the source moves")
                        .code())
                .isZero();
        Scene.Answer refused = run(pipeline);
        assertThat(refused.code()).as(refused.toString()).isEqualTo(20);
        assertThat(refused.err())
                .contains("pipeline '" + scene.name + "' is paused by ")
                .doesNotContain("waiting");
    }

    @Test
    void whatIsLateIsNamedAndNothingWasHeld(Scene scene) throws Exception {
        source(scene);
        String pipeline = waiting(scene, "1 s");
        String missing =
                "pipeline '" + scene.name + "-upstream' has not succeeded for 2026-11-23: no run covers 2026-11-23";

        Scene.Answer late = run(pipeline);

        assertThat(late.code()).as(late.toString()).isEqualTo(20);
        assertThat(late.out()).contains("\nNot ready: " + missing + ". Waited 1 second.\n");
        assertThat(late.err())
                .contains("waiting for pipeline '" + scene.name
                        + "-upstream', at most 1 second: no run covers 2026-11-23\n")
                .endsWith("to go on from where it stopped: tofro resume " + late.run() + "\n");
        JsonNode report = Scene.report(late.run());
        assertThat(report.get("result").asText()).isEqualTo("NOT_READY");
        assertThat(report.findValuesAsText("outcome")).containsExactly("SKIPPED", "SKIPPED");
        assertThat(report.findValuesAsText("message")).containsOnly("not started: what it needs is late");
        assertThat(scene.warehouseRows(
                        "SELECT count(*) FROM pg_tables WHERE schemaname = 'tofro' AND tablename LIKE" + " '%NAME%'"))
                .as("its lease was never taken")
                .containsExactly("0");

        Scene.Answer looked = run(pipeline, "--needs", "check");
        assertThat(looked.code()).isEqualTo(20);
        assertThat(looked.out()).contains("\nNot ready: " + missing + ".\n");

        assertThat(run(pipeline, "--limit", "1").code()).as("a trial run").isZero();
        assertThat(run(pipeline, "--needs", "ignore").code()).isZero();

        assertThat(run(upstream(scene, "items")).code()).isZero();
        Scene.Answer resumed = Scene.tofro("resume", late.run());
        assertThat(resumed.code()).as(resumed.toString()).isZero();
    }

    @Test
    void itGoesOnWhenTheOtherHasSucceeded(Scene scene) throws Exception {
        source(scene);
        String pipeline = waiting(scene, "2 minutes");

        CompletableFuture<Scene.Answer> waiting = CompletableFuture.supplyAsync(() -> run(pipeline));
        Thread.sleep(1_500);
        assertThat(waiting).isNotDone();
        assertThat(Scene.tofro("run", upstream(scene, "items"), "--date", "2026-11-22")
                        .code())
                .isZero();
        Thread.sleep(1_500);
        assertThat(waiting).as("another day is not this one").isNotDone();
        assertThat(run(upstream(scene, "items")).code()).isZero();

        Scene.Answer answer = waiting.get();
        assertThat(answer.code()).as(answer.toString()).isZero();
        assertThat(scene.warehouseRows("SELECT id FROM NAME.staging ORDER BY id"))
                .containsExactly("1", "2");
    }

    @Test
    void aRunThatWaitsIsCancelledAndCanBeResumed(Scene scene) throws Exception {
        source(scene);
        String pipeline = waiting(scene, "10 min");
        CompletableFuture<Scene.Answer> waiting = CompletableFuture.supplyAsync(() -> run(pipeline));
        String run = scene.awaitWaiting();
        JsonNode status = new ObjectMapper()
                .readTree(Scene.tofro("status", scene.name, "--output", "json").out())
                .get(0);
        assertThat(status.get("state").asText()).isEqualTo("waiting");
        assertThat(status.get("waiting").get(0).get("needs").get(0).asText()).isEqualTo(scene.name + "-upstream");
        assertThat(Scene.tofro("status").out())
                .containsPattern("\n" + scene.name + ": run " + run + " for \\S+Z/\\S+Z waits for " + scene.name
                        + "-upstream since \\S+Z: process \\d+ on \\S+; to end that: tofro cancel " + run + "\n");

        long asked = System.nanoTime();
        Scene.Answer cancelled = Scene.tofro("cancel", run);
        Scene.Answer ended = waiting.get(10, TimeUnit.SECONDS);

        assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - asked)).isLessThan(10);
        assertThat(cancelled.code()).as(cancelled.toString()).isZero();
        assertThat(cancelled.out())
                .matches("run " + run + " is cancelled: process \\d+ on \\S+ has ended it; it had waited for "
                        + scene.name + "-upstream; nothing was begun\n"
                        + "to go on from where it stopped: tofro resume " + run + "\n");
        assertThat(ended.code()).as(ended.toString()).isEqualTo(20);
        assertThat(ended.out()).contains("\nThe run was ended: it was cancelled by ");
        assertThat(Scene.waitingFolder().resolve(run + ".json")).doesNotExist();
        Scene.Answer again = Scene.tofro("cancel", run);
        assertThat(again.code()).isEqualTo(2);
        assertThat(again.err()).matches("run " + run + " is not running: it ended as not ready at \\S+Z\n");

        CompletableFuture<Scene.Answer> resumed = CompletableFuture.supplyAsync(() -> Scene.tofro("resume", run));
        assertThat(run(upstream(scene, "items")).code()).isZero();
        Scene.Answer done = resumed.get();
        assertThat(done.code())
                .as(done + ": who cancelled the first launch did not mean this one")
                .isZero();
    }

    /** A host that hangs comes back when another has resumed its run: its wait ends, as somebody had wanted it to. */
    @Test
    void aLaunchThatWaitsTakesNothingAwayFromALaterOne(Scene scene) throws Exception {
        source(scene);
        Path told = Path.of(scene.file("x", "")).resolveSibling("told");
        String pipeline = scene.file(
                "waiting.yaml",
                "name: NAME\nneeds: {pipeline: NAME-upstream, refresh_rate: 1, timeout: 10 minutes}\nnotify: {on:"
                        + " lateness, command: \"touch '" + told + "'\"}\nsteps:\n" + STEPS);
        CompletableFuture<Scene.Answer> waiting = CompletableFuture.supplyAsync(() -> run(pipeline));
        String run = scene.awaitWaiting();
        String holder = new ObjectMapper()
                .readTree(Scene.waitingFolder().resolve(run + ".json").toFile())
                .get("holder")
                .asText();

        Scene.Answer resumed = Scene.tofro("resume", run, "--needs", "ignore");
        assertThat(resumed.code()).as(resumed.toString()).isZero();
        assertThat(waiting).isNotDone();
        JsonNode report = Scene.report(run);
        Files.writeString(
                Scene.stateFolder(run).resolve("cancel.json"),
                ReportStore.json(
                        Map.of("run", run, "token", Waiting.TOKEN, "holder", holder, "by", "me", "at", Instant.now())));
        Scene.Answer ended = waiting.get(1, TimeUnit.MINUTES);

        assertThat(ended.code()).as(ended.toString()).isEqualTo(75);
        assertThat(ended.err())
                .contains("ending the run: it was cancelled by me; ")
                .containsPattern(
                        "\nrun " + run + " was launched again by process \\d+ on \\S+ at \\S+Z and has"
                                + " succeeded while this launch waited; this launch ends, and leaves the run's report as it is\n");
        assertThat(Scene.report(run)).isEqualTo(report);
        assertThat(report.get("result").asText()).isEqualTo("SUCCEEDED");
        assertThat(Scene.tofro("history", scene.name).out()).containsPattern(run + " .* succeeded ");
        assertThat(told).doesNotExist();
    }

    @Test
    void aFailedPipelineIsNamedAndMayBeAllowed(Scene scene) throws Exception {
        source(scene);
        Scene.Answer failed = run(upstream(scene, "nothing"));
        assertThat(failed.code()).isEqualTo(1);

        Scene.Answer late = run(waiting(scene, "1 s"));
        assertThat(late.code()).as(late.toString()).isEqualTo(20);
        assertThat(late.out())
                .contains("\nNot ready: pipeline '" + scene.name + "-upstream' has not succeeded for 2026-11-23: run "
                        + failed.run() + " for 2026-11-23 failed. Waited 1 second.\n");

        String tolerant = scene.file(
                "tolerant.yaml",
                "name: NAME-tolerant\nneeds:\n- {pipeline: NAME-upstream, ok_to_fail: true, timeout: 1 s}\nsteps:\n"
                        + STEPS);
        Scene.Answer allowed = run(tolerant);
        assertThat(allowed.code()).as(allowed.toString()).isZero();
    }

    @Test
    void hoursOfADayMustAllHaveSucceeded(Scene scene) throws Exception {
        source(scene);
        String pipeline = waiting(scene, "1 s");
        Path state = Path.of(pipeline).resolveSibling("state");
        String runner = scene.runner("hourly.yaml", "s3://tofro-state/", "file:" + state);
        for (int hour = 0; hour < 24; hour++) {
            if (hour != 5) {
                succeeded(scene, state, DAY.plus(Duration.ofHours(hour)));
            }
        }
        Scene.Answer late = run(pipeline, "--runner", runner);
        assertThat(late.code()).as(late.toString()).isEqualTo(20);
        assertThat(late.out()).contains(": no run covers 2026-11-23T05:00Z to 2026-11-23T06:00Z. Waited 1 second.\n");

        succeeded(scene, state, DAY.plus(Duration.ofHours(5)));
        assertThat(run(pipeline, "--runner", runner).code()).isZero();
    }

    /** Leaves what an hourly run of the pipeline that is waited for leaves in the state area. */
    private static void succeeded(Scene scene, Path state, Instant start) throws IOException {
        String other = scene.name + "-upstream";
        String run = other + "-" + start.toString().substring(11, 13);
        RunEntry entry = new RunEntry(
                other,
                run,
                start,
                start.plus(Duration.ofHours(1)),
                RunEntry.Result.SUCCEEDED,
                start.plus(Duration.ofHours(1)),
                start.plus(Duration.ofHours(2)),
                "local",
                0,
                null,
                null,
                false,
                false,
                null,
                null);
        String stamp = start.toString().replaceAll("[-:]", "");
        Path folder = state.resolve("index/" + other + "/" + stamp);
        Files.createDirectories(folder);
        Files.writeString(folder.resolve(run + ".json"), ReportStore.json(entry));
    }

    @Test
    void aDependencyAmongTheStepsSplitsTheRunThere(Scene scene) throws Exception {
        source(scene);
        String pipeline = scene.file("split.yaml", """
                name: NAME
                steps:
                - {type: extract-from-rds, name: first, connection: host_db_1, database: NAME, table: items}
                - {type: load-into-staging-table, name: load-first, table: NAME.first}
                - type: pipeline-dependencies
                  name: wait
                  dependent_pipelines: [NAME-upstream]
                  refresh_rate: 1
                  timeout: 1 s
                - {type: extract-from-rds, name: beside, connection: host_db_1, database: NAME, table: items, depends_on: []}
                - {type: load-into-staging-table, name: load-beside, table: NAME.beside, depends_on: [], input_node: beside}
                - {type: extract-from-rds, name: second, connection: host_db_1, database: NAME, table: items}
                - {type: load-into-staging-table, name: load-second, table: NAME.second}
                """);

        Scene.Answer late = run(pipeline);
        assertThat(late.code()).as(late.toString()).isEqualTo(20);
        JsonNode report = Scene.report(late.run());
        assertThat(report.get("result").asText()).isEqualTo("NOT_READY");
        assertThat(report.findValuesAsText("outcome"))
                .containsExactly("SUCCEEDED", "SUCCEEDED", "FAILED", "SUCCEEDED", "SUCCEEDED", "SKIPPED", "SKIPPED");
        assertThat(Scene.step(report, "second").get("message").asText()).isEqualTo("not started: step 'wait' failed");

        assertThat(run(upstream(scene, "items")).code()).isZero();
        Scene.Answer resumed = Scene.tofro("resume", late.run());
        assertThat(resumed.code()).as(resumed.toString()).isZero();
        JsonNode now = Scene.report(late.run());
        assertThat(Scene.step(now, "first").get("resumed").asBoolean()).isTrue();
        assertThat(Scene.step(now, "second").get("resumed").asBoolean()).isFalse();
        assertThat(Scene.step(now, "wait").get("outcome").asText()).isEqualTo("SUCCEEDED");
        assertThat(scene.warehouseRows("SELECT count(*) FROM NAME.second")).containsExactly("2");
    }

    @Test
    void aDependencyBeforeAllStepsIsWaitedForBeforeTheLease(Scene scene) throws Exception {
        source(scene);
        String pipeline = scene.file(
                "first.yaml",
                "name: NAME\nsteps:\n"
                        + "- {type: pipeline-dependencies, name: wait, dependent_pipelines: NAME-upstream, timeout: 1 s}\n"
                        + STEPS);
        Scene.Answer late = run(pipeline);
        assertThat(late.code()).as(late.toString()).isEqualTo(20);
        assertThat(Scene.report(late.run()).findValuesAsText("outcome"))
                .containsExactly("FAILED", "SKIPPED", "SKIPPED");
        assertThat(scene.warehouseRows(
                        "SELECT count(*) FROM pg_tables WHERE schemaname = 'tofro' AND tablename LIKE" + " '%NAME%'"))
                .containsExactly("0");
    }
}
