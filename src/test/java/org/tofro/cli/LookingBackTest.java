package org.tofro.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.tofro.connect.staging.StagingArea;
import org.tofro.connect.warehouse.Lease;
import org.tofro.report.ReportStore;
import org.tofro.settings.Housekeeping.Retention;

/** What is left of a run when it is over: its log, its metrics, the page of all, and what is removed after its time. */
@ExtendWith(TestCheckout.EndToEnd.class)
class LookingBackTest {
    private static final Path STAGING = TestCheckout.FOLDER.resolve(".tofro/s3/tofro-staging");

    private static void items(Scene scene) throws Exception {
        scene.source(
                "CREATE TABLE items (id integer PRIMARY KEY, label text)",
                "INSERT INTO items SELECT n, 'x' || n FROM generate_series(1, 20) n");
    }

    private static String after(Duration time) {
        return Instant.now().plus(time).truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static List<Path> staged(Scene scene, String run) throws IOException {
        Path folder = STAGING.resolve(scene.name).resolve(run);
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile).toList();
        }
    }

    @Test
    void eachLaunchOfARunLeavesItsLog(Scene scene) throws Exception {
        items(scene);
        scene.changeWarehouse("CREATE SCHEMA " + scene.name, "CREATE TABLE " + scene.name + ".prod (id date)");
        Scene.Answer failed = Scene.tofro("run", scene.copyPipeline("table: items"));
        assertThat(failed.code()).as(failed.toString()).isEqualTo(1);
        String run = failed.run();

        Scene.Answer first = Scene.tofro("logs", run);
        assertThat(first.err()).isEmpty();
        assertThat(first.out())
                .containsPattern("^\\S+Z INFO  - launch of run " + run + " of pipeline '" + scene.name
                        + "' for \\S+Z/\\S+Z by \\S+@\\S+, process \\d+ on \\S+, runner 'local'\n")
                .containsPattern("\n\\S+Z INFO  \\[extract\\] started\n")
                .containsPattern("\n\\S+Z INFO  \\[extract\\] succeeded, 20 rows in, 20 rows out, ")
                .containsPattern("\n\\S+Z ERROR \\[reload\\] (failed|refused), ")
                .containsPattern("\n\\S+Z INFO  - to go on from where it stopped: tofro resume " + run + "\n")
                .containsPattern("\n\\S+Z ERROR - the launch has ended: failed\n$");

        scene.changeWarehouse("DROP TABLE " + scene.name + ".prod");
        assertThat(Scene.tofro("resume", run).code()).isZero();

        Scene.Answer second = Scene.tofro("logs", run, "--follow");
        assertThat(second.out())
                .containsPattern("\\[extract\\] succeeded by an earlier launch, 0 rows in, 20 rows out")
                .containsPattern("\n\\S+Z INFO  - the launch has ended: succeeded\n$");
        assertThat(second.err())
                .isEqualTo(
                        "launch 2 of 2 of run " + run + "; the one before: --attempt 1\nrun " + run + ": succeeded\n");
        assertThat(Scene.tofro("logs", run, "--attempt", "1").out()).isEqualTo(first.out());
        assertThat(Scene.tofro("logs", run, "--step", "reload").out().lines())
                .isNotEmpty()
                .allMatch(line -> line.contains(" [reload] "));
        assertThat(new ObjectMapper()
                        .readTree(Scene.tofro("logs", run, "--output", "json").out())
                        .get(0)
                        .get("text")
                        .asText())
                .startsWith("launch of run ");
        assertThat(Scene.tofro("logs", run, "--attempt", "3").err())
                .isEqualTo("--attempt 3: run " + run + " was launched 2 times that left a log\n");
        assertThat(Scene.tofro("logs", run, "--step", "relod").err())
                .isEqualTo("the log of run " + run + " says nothing of a step 'relod'; did you mean 'reload'?\n");
        assertThat(Scene.tofro("logs", run + "x").err())
                .startsWith(
                        "the state area s3://tofro-state/ knows no run '" + run + "x'; did you mean '" + run + "'?");
    }

    @Test
    void aRunLeavesItsMetricsAndThePageShowsIt(Scene scene) throws Exception {
        items(scene);
        Path folder = Path.of(scene.file("metrics/none", "")).getParent();
        String runner =
                scene.runner("prod.yaml", "runner: direct", "metrics: {textfile: " + folder + "}\nrunner: direct");
        Scene.Answer done = Scene.tofro("run", scene.copyPipeline("table: items"), "--runner", runner);
        assertThat(done.code()).as(done.toString()).isZero();

        String file = Files.readString(folder.resolve("tofro_" + scene.name + ".prom"));
        assertThat(file)
                .contains("tofro_pipeline_last_run_rows{pipeline=\"" + scene.name + "\"} 20.0\n")
                .contains("tofro_pipeline_last_run_result{pipeline=\"" + scene.name + "\",result=\"succeeded\"} 1.0\n")
                .contains("tofro_step_read_rows{pipeline=\"" + scene.name
                        + "\",step=\"extract\",type=\"extract-from-rds\"} 20.0\n")
                .doesNotContain(done.run(), "tofro_pipeline_paused");
        assertThat(file.lines())
                .allMatch(line -> line.matches("# (HELP|TYPE) tofro_\\w+ .+")
                        || line.matches("tofro_\\w+\\{\\w+=\"[^\"]*\"(,\\w+=\"[^\"]*\")*} [0-9.E]+"));
        assertThat(file.lines().filter(line -> line.startsWith("# TYPE")).map(line -> line.split(" ")[2]))
                .doesNotHaveDuplicates();
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left.map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrder("none", "tofro_" + scene.name + ".prom");
        }

        Scene.Answer ofPipeline = Scene.tofro("metrics", scene.name);
        assertThat(ofPipeline.out())
                .contains("tofro_pipeline_paused{pipeline=\"" + scene.name + "\"} 0.0\n")
                .contains("tofro_step_outcome{outcome=\"succeeded\",pipeline=\"" + scene.name + "\",step=\"load\"");
        assertThat(Scene.tofro("metrics", done.run()).out())
                .contains("tofro_pipeline_last_run_rows{pipeline=\"" + scene.name + "\"} 20.0\n");
        assertThat(Scene.tofro("metrics").out())
                .contains(ofPipeline
                        .out()
                        .lines()
                        .filter(line -> line.startsWith("tofro_step_tries{"))
                        .findFirst()
                        .orElseThrow());

        Path page = folder.resolve("status.html");
        assertThat(Scene.tofro("status", "--output", "html", "--file", page.toString()))
                .isEqualTo(new Scene.Answer(0, "", ""));
        assertThat(Files.readString(page))
                .startsWith("<!DOCTYPE html>")
                .contains("\"pipeline\" : \"" + scene.name + "\",\"state\" : \"good\"");
    }

    @Test
    void prometheusTakesTheMetricsAsTheyAre(Scene scene) throws Exception {
        Promtool promtool = Promtool.demand();
        items(scene);
        String file = scene.file("metrics.prom", "");
        assertThat(Scene.tofro("run", scene.copyPipeline("table: items"), "--metrics-file", file)
                        .code())
                .isZero();
        String one = Files.readString(Path.of(file));
        String all = Scene.tofro("metrics").out();

        assertThat(one).contains("tofro_step_tries{");
        assertThat(all).contains("tofro_pipeline_paused{");
        assertThat(promtool.faults(one)).isEmpty();
        assertThat(promtool.faults(all)).isEmpty();
        assertThat(promtool.faults(one.replace("_duration_seconds", "_duration_minutes")))
                .as("that it looks at all")
                .contains("use base unit \"seconds\" instead of \"minutes\"");
    }

    @Test
    void whatHasOutlivedItsTimeIsRemovedAndWhatCanBeResumedStays(Scene scene) throws Exception {
        items(scene);
        String pipeline = scene.copyPipeline("table: items");
        String good = Scene.tofro("run", pipeline, "--date", "2026-11-20").run();
        scene.changeWarehouse(
                "ALTER TABLE " + scene.name + ".prod RENAME TO kept", "CREATE TABLE " + scene.name + ".prod (id date)");
        Scene.Answer second = Scene.tofro("run", pipeline, "--date", "2026-11-21");
        assertThat(second.code()).as(second.toString()).isEqualTo(1);
        String failed = second.run();
        int files = staged(scene, good).size();
        assertThat(files).isPositive();
        assertThat(staged(scene, failed)).isNotEmpty();

        assertThat(Scene.tofro("clean", scene.name).out()).isEqualTo("nothing was to be removed\n");
        Scene.Answer look = Scene.tofroAt(after(Duration.ofDays(4)), "clean", scene.name, "--dry-run");
        assertThat(look.out())
                .containsPattern("\n" + scene.name + " +0 +1 +" + files + " +[0-9.]+ k?B\n")
                .endsWith("\nnothing was removed: --dry-run\n");
        assertThat(staged(scene, good)).hasSize(files);

        Lease lease = new Lease(scene.checkout().redshift(), scene.name, 60);
        long token = lease.acquire("elsewhere b 12 0 l", "some-run", holder -> false);
        Scene.Answer busy = Scene.tofroAt(after(Duration.ofDays(4)), "clean", scene.name);
        assertThat(busy.code()).isEqualTo(75);
        assertThat(busy.out()).contains("  run some-run is at work; nothing was done\n");
        assertThat(staged(scene, good)).hasSize(files);
        lease.revoke(token);

        assertThat(Scene.tofroAt(after(Duration.ofDays(4)), "clean", scene.name).code())
                .isZero();
        assertThat(staged(scene, good)).isEmpty();
        assertThat(Scene.tofro("show", good).out()).contains("succeeded");
        scene.changeWarehouse(
                "DROP TABLE " + scene.name + ".prod", "ALTER TABLE " + scene.name + ".kept RENAME TO prod");
        Scene.Answer resumed = Scene.tofro("resume", failed);
        assertThat(resumed.code()).as(resumed.toString()).isZero();
        assertThat(Scene.step(Scene.report(failed), "extract").get("resumed").asBoolean())
                .as("its files were there still")
                .isTrue();

        try (StagingArea area =
                StagingArea.open("s3://tofro-state/", scene.checkout().s3())) {
            // As workers of a cluster leave them.
            for (String left : List.of("launches/7/lines-a.json", "teardown-1/launches/7/worker-a.json")) {
                area.put("runs/" + good + "/" + left, "{}".getBytes(StandardCharsets.UTF_8));
            }
        }
        Scene.Answer cleaned = Scene.tofroAt(after(Duration.ofDays(100)), "clean", scene.name);
        assertThat(cleaned.code()).as(cleaned.toString()).isZero();
        assertThat(Scene.stateFolder(good))
                .satisfiesAnyOf(
                        folder -> assertThat(folder).doesNotExist(),
                        folder -> assertThat(folder).isEmptyDirectory());
        assertThat(staged(scene, failed)).isEmpty();
        assertThat(new ObjectMapper()
                        .readTree(Scene.tofro("history", scene.name, "--output", "json")
                                .out())
                        .findValuesAsText("result"))
                .as("what other pipelines wait for")
                .containsExactly("SUCCEEDED", "SUCCEEDED");
        assertThat(scene.ledger(good)).isNotEmpty();
        assertThat(Scene.tofro("logs", good).err())
                .isEqualTo("run " + good + " has no log: it was removed as `retention` of the runner file says, or the"
                        + " run is of an older version\n");
    }

    @Test
    void theFirstRunThatSucceedsOnADayRemovesWhatIsOld(Scene scene) throws Exception {
        items(scene);
        String pipeline = scene.copyPipeline("table: items");
        String words = "removed what old runs had left: ";
        Scene.Answer first = Scene.tofro("run", pipeline, "--date", "2026-11-20");
        assertThat(first.err()).doesNotContain(words);
        int files = staged(scene, first.run()).size();

        // Reports have the real time, so to this clock what a run has just staged is three days old too.
        Scene.Answer second = Scene.tofroAt(after(Duration.ofHours(73)), "run", pipeline, "--date", "2026-11-21");
        assertThat(second.code()).as(second.toString()).isZero();
        assertThat(second.err()).contains(words + 2 * files + " staged files of 2 runs (");
        assertThat(staged(scene, first.run())).isEmpty();

        Scene.Answer third = Scene.tofroAt(after(Duration.ofHours(73 + 19)), "run", pipeline, "--date", "2026-11-22");
        assertThat(third.err()).as("the same day").doesNotContain(words);
        assertThat(staged(scene, third.run())).hasSize(files);

        Scene.Answer fourth = Scene.tofroAt(after(Duration.ofHours(73 + 21)), "run", pipeline, "--date", "2026-11-23");
        assertThat(fourth.err()).contains(words + 2 * files + " staged files of 2 runs (");
        assertThat(staged(scene, third.run())).isEmpty();
    }

    @Test
    void whatSubmissionsHaveLeftIsRemovedAfterItsTime(Scene scene) throws Exception {
        items(scene);
        String runner = scene.runner(
                "old.yaml",
                "state_area: s3://tofro-state/",
                "retention: {runs: 20 days, failed: 10 days, staged: 1 day}\nstate_area: s3://tofro-state/NAME-area/");
        String pipeline = scene.copyPipeline("table: items");
        assertThat(Scene.tofro("run", pipeline, "--runner", runner, "--date", "2026-11-20")
                        .code())
                .isZero();
        Runnable submit = () -> {
            try (StagingArea area = StagingArea.open(
                    "s3://tofro-state/" + scene.name + "-area/",
                    scene.checkout().s3())) {
                for (String name : List.of(
                        "submissions/jars/tofro-0123456789abcdef.jar",
                        "submissions/" + scene.name + "-1/bundle.zip",
                        "emr-logs/j-1/steps/s-1/stderr.gz")) {
                    area.put(name, new byte[500]);
                }
            }
        };
        submit.run();

        String young = Scene.tofroAt(after(Duration.ofDays(19)), "clean", "--runner", runner)
                .out();
        assertThat(young).doesNotContain("(submissions)");
        assertThat(Scene.tofroAt(after(Duration.ofDays(21)), "clean", scene.name, "--dry-run", "--runner", runner)
                        .out())
                .as("of one pipeline")
                .doesNotContain("(submissions)");
        for (int time = 0; time < 2; time++) {
            assertThat(Scene.tofroAt(after(Duration.ofDays(21)), "clean", "--dry-run", "--runner", runner)
                            .out())
                    .containsPattern("\n\\(submissions\\) +0 +0 +3 +1[.,]5 kB\n")
                    .endsWith("\nnothing was removed: --dry-run\n");
        }
        assertThat(Scene.tofroAt(after(Duration.ofDays(21)), "clean", "--runner", runner)
                        .out())
                .containsPattern("\n\\(submissions\\) +0 +0 +3 +1[.,]5 kB\n");
        assertThat(Scene.tofroAt(after(Duration.ofDays(21)), "clean", "--runner", runner)
                        .out())
                .isEqualTo("nothing was to be removed\n");

        submit.run();
        Scene.Answer daily =
                Scene.tofroAt(after(Duration.ofDays(22)), "run", pipeline, "--runner", runner, "--date", "2026-11-21");
        assertThat(daily.code()).as(daily.toString()).isZero();
        assertThat(daily.err())
                .containsPattern(
                        "\nremoved what old submissions and their clusters had left: 3 files \\(1[.,]5 kB\\)\n");
        submit.run();
        Scene.Answer again = Scene.tofroAt(
                after(Duration.ofDays(22).plusHours(19)), "run", pipeline, "--runner", runner, "--date", "2026-11-22");
        assertThat(again.code()).as(again.toString()).isZero();
        assertThat(again.err()).as("the same day").doesNotContain("submissions");
    }

    @Test
    void aRunThatStartsWhileOldFilesAreRemovedWaits(Scene scene) throws Exception {
        items(scene);
        String pipeline = scene.copyPipeline("table: items");
        String old = Scene.tofro("run", pipeline, "--date", "2026-11-20").run();
        CountDownLatch removing = new CountDownLatch(1);
        CompletableFuture<Boolean> goOn = new CompletableFuture<>();
        Cleaning cleaning = new Cleaning(
                Operations.open("local", System.err).settings(),
                scene.checkout().redshift(),
                Retention.DEFAULT,
                new ReportStore("s3://tofro-state/"),
                Instant.now().plus(20, ChronoUnit.DAYS),
                () -> {
                    removing.countDown();
                    goOn.join();
                });
        CompletableFuture<Cleaning.Removed> removed = CompletableFuture.supplyAsync(() -> {
            try {
                return cleaning.clean(scene.name, false);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        assertThat(removing.await(30, TimeUnit.SECONDS)).isTrue();

        CompletableFuture<Scene.Answer> run =
                CompletableFuture.supplyAsync(() -> Scene.tofro("run", pipeline, "--date", "2026-11-21"));
        Thread.sleep(3_000);
        assertThat(run).isNotDone();
        assertThat(staged(scene, old)).isNotEmpty();
        goOn.complete(true);

        Scene.Answer answer = run.get(60, TimeUnit.SECONDS);
        assertThat(answer.code()).as(answer.toString()).isZero();
        assertThat(removed.get(1, TimeUnit.SECONDS).stagedRuns()).containsExactly(old);
        assertThat(staged(scene, old)).isEmpty();
    }

    @Test
    void aCleaningThatIsKilledLeavesRunsThatAreResumedWholeOrRefused(Scene scene) throws Exception {
        items(scene);
        String pipeline = scene.copyPipeline("table: items");
        scene.changeWarehouse("CREATE SCHEMA " + scene.name, "CREATE TABLE " + scene.name + ".prod (id date)");
        String first = Scene.tofro("run", pipeline, "--date", "2026-11-20").run();
        String second = Scene.tofro("run", pipeline, "--date", "2026-11-21").run();
        scene.changeWarehouse("DROP TABLE " + scene.name + ".prod");
        ReportStore store = new ReportStore("s3://tofro-state/");
        Operations operations = Operations.open("local", System.err);
        int[] begun = {0};
        Cleaning killed = new Cleaning(
                operations.settings(),
                scene.checkout().redshift(),
                Retention.DEFAULT,
                store,
                Instant.now().plus(20, ChronoUnit.DAYS),
                () -> {
                    if (++begun[0] == 2) {
                        throw new IllegalStateException("killed");
                    }
                });

        assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> killed.clean(scene.name, false)))
                .hasMessage("killed");

        assertThat(staged(scene, first)).isEmpty();
        assertThat(staged(scene, second)).isNotEmpty();
        Scene.Answer refused = Scene.tofro("resume", first);
        assertThat(refused.code()).as(refused.toString()).isEqualTo(2);
        assertThat(refused.err())
                .containsPattern("\nrun " + first + " cannot be resumed: its staged files were removed at \\S+Z, as"
                        + " `retention` of runner 'local' says. Start a new run: tofro run \\S+ --date 2026-11-20\n");
        assertThat(Scene.tofro("resume", second).code()).isZero();
    }
}
