package org.tofro.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.tofro.connect.staging.StagingArea;

/** Event logs on the way into the warehouse. */
@ExtendWith(TestCheckout.EndToEnd.class)
class EventLogRunTest {
    private static void put(Scene scene, String name, String text) {
        try (StagingArea area = StagingArea.open(
                "s3://tofro-staging/" + scene.name + "-log/", scene.checkout().s3())) {
            area.put(name, text.getBytes(StandardCharsets.UTF_8));
        }
    }

    private static String pipeline(Scene scene, String more, String publish) throws Exception {
        return scene.file("log.yaml", """
                name: NAME
                steps:
                - type: extract-from-event-log
                  name: extract
                  path: s3://tofro-staging/NAME-log/{date:yyyy-MM-dd}/*.json
                  fields:
                  - {name: id, type: bigint}
                  - {name: seen, type: timestamp}
                  %s
                - type: load-into-staging-table
                  name: load
                  table: NAME.staging
                - source: NAME.staging
                  destination: NAME.prod
                  name: publish
                  %s
                """.formatted(more, publish));
    }

    @Test
    void clicksOfTwoDaysArriveOnce(Scene scene) throws Exception {
        Scene.Answer answer = Scene.tofro("run", "clickstream.yaml", "--date", "2026-11-23");
        assertThat(answer.code()).as(answer.toString()).isZero();

        Map<String, String> events = new TreeMap<>();
        long lines = 0;
        try (Stream<Path> files = Files.walk(Path.of("test-data/s3/tofro-events/clicks"))) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".gz")).toList()) {
                try (GZIPInputStream in = new GZIPInputStream(Files.newInputStream(file))) {
                    for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8)
                            .lines()
                            .toList()) {
                        lines++;
                        if (line.endsWith("}")) {
                            JsonNode event = new ObjectMapper().readTree(line);
                            events.put(event.get("event_id").asText(), row(event));
                        }
                    }
                }
            }
        }
        assertThat(events).hasSize(1_200);
        assertThat(scene.warehouseRows(
                        "SELECT event_id, cast(extract(epoch FROM happened) * 1000 AS bigint), kind, user_id,"
                                + " country, course_id, experiment, others FROM prod.clicks ORDER BY 1"))
                .containsExactlyElementsOf(events.values());
        JsonNode step = Scene.step(Scene.report(answer.run()), "extract-from-event-log-1");
        assertThat(step.get("rejected").asLong()).isEqualTo(1);
        assertThat(step.get("duplicates").asLong()).isEqualTo(lines - 1 - events.size());
        assertThat(step.get("rowsOut").asLong()).isEqualTo(events.size());
    }

    private static String row(JsonNode event) {
        JsonNode country = event.at("/user/country");
        JsonNode referrer = event.get("referrer");
        return String.join(
                "|",
                event.get("event_id").asText(),
                event.get("happened").asText(),
                event.get("kind").asText(),
                event.at("/user/id").asText(),
                country.isNull() ? "<null>" : country.asText(),
                event.get("course_id").asText(),
                event.has("experiment") ? event.get("experiment").toString() : "<null>",
                referrer == null ? "<null>" : "{\"referrer\":" + referrer + "}");
    }

    @Test
    void whatComesLateIsThereAfterTheNextRun(Scene scene) throws Exception {
        String pipeline = pipeline(scene, "window: 1 day", "type: replace-interval\n  column: seen");
        put(scene, "2026-11-22/a.json", "{\"id\":1,\"seen\":\"2026-11-22T10:00:00Z\"}\n");
        put(scene, "2026-11-23/a.json", "{\"id\":2,\"seen\":\"2026-11-23T10:00:00Z\"}\n");
        Scene.Answer first = Scene.tofro("run", pipeline, "--date", "2026-11-22");
        assertThat(first.code()).as(first.toString()).isZero();
        put(scene, "2026-11-22/late.json", "{\"id\":3,\"seen\":\"2026-11-22T23:59:59.999999Z\"}\n");
        Scene.Answer second = Scene.tofro("run", pipeline, "--date", "2026-11-23");
        assertThat(second.code()).as(second.toString()).isZero();
        List<String> all = List.of("1|2026-11-22 10:00:00", "2|2026-11-23 10:00:00", "3|2026-11-22 23:59:59.999999");
        assertThat(scene.warehouseRows("SELECT * FROM NAME.prod ORDER BY 1")).isEqualTo(all);
        // And once more, with nothing new.
        Scene.Answer again = Scene.tofro("run", pipeline, "--date", "2026-11-23");
        assertThat(again.code()).as(again.toString()).isZero();
        assertThat(scene.warehouseRows("SELECT * FROM NAME.prod ORDER BY 1")).isEqualTo(all);
    }

    @Test
    void filesThatWereAppendedAreNotAppendedByAnotherRun(Scene scene) throws Exception {
        String pipeline = pipeline(scene, "", "type: append");
        put(scene, "2026-11-22/a.json", "{\"id\":1}\n");
        put(scene, "2026-11-22/b.json", "{\"id\":2}\n");
        Scene.Answer first = Scene.tofro("run", pipeline, "--date", "2026-11-22");
        assertThat(first.code()).as(first.toString()).isZero();
        put(scene, "2026-11-22/c.json", "{\"id\":3}\n");

        Scene.Answer again = Scene.tofro("run", pipeline, "--date", "2026-11-22");

        assertThat(again.code()).as(again.toString()).isEqualTo(1);
        String folder = "s3://tofro-staging/" + scene.name + "-log/2026-11-22/";
        assertThat(again.out())
                .contains("\npublish: 2 of the 3 event files that were read are in " + scene.name + ".prod already: "
                        + folder + "a.json, " + folder + "b.json, the first by run '" + first.run()
                        + "'. Nothing was changed.");
        assertThat(scene.warehouseRows("SELECT id FROM NAME.prod ORDER BY 1")).containsExactly("1", "2");
    }

    @Test
    void tooManyRejectsPublishNothing(Scene scene) throws Exception {
        String pipeline = pipeline(scene, "max_rejects: 1", "type: upsert\n  primary_key: id");
        put(scene, "2026-11-22/a.json", "{\"id\":1}\n{\"id\":\"private\"}\n{\"id\":2}\n");
        put(scene, "2026-11-23/a.json", "{\"id\":3}\n{\"id\":\"private\"}\n{\"seen\":\"private\"}\n");
        Scene.Answer good = Scene.tofro("run", pipeline, "--date", "2026-11-22");
        assertThat(good.code()).as(good.toString()).isZero();
        Scene.Answer bad = Scene.tofro("run", pipeline, "--date", "2026-11-23");
        assertThat(bad.code()).isEqualTo(1);
        assertThat(bad.out())
                .containsPattern(
                        "2 of 3 lines were rejected, and max_rejects is 1: field 'id' \\(bigint\\): 1 no number; field"
                                + " 'seen' \\(timestamp\\): 1 no time such as 2026-11-23T14:30:00Z\\. Each is in"
                                + " s3://tofro-staging/" + scene.name
                                + "/[^/]+/extract/[0-9a-f]{8}/rejects\\.json\\.zst with its file,"
                                + " number and reason");
        assertThat(bad.out() + bad.err()).doesNotContain("private");
        assertThat(scene.warehouseRows("SELECT id FROM NAME.prod ORDER BY 1")).containsExactly("1", "2");
        Scene.Answer none = Scene.tofro("run", pipeline, "--date", "2026-11-24");
        assertThat(none.out())
                .contains("no file matches s3://tofro-staging/" + scene.name
                        + "-log/2026-11-24/*.json; where an interval may have" + " none, say `allow_empty: true`");
    }

    @Test
    void thePlanSaysWhatWouldBeRead(Scene scene) throws Exception {
        String pipeline = pipeline(scene, "max_rejects: 1", "type: upsert\n  primary_key: id");
        put(scene, "2026-11-22/a.json", "{\"id\":1}\n");
        put(scene, "2026-11-22/b.json", "{\"id\":1}\n\n");
        Scene.Answer answer = Scene.tofro("plan", pipeline, "--date", "2026-11-22", "--connect");
        assertThat(answer.code()).as(answer.toString()).isZero();
        String folder = "s3://tofro-staging/" + scene.name + "-log/2026-11-22/";
        assertThat(answer.out().lines().map(String::strip))
                .contains(
                        "reads " + folder + "*.json as json",
                        "2 files of 19 bytes, 2 readers",
                        "file " + folder + "a.json, 9 bytes",
                        "file " + folder + "b.json, 10 bytes",
                        "column id: json /id -> bigint, staged bare; rejected: what is no number, fractions, less than"
                                + " -9223372036854775808, more than 9223372036854775807");
    }
}
