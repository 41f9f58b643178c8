package org.tofro.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

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
