package org.tofro.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.tofro.connect.staging.S3Clients;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** Pipelines that wait for files. */
@ExtendWith(TestCheckout.EndToEnd.class)
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class WaitForFileTest {
    private static final String STEPS = """
            - {type: extract-from-rds, name: extract, connection: host_db_1, database: NAME, sql: "SELECT id, '${date:yyyy-MM-dd}' AS day FROM items"}
            - {type: load-into-staging-table, name: load, table: NAME.staging}
            """;

    private static void source(Scene scene) throws Exception {
        scene.source("CREATE TABLE items (id integer)", "INSERT INTO items VALUES (1), (2)");
    }

    private static String waiting(Scene scene, String fields) throws IOException {
        return scene.file(
                "waiting.yaml",
                "name: NAME\nsteps:\n- {type: wait-for-file, name: files, refresh_rate: 1, " + fields + "}\n" + STEPS);
    }

    private static Scene.Answer run(String pipeline, String... more) {
        String[] words = new String[4 + more.length];
        System.arraycopy(new String[] {"run", pipeline, "--date", "2026-11-23"}, 0, words, 0, 4);
        System.arraycopy(more, 0, words, 4, more.length);
        return Scene.tofro(words);
    }

    private static void put(Scene scene, String key) {
        try (S3Client s3 = S3Clients.open(scene.checkout().s3())) {
            s3.putObject(
                    request -> request.bucket("tofro-staging").key("drop/" + scene.name + "/" + key),
                    RequestBody.fromString("x"));
        }
    }

    @Test
    void whatIsMissingIsNamedAndNothingIsStarted(Scene scene) throws Exception {
        source(scene);
        String drop = "s3://tofro-staging/drop/" + scene.name + "/2026-11-23/";
        String pipeline = waiting(
                scene,
                "path: \"s3://tofro-staging/drop/NAME/{date:yyyy-MM-dd}/*.csv\", at_least: 2, marker: _SUCCESS,"
                        + " timeout: 1 s");

        Scene.Answer none = run(pipeline, "--needs", "check");
        put(scene, "2026-11-22/b.csv");
        put(scene, "2026-11-23/a.csv");
        Scene.Answer one = run(pipeline);
        put(scene, "2026-11-23/b.csv");
        Scene.Answer unmarked = run(pipeline, "--needs", "check");

        assertThat(none.code()).as(none.toString()).isEqualTo(20);
        assertThat(none.out())
                .contains("\nNot ready: the files of step 'files' are not there: there is none of 2 files " + drop
                        + "*.csv, and there is no marker " + drop + "_SUCCESS.\n");
        assertThat(one.code()).as(one.toString()).isEqualTo(20);
        assertThat(one.err())
                .contains("\nwaiting for the files of step 'files', at most 1 second: there is 1 of 2 files " + drop
                        + "*.csv (" + drop + "a.csv), and there is no marker " + drop + "_SUCCESS\n");
        assertThat(one.out())
                .contains("\nNot ready: the files of step 'files' are not there: there is 1 of 2 files " + drop
                        + "*.csv (" + drop + "a.csv), and there is no marker " + drop
                        + "_SUCCESS. Waited 1 second.\n");
        assertThat(unmarked.out())
                .contains("there is no marker " + drop + "_SUCCESS, though 2 files matched " + drop + "*.csv.\n");
        JsonNode report = Scene.report(one.run());
        assertThat(report.get("result").asText()).isEqualTo("NOT_READY");
        assertThat(report.findValuesAsText("outcome")).containsExactly("FAILED", "SKIPPED", "SKIPPED");
        assertThat(scene.warehouseRows(
                        "SELECT count(*) FROM pg_tables WHERE schemaname = 'tofro' AND tablename LIKE '%NAME%'"))
                .as("what waits takes no lease")
                .containsExactly("0");

        assertThat(run(pipeline, "--limit", "1").code()).isZero();
        assertThat(run(pipeline, "--needs", "ignore").code()).isZero();
        put(scene, "2026-11-23/_SUCCESS");
        Scene.Answer resumed = Scene.tofro("resume", one.run());
        assertThat(resumed.code()).as(resumed.toString()).isZero();
    }

    @Test
    void itGoesOnWhenTheFilesHaveComeAndAreLeftAlone(Scene scene) throws Exception {
        source(scene);
        Path folder = Path.of(scene.file("drop/keep", "")).resolveSibling("2026-11-23");
        String pipeline =
                waiting(scene, "path: \"file:" + folder.getParent() + "/{date:yyyy-MM-dd}/*\", settle: 1 hour");
        CompletableFuture<Scene.Answer> waiting = CompletableFuture.supplyAsync(() -> run(pipeline));
        Files.createDirectories(folder);
        Path file = Files.writeString(folder.resolve("a.csv"), "1");
        Scene.Answer growing = run(pipeline, "--needs", "check");
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofHours(2))));

        Scene.Answer answer = waiting.get();

        assertThat(growing.code()).as(growing.toString()).isEqualTo(20);
        assertThat(growing.out()).contains(": file://" + file + " was written to less than 1 hour ago.\n");
        assertThat(answer.code()).as(answer.toString()).isZero();
        assertThat(Scene.step(Scene.report(answer.run()), "files")
                        .get("outcome")
                        .asText())
                .isEqualTo("SUCCEEDED");
    }

    @Test
    void eachIntervalOfABackfillWaitsForItsOwnFiles(Scene scene) throws Exception {
        source(scene);
        put(scene, "2026-11-20/a.csv");
        put(scene, "2026-11-22/a.csv");
        String pipeline =
                waiting(scene, "path: \"s3://tofro-staging/drop/NAME/{date:yyyy-MM-dd}/a.csv\", timeout: 1 s");

        Scene.Answer late = Scene.tofro("run", pipeline, "--from", "2026-11-20", "--to", "2026-11-23");

        assertThat(late.code()).as(late.toString()).isEqualTo(20);
        assertThat(late.out())
                .contains("there is no file s3://tofro-staging/drop/" + scene.name + "/2026-11-21/a.csv. Waited");
        assertThat(late.err()).contains("the backfill ends at 2026-11-21; start it again to go on from there\n");
        put(scene, "2026-11-21/a.csv");
        Scene.Answer done = Scene.tofro("run", pipeline, "--from", "2026-11-20", "--to", "2026-11-23");
        assertThat(done.code()).as(done.toString()).isZero();
        assertThat(done.err()).endsWith("backfill: 2 of 3 intervals run, 1 were done already\n");
    }

    @Test
    void aStoreThatCannotBeAskedIsSaid(Scene scene) throws Exception {
        source(scene);
        Scene.Answer late = run(waiting(scene, "path: \"s3://no-such-bucket-of-ours/a.csv\""), "--needs", "check");

        assertThat(late.code()).as(late.toString()).isEqualTo(20);
        assertThat(late.out())
                .contains("\nNot ready: the files of step 'files' are not there: cannot list"
                        + " s3://no-such-bucket-of-ours/a.csv: there is no bucket 'no-such-bucket-of-ours'.\n");
    }
}
