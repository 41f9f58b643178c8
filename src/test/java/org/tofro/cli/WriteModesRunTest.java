package org.tofro.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Each way of publishing, and a check, from the pipeline's file to the table's rows. */
@ExtendWith(TestCheckout.EndToEnd.class)
class WriteModesRunTest {
    private static final String PIPELINE = """
            name: NAME
            steps:
            - {type: extract-from-rds, name: extract, connection: host_db_1, database: NAME, table: items}
            - {type: load-into-staging-table, name: load, table: NAME.staging}
            - {name: publish, source: NAME.staging, destination: NAME.prod, %s}
            """;

    private static void items(Scene scene, String values) throws Exception {
        scene.changeSource("DROP TABLE IF EXISTS items", "CREATE TABLE items (id integer, label text, seen timestamp)");
        scene.changeSource("INSERT INTO items VALUES " + values);
    }

    private static Scene.Answer succeeds(String pipeline, String... more) {
        String[] arguments = new String[2 + more.length];
        arguments[0] = "run";
        arguments[1] = pipeline;
        System.arraycopy(more, 0, arguments, 2, more.length);
        Scene.Answer answer = Scene.tofro(arguments);
        assertThat(answer.code()).as(answer.toString()).isZero();
        return answer;
    }

    private static String notes(Scene.Answer answer) throws Exception {
        return Scene.step(Scene.report(answer.run()), "publish").get("notes").toString();
    }

    @Test
    void anUpsert(Scene scene) throws Exception {
        scene.source();
        items(scene, "(1, 'a', NULL), (2, 'b', NULL), (2, 'newer', '2026-11-23')");
        String pipeline = scene.file(
                "upsert.yaml",
                PIPELINE.formatted("type: upsert, primary_key: id, order_by: seen desc")
                        + "- {type: primary-key-check, name: key, table: NAME.prod, primary_key: id}\n");
        assertThat(notes(succeeds(pipeline))).contains("left out 1 row of 1 key (id)");
        assertThat(scene.warehouseRows("SELECT id, label FROM NAME.prod ORDER BY 1"))
                .containsExactly("1|a", "2|newer");

        items(scene, "(2, 'newest', '2026-11-24'), (3, NULL, NULL)");
        Scene.Answer second = succeeds(pipeline);
        assertThat(notes(second)).isEqualTo("[\"replaced 1 of 2 rows\"]");
        assertThat(scene.warehouseRows("SELECT id, label FROM NAME.prod ORDER BY 1"))
                .containsExactly("1|a", "2|newest", "3|<null>");
    }

    @Test
    void anAppend(Scene scene) throws Exception {
        scene.source();
        items(scene, "(1, 'a', NULL), (2, 'b', NULL)");
        String pipeline =
                scene.file("append.yaml", PIPELINE.formatted("type: append, primary_key: [id], on_existing: skip"));
        succeeds(pipeline);
        items(scene, "(2, 'changed', NULL), (3, 'c', NULL)");
        assertThat(notes(succeeds(pipeline))).contains("left out 1 row of 1 key (id) that stood in");
        assertThat(scene.warehouseRows("SELECT id, label FROM NAME.prod ORDER BY 1"))
                .containsExactly("1|a", "2|b", "3|c");
    }

    @Test
    void rowsThatWereAppendedComeAgainOnlyWhenThatIsWanted(Scene scene) throws Exception {
        scene.source();
        items(scene, "(1, 'a', '2026-11-22 10:00'), (2, 'b', '2026-11-23 10:00')");
        String pipeline = scene.file(
                "plain.yaml",
                PIPELINE.formatted("type: append")
                        .replace(
                                "table: items",
                                "sql: \"SELECT * FROM items WHERE seen >= ${interval.start} AND seen <"
                                        + " ${interval.end}\""));
        String first = succeeds(pipeline, "--date", "2026-11-22").run();
        succeeds(pipeline, "--date", "2026-11-23");

        Scene.Answer again = Scene.tofro("run", pipeline, "--date", "2026-11-22");

        assertThat(again.code()).as(again.toString()).isEqualTo(1);
        assertThat(again.out())
                .contains("\npublish: run '" + first + "' has added 1 row of the interval from 2026-11-22T00:00:00Z to"
                        + " 2026-11-23T00:00:00Z to " + scene.name
                        + ".prod already, and no key tells which of these are"
                        + " the same. Nothing was changed.");
        assertThat(scene.warehouseRows("SELECT id FROM NAME.prod ORDER BY 1")).containsExactly("1", "2");
        Scene.Answer accepted = Scene.tofro("resume", again.run(), "--accept", "again=both count");
        assertThat(accepted.code()).as(accepted.toString()).isZero();
        assertThat(notes(accepted)).contains("accepted again: both count");
        assertThat(scene.warehouseRows("SELECT id FROM NAME.prod ORDER BY 1")).containsExactly("1", "1", "2");

        succeeds(pipeline, "--from", "2026-11-23", "--to", "2026-11-24", "--again");
        assertThat(scene.warehouseRows("SELECT id FROM NAME.prod ORDER BY 1")).containsExactly("1", "1", "2", "2");
    }

    @Test
    void anIntervalIsReplacedAndTheOthersStay(Scene scene) throws Exception {
        scene.source();
        String pipeline = scene.file(
                "interval.yaml",
                PIPELINE.formatted("type: replace-interval, column: seen, allow_empty: true")
                        .replace(
                                "table: items",
                                "sql: \"SELECT * FROM items WHERE seen >= ${interval.start} AND seen <"
                                        + " ${interval.end}\""));
        items(scene, "(1, 'a', '2026-11-22 10:00'), (2, 'b', '2026-11-23 10:00'), (3, 'c', '2026-11-24')");
        succeeds(pipeline, "--date", "2026-11-22");
        succeeds(pipeline, "--date", "2026-11-23");
        items(scene, "(1, 'changed', '2026-11-22 10:00'), (4, 'd', '2026-11-23'), (5, 'e', '2026-11-23 23:59')");
        assertThat(notes(succeeds(pipeline, "--date", "2026-11-23")))
                .contains("replaced 1 of 2 rows: those in [2026-11-23 00:00:00, 2026-11-24 00:00:00)");
        assertThat(scene.warehouseRows("SELECT id, label FROM NAME.prod ORDER BY 1"))
                .containsExactly("1|a", "4|d", "5|e");
    }

    @Test
    void aFailedCheckStopsWhatReadsTheTableUntilItIsAccepted(Scene scene) throws Exception {
        scene.source();
        items(scene, "(1, 'a', NULL), (1, 'b', NULL), (2, NULL, NULL)");
        String pipeline = scene.file("checked.yaml", """
                name: NAME
                steps:
                - {type: extract-from-rds, name: extract, connection: host_db_1, database: NAME, table: items}
                - {type: load-into-staging-table, name: load, table: NAME.staging}
                - {type: check, name: warned, table: NAME.staging, not_null: label, on_failure: warn}
                - {type: check, name: gate, table: NAME.staging, unique: id, rows: {min: 1}}
                - {type: reload-prod-table, name: publish, source: NAME.staging, destination: NAME.prod, depends_on: [load]}
                """);

        Scene.Answer refused = Scene.tofro("run", pipeline);

        assertThat(refused.code()).as(refused.toString()).isEqualTo(1);
        assertThat(refused.out())
                .containsPattern(
                        "\\ngate: " + scene.name + ".staging fails its check: 1 key \\(id\\) with more than one"
                                + " row, 2 rows in all \\(listed in s3://tofro-staging/\\S+/gate/[0-9a-f]{8}/failing-1.csv\\)")
                .contains("\npublish: not started: step 'gate' was refused\n");
        JsonNode report = Scene.report(refused.run());
        assertThat(report.findValuesAsText("outcome"))
                .containsExactly("SUCCEEDED", "SUCCEEDED", "SUCCEEDED", "REFUSED", "SKIPPED");
        assertThat(Scene.step(report, "warned").get("notes").toString())
                .isEqualTo("[\"check failed: column 'label' is NULL in 1 of 3 rows\"]");

        Scene.Answer accepted = Scene.tofro("resume", refused.run(), "--accept", "check=known, mended tomorrow");

        assertThat(accepted.code()).as(accepted.toString()).isZero();
        assertThat(scene.warehouseRows("SELECT id, label FROM NAME.prod ORDER BY 2"))
                .containsExactly("1|a", "1|b", "2|<null>");
        assertThat(Scene.step(Scene.report(accepted.run()), "gate").get("notes").toString())
                .contains("accepted check: known, mended tomorrow");
    }
}
