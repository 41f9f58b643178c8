package org.tofro.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The case study from end to end: Cassandra to raw tables, to BI tables, to the key-value store. */
@ExtendWith(TestCheckout.EndToEnd.class)
class InstructorDashboardRunTest {
    private static final List<String> PIPELINES =
            List.of("course_progress.yaml", "cumulative_progress.yaml", "instructor_dashboard.yaml");

    @Test
    void progressOfEachCourseIsServed(Scene scene) throws Exception {
        String runner = CassandraRunTest.runner(scene);
        Scene.Answer early = Scene.tofro("run", PIPELINES.get(2), "--runner", runner, "--needs=check");
        assertThat(early.code()).as(early.toString()).isEqualTo(20);
        assertThat(early.err() + early.out()).contains("cumulative_progress");

        for (String pipeline : PIPELINES) {
            Scene.Answer answer = Scene.tofro("run", pipeline, "--runner", runner);
            assertThat(answer.code()).as(answer.toString()).isZero();
        }

        List<String> courses = scene.warehouseRows("""
                SELECT course_id, count(DISTINCT learner_id), count(DISTINCT learner_id || ' ' || item_id)
                FROM raw.course_progress GROUP BY course_id ORDER BY course_id""");
        assertThat(courses).hasSize(8);
        for (String course : courses) {
            String[] counted = course.split("\\|");
            JsonNode fields = get(runner, "instructor_dashboard", counted[0]).get("fields");
            int items = Integer.parseInt(scene.warehouseRows(
                            "SELECT count(*) FROM raw.course_content WHERE course_id = '" + counted[0] + "'")
                    .get(0));
            int students = Integer.parseInt(counted[1]);
            assertThat(fields.get("students").asInt()).as(course).isEqualTo(students);
            assertThat(fields.get("average_progress").asDouble())
                    .as(course)
                    .isCloseTo(
                            Double.parseDouble(counted[2]) / items / students,
                            org.assertj.core.data.Offset.offset(1e-9));
            assertThat(fields.get("by_module").size())
                    .as(course)
                    .isEqualTo(Integer.parseInt(scene.warehouseRows(
                                    "SELECT count(DISTINCT module_position) FROM raw.course_content WHERE course_id = '"
                                            + counted[0] + "'")
                            .get(0)));
        }
        JsonNode unwritten = get(runner, "instructor_dashboard", "unwritten").get("fields");
        assertThat(unwritten.get("course_name").asText()).isEqualTo("Not written yet");
        assertThat(unwritten.get("students").asInt()).isZero();

        List<String> taught = new ArrayList<>();
        get(runner, "instructor_courses_kvs", "1000")
                .get("fields")
                .get("courses")
                .forEach(each -> taught.add(each.asText()));
        assertThat(taught)
                .containsExactlyInAnyOrderElementsOf(scene.sourceRows(
                        "master", "SELECT course_id FROM course_instructors WHERE instructor_id = 1000"));
    }

    private static JsonNode get(String runner, String job, String key) throws Exception {
        Scene.Answer answer = Scene.tofro("kvs", "get", job, key, "--runner", runner);
        assertThat(answer.code()).as(answer.toString()).isZero();
        return new ObjectMapper().readTree(answer.out());
    }
}
