package org.tofro.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.tofro.connect.emr.FakeEmr;
import org.tofro.report.ReportStore;
import org.tofro.report.Waiting;
import org.tofro.run.LaunchIdentity;

/** What is seen of a run that was submitted and has not begun, and how it is ended: as of one that waits on its own host. */
@ExtendWith(TestCheckout.EndToEnd.class)
class SubmittedLaunchTest {
    @TempDir
    private Path folder;

    private Scene scene;
    private Submissions submissions;
    private FakeEmr emr;

    @BeforeEach
    void start(Scene given) throws Exception {
        scene = given;
        submissions = new Submissions(scene, folder, "");
        emr = submissions.emr();
    }

    @AfterEach
    void stop() {
        submissions.close();
    }

    private static Path note(String run) {
        return Scene.waitingFolder().resolve(run + ".json");
    }

    private List<String> notes() {
        String[] found = Scene.waitingFolder().toFile().list((place, name) -> name.startsWith(scene.name + "-"));
        return found == null ? List.of() : List.of(found);
    }

    private String pipeline(String keys) throws Exception {
        return scene.file(
                "waits.yaml", "name: NAME\n" + keys + "steps:\n- {type: sql-command, name: one, command: SELECT 1}\n");
    }

    private Scene.Answer submit(String... arguments) {
        return submissions.submit(arguments);
    }

    private JsonNode status() throws Exception {
        Scene.Answer answer = Scene.tofro("status", scene.name, "--output", "json");
        assertThat(answer.code()).as(answer.toString()).isZero();
        return new ObjectMapper().readTree(answer.out()).get(0);
    }

    private String sentence() {
        return Scene.tofro("status", scene.name).out();
    }

    /** Waits until the status of the scene's pipeline names that cluster. */
    private void awaitCluster(String id) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!status().at("/waiting/0/cluster/id").asText().equals(id)) {
            assertThat(System.nanoTime()).as(sentence()).isLessThan(deadline);
            Thread.sleep(50);
        }
    }

    @Test
    void whatWaitsForAnotherPipelineIsSeenCancelledAndSubmittedAgain() throws Exception {
        String pipeline = pipeline("needs: [never_ran]\n");
        CompletableFuture<Scene.Answer> submitted = CompletableFuture.supplyAsync(() -> submit(pipeline));
        String run = scene.awaitWaiting();

        assertThat(status().get("state").asText()).isEqualTo("waiting");
        assertThat(sentence())
                .containsPattern("\n" + scene.name + ": run " + run + " for \\S+ waits for never_ran since \\S+Z:"
                        + " process \\d+ on \\S+; to end that: tofro cancel " + run + "\n");
        Scene.Answer cancelled = Scene.tofro("cancel", run);
        Scene.Answer ended = submitted.get(20, TimeUnit.SECONDS);

        assertThat(cancelled.out())
                .as(cancelled.toString())
                .matches("run " + run + " is cancelled: process \\d+ on \\S+ has ended it; it had waited for never_ran;"
                        + " nothing was begun\n"
                        + "to go on from where it stopped: tofro submit " + scene.name + " --resume " + run + "\n");
        assertThat(ended.code()).as(ended.toString()).isEqualTo(20);
        assertThat(ended.out()).contains("\nThe run was ended: it was cancelled by ");
        assertThat(ended.err())
                .endsWith("to go on from where it stopped: tofro submit " + pipeline + " --runner "
                        + submissions.runner() + " --resume " + run + "\nno cluster was started\n");
        assertThat(emr.calls()).isEmpty();
        assertThat(note(run)).doesNotExist();
        assertThat(status().get("state").asText()).isEqualTo("not ready");

        Scene.Answer looked = submit(pipeline, "--resume", run, "--needs", "check");
        assertThat(looked.code()).as(looked.toString()).isEqualTo(20);
        assertThat(looked.out()).contains("\nNot ready: pipeline 'never_ran' has not succeeded for ");
        assertThat(looked.err()).contains("run " + run + "\n").endsWith("\nno cluster was started\n");
        assertThat(emr.calls()).isEmpty();

        Scene.Answer again = submit(pipeline, "--resume", run, "--needs", "ignore");
        assertThat(again.code())
                .as("the plan on the cluster is the one that waited here: " + again + submissions.answers())
                .isZero();
        assertThat(Scene.report(run).get("result").asText()).isEqualTo("SUCCEEDED");
    }

    @Test
    void aBackfillWaitsForWhatItsFirstIntervalNeedsThatIsNotDone() throws Exception {
        String pipeline = pipeline("needs: [never_ran]\n");
        assertThat(submit(pipeline, "--from", "2026-11-01", "--to", "2026-11-02", "--needs", "ignore")
                        .code())
                .isZero();
        assertThat(emr.actions()).contains("RunJobFlow");
        int asked = emr.calls().size();

        Scene.Answer late = submit(pipeline, "--from", "2026-11-01", "--to", "2026-11-04", "--needs", "check");

        String first = scene.name + "-20261102T0000-backfill";
        assertThat(late.code()).as(late.toString()).isEqualTo(20);
        assertThat(late.err())
                .contains("2026-11-01: done by run " + scene.name + "-20261101T0000-backfill\nrun " + first + "\n")
                .endsWith("\nno cluster was started\n");
        assertThat(Scene.report(first).get("result").asText()).isEqualTo("NOT_READY");
        assertThat(emr.calls()).hasSize(asked);
    }

    @Test
    void whatWaitsForItsClusterIsSeenAndCancelledWithIt() throws Exception {
        String pipeline = pipeline("");
        emr.stepStates("PENDING");
        CompletableFuture<Scene.Answer> submitted = CompletableFuture.supplyAsync(() -> submit(pipeline));
        String run = scene.awaitWaiting();
        awaitCluster("j-1TOFRO");

        assertThat(status().get("state").asText()).isEqualTo("submitted");
        assertThat(sentence())
                .containsPattern("\n" + scene.name + ": run " + run + " for \\S+ was submitted to cluster j-1TOFRO at"
                        + " \\S+Z and has not begun there: process \\d+ on \\S+; to end that: tofro cancel " + run
                        + "\n");
        Scene.Answer cancelled = Scene.tofro("cancel", run);
        Scene.Answer ended = submitted.get(20, TimeUnit.SECONDS);

        assertThat(cancelled.out())
                .as(cancelled.toString())
                .matches("run " + run + " is cancelled: process \\d+ on \\S+ has ended it; it had asked for cluster"
                        + " j-1TOFRO, which ends; nothing was begun\n"
                        + "to go on from where it stopped: tofro submit " + scene.name + " --resume " + run + "\n");
        assertThat(emr.bodies("TerminateJobFlows"))
                .isNotEmpty()
                .allMatch(body -> body.toString().equals("{\"JobFlowIds\":[\"j-1TOFRO\"]}"));
        assertThat(ended.code()).as(ended.toString()).isEqualTo(20);
        assertThat(ended.out()).contains("\nThe run was ended: it was cancelled by ");
        assertThat(status().get("state").asText()).isEqualTo("not ready");
        assertThat(note(run)).doesNotExist();
    }

    @Test
    void aStepOnAClusterOfOthersIsCancelledAlone() throws Exception {
        String pipeline = pipeline("");
        emr.cluster("j-9NIGHT", "nightly", "WAITING").stepStates("PENDING");
        CompletableFuture<Scene.Answer> submitted =
                CompletableFuture.supplyAsync(() -> submit(pipeline, "--cluster", "nightly"));
        String run = scene.awaitWaiting();
        awaitCluster("j-9NIGHT");

        assertThat(sentence()).contains(" was submitted to cluster j-9NIGHT as step s-1TOFRO at ");
        Scene.Answer cancelled = Scene.tofro("cancel", run);

        assertThat(submitted.get(20, TimeUnit.SECONDS).code()).isEqualTo(20);
        assertThat(cancelled.out())
                .as(cancelled.toString())
                .contains("it had given step s-1TOFRO to cluster j-9NIGHT, which stays without it; nothing was begun");
        assertThat(emr.bodies("CancelSteps").get(0).get("StepIds").get(0).asText())
                .isEqualTo("s-1TOFRO");
        assertThat(emr.actions()).doesNotContain("TerminateJobFlows");
    }

    @Test
    void theLauncherOnTheClusterTakesTheNoteAway() throws Exception {
        String pipeline = pipeline("");
        List<List<String>> noted = new ArrayList<>();
        submissions.around(() -> noted.add(notes()), () -> noted.add(notes()));

        Scene.Answer ended = submit(pipeline);

        assertThat(ended.code()).as(ended + "\n" + submissions.answers()).isZero();
        assertThat(noted)
                .as("a note before the launcher has the lease, and after")
                .containsExactly(List.of(ended.run() + ".json"), List.of());
        assertThat(status().get("state").asText()).isEqualTo("good");
    }

    @Test
    void whoseHostIsNoMoreIsNotShownAndItsClusterIsEndedByCancel() throws Exception {
        LaunchIdentity here = LaunchIdentity.ofThisProcess();
        Process dead = new ProcessBuilder("true").start();
        dead.waitFor();
        String run = scene.name + "-20261123T063000-0000";
        Waiting left = new Waiting(
                run,
                scene.name,
                Instant.parse("2026-11-23T00:00:00Z"),
                Instant.parse("2026-11-24T00:00:00Z"),
                List.of(),
                new LaunchIdentity(here.host(), here.boot(), dead.pid(), 1, "gone").holder(),
                "process " + dead.pid() + " on " + here.host(),
                Instant.now(),
                new Waiting.Cluster("j-7LEFT", null, "eu-west-1"),
                false,
                null);
        Scene.tofro("status");
        new ReportStore("s3://tofro-state/").writeWaiting(left);
        emr.cluster("j-7LEFT", "tofro " + run, "STARTING");

        assertThat(status().get("waiting")).isEmpty();
        Scene.Answer cancelled = Scene.tofro("cancel", run);

        assertThat(cancelled.code()).as(cancelled.toString()).isZero();
        assertThat(cancelled.out())
                .startsWith("run " + run + " is cancelled: process " + dead.pid() + " on " + here.host()
                        + " is no more; it had asked for cluster j-7LEFT, which ends; nothing was begun\n");
        assertThat(emr.bodies("TerminateJobFlows").toString()).isEqualTo("[{\"JobFlowIds\":[\"j-7LEFT\"]}]");
        assertThat(note(run)).doesNotExist();
    }
}
