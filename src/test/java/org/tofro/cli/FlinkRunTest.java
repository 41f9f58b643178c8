package org.tofro.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The same pipelines on embedded Flink. */
@ExtendWith(TestCheckout.EndToEnd.class)
class FlinkRunTest {
    @Test
    void instructorsArriveAsOnTheDirectRunner(Scene scene) throws Exception {
        Scene.Answer answer = Scene.tofro("run", "instructors.yaml", "--runner", "flink-local");

        assertThat(answer.code()).as(answer.toString()).isZero();
        String order = " ORDER BY 1, 2";
        Scene.assertSameRows(
                scene.warehouseRows("SELECT instructor_id, course_id, rank FROM prod.instructors_sessions" + order),
                scene.sourceRows(
                        "master", "SELECT instructor_id, course_id, rank FROM courses_instructorincourse" + order));
        assertThat(answer.err().lines())
                .allMatch(line -> line.startsWith("run ") || line.matches("[a-z0-9-]+: (started|succeeded, .*)"));
        List<String> said = Scene.tofro("logs", answer.run())
                .out()
                .lines()
                .map(line -> line.replaceFirst("^\\S+ ", ""))
                .toList();
        assertThat(said)
                .as("what steps say in this very JVM")
                .contains("INFO  [extract-from-rds-1] reading", "INFO  [load-into-staging-table-1] copying")
                .doesNotHaveDuplicates();
    }

    @Test
    void twoExtractsRunOnDifferentSubtasksAndAFailureIsAnOutcomeThereToo(Scene scene) throws Exception {
        scene.source("CREATE TABLE items (id integer)", "INSERT INTO items SELECT generate_series(1, 30)");
        String pipeline = scene.file("two.yaml", """
                name: NAME
                steps:
                - {type: extract-from-rds, name: one, connection: host_db_1, database: NAME, table: items}
                - {type: load-into-staging-table, name: load-one, table: NAME.one_staging}
                - {type: reload-prod-table, name: publish-one, source: NAME.one_staging, destination: NAME.one}
                - {type: extract-from-rds, name: two, connection: host_db_1, database: NAME, sql: SELECT id + 1 AS id FROM items}
                - {type: load-into-staging-table, name: load-two, table: NAME.two_staging}
                - {type: reload-prod-table, name: publish-two, source: NAME.two_staging, destination: NAME.two}
                - {type: extract-from-rds, name: three, connection: host_db_1, database: NAME, sql: SELECT nothing FROM items}
                - {type: load-into-staging-table, name: load-three, table: NAME.three_staging}
                """);

        Scene.Answer answer = Scene.tofro("run", pipeline, "--runner", "flink-local");

        assertThat(answer.code()).as(answer.toString()).isEqualTo(1);
        JsonNode report = Scene.report(answer.run());
        assertThat(report.findValuesAsText("outcome"))
                .containsExactly(
                        "SUCCEEDED",
                        "SUCCEEDED",
                        "SUCCEEDED",
                        "SUCCEEDED",
                        "SUCCEEDED",
                        "SUCCEEDED",
                        "FAILED",
                        "SKIPPED");
        assertThat(Scene.step(report, "load-three").get("message").asText())
                .isEqualTo("not started: step 'three' failed");
        assertThat(List.of(notes(report, "one"), notes(report, "two")))
                .containsExactlyInAnyOrder("[\"read by subtask 1 of 2\"]", "[\"read by subtask 2 of 2\"]");
        assertThat(scene.warehouseRows("SELECT count(*), max(id) FROM NAME.one"))
                .containsExactly("30|30");
        assertThat(scene.warehouseRows("SELECT count(*), max(id) FROM NAME.two"))
                .containsExactly("30|31");
    }

    private static String notes(JsonNode report, String step) {
        return Scene.step(report, step).get("notes").toString();
    }
}
