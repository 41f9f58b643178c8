package org.tofro.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.tofro.report.ReportStore;
import org.tofro.report.Waiting;
import org.tofro.run.LaunchIdentity;

/** Nights with a frozen clock, through the command that cron calls: changes of the clocks, and machines that were off. */
@ExtendWith(TestCheckout.EndToEnd.class)
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class NightsTest {
    private static String pipeline(Scene scene, String schedule) throws Exception {
        scene.source("CREATE TABLE items (id integer)", "INSERT INTO items VALUES (1), (2)");
        return scene.file("nightly.yaml", "name: NAME\nschedule: {" + schedule + "}\n" + """
                steps:
                - {type: extract-from-rds, connection: host_db_1, database: NAME, table: items}
                - {type: load-into-staging-table, table: NAME.staging}
                """);
    }

    /** What the crontab's line for the machine's start calls; it does so in the checkout. */
    private static String[] atStart(Scene scene, String pipeline) {
        Scene.Answer printed = Scene.tofro("schedule", "print", pipeline);
        assertThat(printed.code()).as(printed.toString()).isZero();
        List<String> lines = printed.out()
                .lines()
                .filter(line -> line.startsWith("@reboot "))
                .toList();
        assertThat(lines).hasSize(1);
        String call = lines.get(0).replaceFirst(".* && scripts/tofro ", "").replaceFirst(" >>.*", "");
        assertThat(call).isEqualTo("run files/" + scene.name + "/nightly.yaml --runner local --scheduled");
        String[] words = call.split(" ");
        words[1] = pipeline;
        return words;
    }

    private static void demand(Scene.Answer answer, String err) {
        assertThat(answer.code()).as(answer.toString()).isZero();
        assertThat(answer.err()).as(answer.toString()).contains(err);
    }

    private static List<String> intervals(Scene scene) throws Exception {
        List<String> intervals = new ArrayList<>();
        for (JsonNode run : new ObjectMapper()
                .readTree(Scene.tofro("history", scene.name, "--output", "json").out())) {
            intervals.add(run.get("intervalStart").asText() + "/"
                    + run.get("intervalEnd").asText());
        }
        return intervals.stream().sorted().toList();
    }

    @Test
    void aMachineInTheSouthThatWasOffOverTheEndOfSummerCatchesUpAtItsStart(Scene scene) throws Exception {
        String pipeline = pipeline(scene, "cron: 30 2 * * *, time_zone: Australia/Sydney, catch_up: all");
        String[] atStart = atStart(scene, pipeline);
        demand(Scene.tofroAt("2026-04-02T15:30:00Z", "run", pipeline, "--scheduled"), "run " + scene.name);

        // Off from Friday to Monday at six, while Sunday had 25 hours.
        demand(Scene.tofroAt("2026-04-05T20:00:00Z", atStart), "run " + scene.name);

        assertThat(intervals(scene))
                .containsExactly(
                        "2026-04-01T13:00:00Z/2026-04-02T13:00:00Z",
                        "2026-04-02T13:00:00Z/2026-04-03T13:00:00Z",
                        "2026-04-03T13:00:00Z/2026-04-04T13:00:00Z",
                        "2026-04-04T13:00:00Z/2026-04-05T14:00:00Z");
        demand(Scene.tofroAt("2026-04-05T20:10:00Z", atStart), "nothing is due before 2026-04-06T16:30:00Z: run ");
    }

    @Test
    void aTimeThatIsSkippedOrComesTwiceLeadsToOneRun(Scene scene) throws Exception {
        String pipeline = pipeline(scene, "cron: 30 2 * * *, time_zone: Europe/Berlin");
        demand(Scene.tofroAt("2026-03-29T01:00:00Z", "run", pipeline, "--scheduled"), "run " + scene.name);
        demand(
                Scene.tofroAt("2026-03-29T01:30:00Z", "run", pipeline, "--scheduled"),
                "nothing is due before 2026-03-30T00:30:00Z: run ");
        demand(Scene.tofroAt("2026-03-30T00:30:00Z", "run", pipeline, "--scheduled"), "run " + scene.name);

        demand(Scene.tofroAt("2026-10-25T00:30:00Z", "run", pipeline, "--scheduled"), "run " + scene.name);
        demand(
                Scene.tofroAt("2026-10-25T01:30:00Z", "run", pipeline, "--scheduled"),
                "nothing is due before 2026-10-26T01:30:00Z: run ");

        assertThat(intervals(scene))
                .containsExactly(
                        "2026-03-27T23:00:00Z/2026-03-28T23:00:00Z",
                        "2026-03-28T23:00:00Z/2026-03-29T22:00:00Z",
                        "2026-10-23T22:00:00Z/2026-10-24T22:00:00Z");
    }

    /** In summer, cron of a machine in UTC calls at 04:30 and 05:30 for 06:30 in Berlin, and means the first. */
    private static String waiting(Scene scene) throws Exception {
        scene.source("CREATE TABLE items (id integer)", "INSERT INTO items VALUES (1), (2)");
        return scene.file("waiting.yaml", """
                name: NAME
                schedule: {cron: 30 6 * * *, time_zone: Europe/Berlin}
                needs: {pipeline: NAME-upstream, refresh_rate: 1, timeout: 3 minutes}
                steps:
                - {type: extract-from-rds, connection: host_db_1, database: NAME, table: items}
                - {type: load-into-staging-table, table: NAME.staging}
                """);
    }

    private static CompletableFuture<Scene.Answer> call(String time, String pipeline) {
        return CompletableFuture.supplyAsync(() -> Scene.tofroAt(time, "run", pipeline, "--scheduled"));
    }

    /** Has what the pipeline needs succeed for the night of the 15th of July. */
    private static void upstream(Scene scene) throws Exception {
        String pipeline = scene.file("upstream.yaml", """
                name: NAME-upstream
                schedule: {cron: 0 0 * * *, time_zone: Europe/Berlin}
                steps:
                - {type: extract-from-rds, connection: host_db_1, database: NAME, table: items}
                - {type: load-into-staging-table, table: NAME.upstream}
                """);
        demand(Scene.tofro("run", pipeline, "--date", "2026-07-15"), "run " + scene.name + "-upstream-");
    }

    /** Of two clusters that were asked for one interval, as where one call's answer was lost, one runs it. */
    @Test
    void aRunThatWasSubmittedAsDueIsNotRunAfterAnotherOfItsInterval(Scene scene) throws Exception {
        String pipeline = pipeline(scene, "cron: 30 2 * * *, time_zone: UTC");
        Instant due = Instant.now();
        Scene.Answer first = Scene.tofro("run", pipeline, "--date=2026-11-20", "--due", "--asked-at=" + due);
        demand(first, "run " + scene.name);

        Scene.Answer second = Scene.tofro("run", pipeline, "--date=2026-11-20", "--due", "--asked-at=" + due);

        assertThat(second.code()).as(second.toString()).isEqualTo(75);
        assertThat(second.err())
                .contains(
                        "run " + first.run() + " of the interval 2026-11-20T00:00:00Z/2026-11-21T00:00:00Z was at work"
                                + " since this launch of it was due; nothing was started");
        demand(
                Scene.tofro("run", pipeline, "--date=2026-11-20", "--due", "--asked-at=" + Instant.now()),
                "run " + scene.name);
    }

    @Test
    void aNightThatWaitsIsNotLaunchedByTheNextCall(Scene scene) throws Exception {
        String pipeline = waiting(scene);
        CompletableFuture<Scene.Answer> first = call("2026-07-16T04:30:05Z", pipeline);
        String run = scene.awaitWaiting();

        demand(
                Scene.tofroAt("2026-07-16T05:30:05Z", "run", pipeline, "--scheduled"),
                "nothing is due before 2026-07-17T04:30:00Z: run " + run + " is of the interval of 2026-07-15, and has"
                        + " not begun yet: process ");
        assertThat(intervals(scene)).isEmpty();
        upstream(scene);

        Scene.Answer answer = first.get(90, TimeUnit.SECONDS);
        demand(answer, "run " + run);
        demand(
                Scene.tofroAt("2026-07-16T05:30:05Z", "run", pipeline, "--scheduled"),
                "nothing is due before 2026-07-17T04:30:00Z: run " + run + " is of the interval of 2026-07-15\n");
        assertThat(intervals(scene)).hasSize(1);
    }

    @Test
    void aNightThatSomebodyHasRunWhileItWaitedIsNotRunAgain(Scene scene) throws Exception {
        String pipeline = waiting(scene);
        CompletableFuture<Scene.Answer> first = call("2026-07-16T04:30:05Z", pipeline);
        scene.awaitWaiting();
        Scene.Answer byHand = Scene.tofro("run", pipeline, "--date", "2026-07-15", "--needs", "ignore");
        demand(byHand, "run " + scene.name);
        upstream(scene);

        Scene.Answer answer = first.get(90, TimeUnit.SECONDS);

        assertThat(answer.code()).as(answer.toString()).isEqualTo(75);
        assertThat(answer.err())
                .contains("run " + byHand.run() + " of the interval 2026-07-14T22:00:00Z/2026-07-15T22:00:00Z was at"
                        + " work since this launch of it was due; nothing was started\n");
        assertThat(intervals(scene)).hasSize(1);
    }

    @Test
    void aNightWhoseLauncherDiedWaitingIsRunUnlessAClusterHasIt(Scene scene) throws Exception {
        String pipeline = pipeline(scene, "cron: 30 6 * * *, time_zone: Europe/Berlin");
        String run = scene.name + "-20260716T043005-0000";
        Process killed = new ProcessBuilder("sleep", "600").start();
        LaunchIdentity holder = LaunchIdentity.of(killed.toHandle());
        // The state area can be used when a command has used it.
        Scene.tofro("status");
        ReportStore store = new ReportStore("s3://tofro-state/");
        Waiting note = new Waiting(
                run,
                scene.name,
                Instant.parse("2026-07-14T22:00:00Z"),
                Instant.parse("2026-07-15T22:00:00Z"),
                List.of("raw"),
                holder.holder(),
                "process " + killed.pid() + " on " + holder.host(),
                Instant.now(),
                null,
                false,
                Instant.now().plusSeconds(60));
        store.writeWaiting(note);
        demand(
                Scene.tofroAt("2026-07-16T05:30:05Z", "run", pipeline, "--scheduled"),
                "run " + run + " is of the interval of 2026-07-15, and has not begun yet: process " + killed.pid()
                        + " on " + holder.host() + " waits for raw\n");

        killed.destroyForcibly().waitFor();
        store.writeWaiting(note.askedFor(new Waiting.Cluster("j-1TOFRO", null, "eu-west-1"), Instant.now()));
        demand(
                Scene.tofroAt("2026-07-16T05:30:05Z", "run", pipeline, "--scheduled"),
                "run " + run + " is of the interval of 2026-07-15, and has not begun on cluster j-1TOFRO yet\n");

        store.writeWaiting(note);
        demand(Scene.tofroAt("2026-07-16T05:30:05Z", "run", pipeline, "--scheduled"), "run " + scene.name);
        assertThat(intervals(scene)).containsExactly("2026-07-14T22:00:00Z/2026-07-15T22:00:00Z");
        store.forgetWaiting(run);
    }

    @Test
    void aMachineThatWasOffOverTheEndOfSummerRunsTheLastNightOnce(Scene scene) throws Exception {
        String pipeline = pipeline(scene, "cron: 30 2 * * *, time_zone: America/New_York, jitter: 10 minutes");
        Scene.Answer printed = Scene.tofro("schedule", "print", pipeline);
        assertThat(printed.out()).containsPattern("\n@reboot sleep \\d+ && cd ");

        // Off from Saturday noon until Sunday, which had 25 hours, was over.
        demand(Scene.tofroAt("2026-11-02T08:00:00Z", "run", pipeline, "--scheduled"), "run " + scene.name);
        demand(
                Scene.tofroAt("2026-11-02T08:01:00Z", "run", pipeline, "--scheduled"),
                "nothing is due before 2026-11-03T07:30:00Z: run ");

        assertThat(intervals(scene)).containsExactly("2026-11-01T04:00:00Z/2026-11-02T05:00:00Z");
    }
}
