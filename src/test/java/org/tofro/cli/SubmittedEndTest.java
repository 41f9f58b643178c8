package org.tofro.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.tofro.report.ReportStore;

/** How long a submitted run may take, how many there may be at a time, and what their host has of them in the end. */
@ExtendWith(TestCheckout.EndToEnd.class)
class SubmittedEndTest {
    @TempDir
    private Path folder;

    private Scene scene;
    private Submissions submissions;

    @BeforeEach
    void start(Scene given) throws Exception {
        scene = given;
        submissions = new Submissions(scene, folder, "");
    }

    @AfterEach
    void stop() {
        submissions.close();
    }

    private String pipeline(String keys) throws Exception {
        return scene.file(
                "short.yaml", "name: NAME\n" + keys + "steps:\n- {type: sql-command, name: one, command: SELECT 1}\n");
    }

    private String runner(String more) throws Exception {
        return scene.file("more.yaml", Files.readString(Path.of(submissions.runner())) + more);
    }

    private static void await(Callable<Boolean> met) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!met.call()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.sleep(50);
        }
    }

    @Test
    void aRunThatHasNotBegunAtItsDeadlineIsEndedWithItsCluster() throws Exception {
        submissions.emr().stepStates("PENDING");
        String pipeline = pipeline("deadline: 8 s\n");

        Scene.Answer ended = submissions.submit(pipeline);

        assertThat(ended.code()).as(ended.toString()).isEqualTo(20);
        assertThat(ended.err())
                .contains("\nending the run: it did not end within 8 seconds (deadline); to go on with it later: tofro"
                        + " submit " + pipeline + " --runner " + submissions.runner() + " --resume " + ended.run()
                        + "\n");
        assertThat(ended.out()).contains("\nThe run was ended: it did not end within 8 seconds (deadline).\n");
        assertThat(submissions.emr().actions()).contains("RunJobFlow", "TerminateJobFlows");
        assertThat(Scene.report(ended.run()).get("result").asText()).isEqualTo("NOT_READY");
    }

    @Tag("slow")
    @Test
    void aLauncherThatDoesNotEndAtItsDeadlineIsEndedSomeTimeLater() throws Exception {
        submissions.emr().stepStates("PENDING", "RUNNING").onRunning(step -> begin());
        String pipeline = pipeline("deadline: 10 s\n");

        Scene.Answer ended = submissions.submitBy(submissions.runner(), Duration.ofSeconds(2), pipeline);

        assertThat(ended.code()).as(ended.toString()).isEqualTo(1);
        assertThat(ended.err())
                .contains("\nending the run: it did not end within 10 seconds (deadline); to go on with it later: ")
                .contains("\ncluster j-1TOFRO is being ended\n")
                .endsWith("the run has left no word of how it ended; if it had begun, go on by: tofro submit "
                        + pipeline + " --runner " + submissions.runner() + " --resume " + ended.run() + "\n");
        assertThat(Scene.stateFolder(ended.run()).resolve("report.json")).doesNotExist();
        assertThat(submissions.emr().actions()).contains("TerminateJobFlows");
    }

    /** As a launcher does that has the lease. */
    private void begin() {
        try {
            new ReportStore("s3://tofro-state/").forgetWaiting(scene.awaitWaiting());
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aDeadlineCountsFromTheMomentOfAsking() throws Exception {
        Instant hourAgo = Instant.now().minus(Duration.ofHours(1));
        LocalTime passed = LocalTime.ofInstant(hourAgo.plus(Duration.ofMinutes(30)), ZoneOffset.UTC);
        String by = passed.format(DateTimeFormatter.ofPattern("HH:mm"));
        String pipeline = pipeline("deadline: {by: \"" + by + "\"}\n");

        Scene.Answer late = Scene.tofro("run", pipeline, "--asked-at=" + hourAgo);
        assertThat(late.code()).as(late.toString()).isEqualTo(1);
        assertThat(late.out()).contains("\nThe run was ended: it did not end by " + by + " UTC (deadline).\n");

        Scene.Answer resumed = Scene.tofro("resume", late.run(), "--asked-at=" + hourAgo);
        assertThat(resumed.code()).as(resumed.toString()).isEqualTo(1);
        assertThat(Scene.tofro("resume", late.run()).code()).isZero();
    }

    @Test
    void soManyRunsAreFollowedAtATimeAsTheRunnerFileAllows() throws Exception {
        String pipeline = pipeline("");
        String limited = runner("limits: {max_runs: 1}\n");
        submissions.emr().stepStates("RUNNING").onRunning(step -> {});
        CompletableFuture<Scene.Answer> first =
                CompletableFuture.supplyAsync(() -> submissions.submitBy(limited, SubmittedLaunch.GRACE, pipeline));
        await(() -> submissions.emr().actions().contains("DescribeStep"));

        CompletableFuture<Scene.Answer> second =
                CompletableFuture.supplyAsync(() -> submissions.submitBy(limited, SubmittedLaunch.GRACE, pipeline));
        await(() -> notes() == 2);
        Thread.sleep(1_000);
        assertThat(submissions.emr().bodies("RunJobFlow")).hasSize(1);
        submissions.emr().stepStates("COMPLETED");

        assertThat(first.get(60, TimeUnit.SECONDS).code()).isZero();
        Scene.Answer ended = second.get(60, TimeUnit.SECONDS);
        assertThat(ended.code()).as(ended.toString()).isZero();
        assertThat(ended.err())
                .contains("\nwaiting for a place: 1 run is at work on clusters that this host follows (max_runs)\n");
        assertThat(submissions.emr().bodies("RunJobFlow")).hasSize(2);
    }

    private int notes() {
        String[] found = Scene.waitingFolder().toFile().list((place, name) -> name.startsWith(scene.name + "-"));
        return found == null ? 0 : found.length;
    }

    @Test
    void theMetricsOfARunAreLeftOnTheHostThatFollowsIt() throws Exception {
        String pipeline = pipeline("");
        Path written = folder.resolve("tofro_" + scene.name + ".prom");
        Path named = folder.resolve("run.prom");
        String runner = runner("metrics: {textfile: \"" + folder + "\"}\n");
        List<Boolean> onCluster = new ArrayList<>();
        submissions.around(() -> {}, () -> onCluster.add(Files.exists(written) || Files.exists(named)));

        Scene.Answer good = submissions.submitBy(runner, SubmittedLaunch.GRACE, pipeline);
        assertThat(good.code()).as(good + "\n" + submissions.answers()).isZero();
        assertThat(onCluster).containsExactly(false);
        assertThat(written)
                .content()
                .contains("tofro_pipeline_last_run_result{pipeline=\"" + scene.name + "\",result=\"succeeded\"} 1");

        Files.delete(written);
        assertThat(submissions
                        .submitBy(
                                runner,
                                SubmittedLaunch.GRACE,
                                pipeline,
                                "--metrics-file",
                                named.toString(),
                                "--from",
                                "2026-11-01",
                                "--to",
                                "2026-11-02")
                        .code())
                .isZero();
        assertThat(named).content().contains("tofro_step_outcome{");
        assertThat(written).doesNotExist();
    }
}
