package org.tofro.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Steps that run scripts in the warehouse, as a user runs them. */
@ExtendWith(TestCheckout.EndToEnd.class)
class ScriptsRunTest {
    private static final String CURATING = """
            name: NAME
            variables: {day: "it's 1"}
            notify: {on: [failure, success], command: "cat >> 'TOLD'; echo >> 'TOLD'"}
            teardown: {type: sql-command, command: "INSERT INTO NAME.torn_down (launch) VALUES (1)"}
            steps:
            - step_type: create-update-sql
              name: clicks
              script: scripts/clicks.sql
              table_definition: clicks.sql
              script_arguments: ['click', 2]
            - step_type: create-update-sql
              name: impressions
              script: scripts/impressions.sql
              table_definition: impressions.sql
            - step_type: sql-command
              name: grants
              command: |
                CREATE TABLE NAME.said (word varchar(20));
                INSERT INTO NAME.said (word) VALUES (${var:day}), ('on ${var:day}');
            """;

    private static final String IMPRESSIONS = "SELECT ctid, xmin, * FROM NAME.impressions ORDER BY day";

    private static String pipeline(Scene scene, String divisor) throws Exception {
        scene.changeWarehouse(
                "CREATE SCHEMA " + scene.name,
                "CREATE TABLE " + scene.name + ".events (kind varchar(20), day integer)",
                "INSERT INTO " + scene.name
                        + ".events VALUES ('click', 1), ('click', 2), ('click', 2), ('impression', 1)",
                "CREATE TABLE " + scene.name + ".torn_down (launch integer)",
                "CREATE TABLE " + scene.name + ".impressions (day integer, events bigint)",
                "INSERT INTO " + scene.name + ".impressions VALUES (7, 70), (8, NULL)");
        scene.file("clicks.sql", "CREATE TABLE NAME.clicks (day integer PRIMARY KEY, events bigint, twice bigint)");
        scene.file("impressions.sql", "CREATE TABLE NAME.impressions (day integer PRIMARY KEY, events bigint)");
        scene.file("scripts/clicks.sql", """
                -- the clicks of each day
                BEGIN;
                DELETE FROM NAME.clicks;
                INSERT INTO NAME.clicks (day, events, twice)
                SELECT day, count(*), count(*) * 2 FROM NAME.events WHERE kind = %s AND day < 1 + %s GROUP BY day;
                END;
                """);
        scene.file("scripts/impressions.sql", impressions(divisor));
        return scene.file("curating.yaml", CURATING.replace("TOLD", scene.file("told.json", "")));
    }

    /** The messages that were sent, each of which begins with a brace of its own. */
    private static List<String> told(String pipeline) throws Exception {
        String all = Files.readString(Path.of(pipeline.replace("curating.yaml", "told.json")));
        return Pattern.compile("(?m)^(?=\\{)")
                .splitAsStream(all)
                .filter(part -> !part.isBlank())
                .toList();
    }

    private static String impressions(String divisor) {
        return """
                DELETE FROM NAME.impressions;

                INSERT INTO NAME.impressions (day, events)
                SELECT day, count(*) / %s FROM NAME.events WHERE kind = 'impression' GROUP BY day
                """.formatted(divisor);
    }

    @ParameterizedTest
    @ValueSource(strings = {"local", "flink-local"})
    void oneScriptDividesByZeroAndTheOtherTableIsPublished(String runner, Scene scene) throws Exception {
        String pipeline = pipeline(scene, "(day - day)");
        List<String> before = scene.warehouseRows(IMPRESSIONS);

        Scene.Answer answer = Scene.tofro("run", pipeline, "--runner", runner);

        assertThat(answer.code()).as(answer.toString()).isEqualTo(1);
        String script = pipeline.replace("curating.yaml", "scripts/impressions.sql");
        assertThat(answer.out())
                .contains("\nimpressions: " + script + ":3: statement 2 of 2: division by zero; nothing was changed\n");
        assertThat(scene.warehouseRows(IMPRESSIONS)).isEqualTo(before);
        assertThat(scene.warehouseRows("SELECT * FROM NAME.clicks ORDER BY day"))
                .containsExactly("1|1|2", "2|2|4");
        assertThat(scene.warehouseRows("SELECT * FROM NAME.said ORDER BY word")).containsExactly("it's 1", "on it's 1");
        JsonNode report = Scene.report(answer.run());
        assertThat(report.findValuesAsText("outcome")).containsExactly("SUCCEEDED", "FAILED", "SUCCEEDED", "SUCCEEDED");
        assertThat(scene.warehouseRows("SELECT count(*) FROM NAME.torn_down")).containsExactly("1");
        assertThat(told(pipeline)).hasSize(1);
        assertThat(told(pipeline).get(0))
                .contains(scene.name, "impressions", "division by zero", "tofro resume " + answer.run());
        assertThat(Scene.step(report, "clicks").get("rowsOut").asLong()).isEqualTo(2);
        assertThat(Scene.step(report, "clicks").get("notes").get(0).asText())
                .isEqualTo("2 statements; inserted 2, updated 0, deleted 0 rows");

        // The script that was mended is run alone: the others find their rows in the ledgers.
        scene.file("scripts/impressions.sql", impressions("1"));
        Scene.Answer edited = Scene.tofro("resume", answer.run(), "--runner", runner);
        assertThat(edited.code()).isEqualTo(2);
        assertThat(edited.err())
                .isEqualTo(pipeline + " was edited since run " + answer.run() + " started:\n"
                        + "  (the pipeline's file is as it was; a file or variable that it refers to was changed)\n"
                        + "Go on with the edited pipeline by --edited, or start a new run\n");
        scene.changeWarehouse("INSERT INTO " + scene.name + ".events VALUES ('click', 3)");
        Scene.Answer resumed = Scene.tofro("resume", answer.run(), "--edited", "--runner", runner);

        assertThat(resumed.code()).as(resumed.toString()).isZero();
        assertThat(Scene.report(answer.run()).findValuesAsText("resumed"))
                .containsExactly("true", "false", "true", "false");
        assertThat(scene.warehouseRows("SELECT count(*) FROM NAME.torn_down")).containsExactly("2");
        assertThat(told(pipeline)).hasSize(2);
        assertThat(scene.warehouseRows("SELECT * FROM NAME.impressions")).containsExactly("1|1");
        assertThat(scene.warehouseRows("SELECT * FROM NAME.clicks ORDER BY day"))
                .containsExactly("1|1|2", "2|2|4");
        assertThat(scene.warehouseRows("SELECT count(*) FROM NAME.said")).containsExactly("2");
    }

    @Test
    void aTrialRunChangesNothing(Scene scene) throws Exception {
        String pipeline = pipeline(scene, "1");
        List<String> before = scene.warehouseRows(IMPRESSIONS);

        Scene.Answer answer = Scene.tofro("run", pipeline, "--limit", "1");

        assertThat(answer.code()).as(answer.toString()).isZero();
        assertThat(scene.warehouseRows(IMPRESSIONS)).isEqualTo(before);
        assertThat(Scene.step(Scene.report(answer.run()), "clicks").get("notes").toString())
                .isEqualTo("[\"not run: the script names tables that a trial run may not change\"]");
    }

    @Test
    void everyStatementOfAScriptCarriesTheLabelOfItsRun(Scene scene) throws Exception {
        Scene.Answer answer = Scene.tofro("run", pipeline(scene, "1"));

        assertThat(answer.code()).as(answer.toString()).isZero();
        assertThat(
                        scene.warehouseRows(
                                "SELECT DISTINCT trim(label) FROM stl_query WHERE querytxt LIKE 'INSERT INTO NAME.impressions (%'"))
                .containsExactly("tofro:" + scene.name + "/impressions/" + answer.run());
    }
}
