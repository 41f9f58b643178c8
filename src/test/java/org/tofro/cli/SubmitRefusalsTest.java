package org.tofro.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What {@code run} refuses at once starts no cluster by {@code submit} either; what it does not refuse is handed on. */
@ExtendWith(TestCheckout.EndToEnd.class)
class SubmitRefusalsTest {
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

    private String commands(String keys) throws Exception {
        return scene.file("commands.yaml", "name: NAME\n" + keys + """
                steps:
                - {type: sql-command, name: one, command: SELECT 1}
                - {type: sql-command, name: two, command: SELECT 2}
                """);
    }

    private void demandRefused(int code, String sentence, String... arguments) {
        Scene.Answer answer = submissions.submit(arguments);

        assertThat(answer.code()).as(answer.toString()).isEqualTo(code);
        assertThat(answer.err()).contains(sentence);
        assertThat(submissions.emr().calls()).as(answer.toString()).isEmpty();
    }

    @Test
    void optionsThatHaveNoMeaning() throws Exception {
        String pipeline = commands("schedule: {cron: \"0 2 * * *\"}\n");

        demandRefused(2, "--limit 0: a trial run takes at least 1 row", pipeline, "--limit", "0");
        demandRefused(
                2,
                "--scheduled does all that is due; leave --only, --until and --skip out",
                pipeline,
                "--scheduled",
                "--only",
                "one");
        demandRefused(
                2,
                "--to 2999-01-03: the interval that ends at 2999-01-03T00:00:00Z is not over",
                pipeline,
                "--from",
                "2999-01-01",
                "--to",
                "2999-01-03");
    }

    @Test
    void stepsThatAreNotThereOrHaveNoFiles() throws Exception {
        String pipeline = scene.copyPipeline("table: words");

        demandRefused(2, "--only: the pipeline has no step 'lod'; did you mean 'load'?", pipeline, "--only", "lod");
        demandRefused(2, "--skip: the pipeline has no step 'lod'", pipeline, "--skip", "lod");
        demandRefused(2, "--until: the pipeline has no step 'lod'", pipeline, "--until", "lod");
        demandRefused(
                2,
                "step 'load' takes the files of step 'extract', which is left out by --only",
                pipeline,
                "--only",
                "load");
        demandRefused(
                2,
                "the step 'extract' reads what is there now, whatever interval is asked for",
                pipeline,
                "--from",
                "2026-11-01",
                "--to",
                "2026-11-03");
    }

    @Test
    void runsThatCannotBeResumed() throws Exception {
        String pipeline = commands("");
        Scene.Answer done = Scene.tofro("run", pipeline, "--date", "2026-11-01", "--runner", submissions.runner());
        assertThat(done.code()).as(done.toString()).isZero();
        String other = scene.file(
                "other.yaml", "name: NAME-other\nsteps:\n- {type: sql-command, name: one, command: SELECT nothing}\n");
        Scene.Answer failed = Scene.tofro("run", other, "--runner", submissions.runner());
        assertThat(failed.code()).as(failed.toString()).isEqualTo(1);

        demandRefused(2, "knows no run '" + scene.name + "-unknown'", pipeline, "--resume", scene.name + "-unknown");
        demandRefused(
                0,
                "run " + done.run() + " has succeeded already; nothing to resume\n",
                pipeline,
                "--resume",
                done.run());
        demandRefused(
                2,
                "run " + failed.run() + " is one of pipeline '" + scene.name + "-other', and not of '" + scene.name
                        + "'; name the pipeline that it is of\n",
                pipeline,
                "--resume",
                failed.run());
        demandRefused(
                2, "its variables were said when it was started", pipeline, "--resume", done.run(), "--var", "a=b");
        scene.file("other.yaml", "name: NAME-other\nsteps:\n- {type: sql-command, name: one, command: SELECT 1}\n");
        demandRefused(2, "was edited since run " + failed.run() + " started:\n", other, "--resume", failed.run());
    }

    @Test
    void aPausedPipelineAndABackfillThatIsDone() throws Exception {
        String pipeline = commands("schedule: {cron: \"0 2 * * *\"}\n");
        Scene.tofro("pause", pipeline, "--reason", "holidays");

        demandRefused(20, "pipeline '" + scene.name + "' is paused by ", pipeline);
        demandRefused(20, "pipeline '" + scene.name + "' is paused by ", pipeline, "--scheduled");

        Scene.tofro("unpause", pipeline);
        Scene.Answer done = Scene.tofro(
                "run", pipeline, "--from", "2026-11-01", "--to", "2026-11-02", "--runner", submissions.runner());
        assertThat(done.code()).as(done.toString()).isZero();
        demandRefused(
                0,
                "backfill: 0 of 1 intervals run, 1 were done already\n",
                pipeline,
                "--from",
                "2026-11-01",
                "--to",
                "2026-11-02");
    }

    @Test
    void whatIsAskedForIsHandedOn() throws Exception {
        String pipeline = commands("schedule: {cron: \"0 2 * * *\"}\n");
        submissions.emr().onRunning(step -> {});
        Instant before = Instant.now().minusMillis(1);
        assertThat(submissions
                        .submit(
                                pipeline,
                                "--from",
                                "2026-11-01",
                                "--to",
                                "2026-11-03",
                                "--again",
                                "--only",
                                "one",
                                "--even-if-paused")
                        .code())
                .isZero();
        assertThat(submissions
                        .submit(
                                pipeline,
                                "--date",
                                "2026-11-01",
                                "--skip",
                                "two",
                                "--until",
                                "two",
                                "--needs",
                                "check",
                                "--accept",
                                "empty=new",
                                "--limit",
                                "5",
                                "--var",
                                "a=b")
                        .code())
                .isZero();
        Scene.Answer due = submissions.submit(pipeline, "--scheduled");
        assertThat(due.code()).as(due.toString()).isZero();

        List<List<String>> all = submissions.handedOn();
        assertThat(all).hasSize(3);
        assertThat(all.get(0).subList(4, all.get(0).size() - 1))
                .containsExactly("--even-if-paused", "--only=one", "--from=2026-11-01", "--to=2026-11-03", "--again");
        assertThat(all.get(1).subList(4, all.get(1).size() - 2))
                .containsExactly(
                        "--accept=empty=new",
                        "--until=two",
                        "--skip=two",
                        "--needs=check",
                        "--var=a=b",
                        "--date=2026-11-01",
                        "--limit=5");
        LocalDate yesterday = LocalDate.ofInstant(Instant.now().minus(Duration.ofHours(2)), ZoneOffset.UTC)
                .minusDays(1);
        assertThat(all.get(2).subList(4, all.get(2).size() - 1))
                .containsExactly("--due", "--date=" + yesterday, "--run-id=" + due.run());
        for (List<String> each : all) {
            assertThat(each.subList(0, 3)).containsExactly("run", each.get(1), "--runner=emr");
            assertThat(Instant.parse(each.get(3).replace("--asked-at=", ""))).isBetween(before, Instant.now());
            assertThat(each.get(each.size() - 1)).matches("--bundle=s3://tofro-state/submissions/.*/bundle.zip");
        }
    }
}
