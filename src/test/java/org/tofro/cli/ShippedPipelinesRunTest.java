package org.tofro.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every shipped pipeline, run as a user runs it. */
@ExtendWith(TestCheckout.EndToEnd.class)
class ShippedPipelinesRunTest {
    /** Those that wait for others come last. */
    static List<Path> pipelines() {
        return GoldenFile.cases("pipelines").stream()
                .filter(file -> !usesCassandra(file))
                .sorted(Comparator.comparing(ShippedPipelinesRunTest::waits))
                .toList();
    }

    /**
     * {@link CassandraRunTest}, {@link KvsRunTest} and {@link InstructorDashboardRunTest} run those, and what waits for them:
     * one server does for all tests, and it is not quick to start.
     */
    private static boolean usesCassandra(Path file) {
        return Stream.of("-cassandra", "nostos-v2", "materialize-kvs", "needs: [course_progress]")
                .anyMatch(word -> contains(file, word));
    }

    private static boolean waits(Path file) {
        return contains(file, "pipeline-dependencies");
    }

    private static boolean contains(Path file, String type) {
        try {
            return Files.readString(file).contains(type);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @MethodSource("pipelines")
    void runs(Path file, Scene scene) {
        Scene.Answer answer = Scene.tofro("run", file.getFileName().toString());

        assertThat(answer.code()).as(answer.toString()).isZero();
        assertThat(answer.out()).contains("report: s3://tofro-state/runs/" + answer.run() + "/report.json");
    }

    @Test
    void instructorsArriveAsTheyAre(Scene scene) throws Exception {
        Scene.Answer answer = Scene.tofro("run", "instructors.yaml");
        assertThat(answer.code()).as(answer.toString()).isZero();

        String order = " ORDER BY 1, 2";
        List<String> source = scene.sourceRows(
                "master", "SELECT instructor_id, course_id, rank FROM courses_instructorincourse" + order);
        List<String> production =
                scene.warehouseRows("SELECT instructor_id, course_id, rank FROM prod.instructors_sessions" + order);
        assertThat(production).hasSize(12_000).isEqualTo(source);
        JsonNode report = Scene.report(answer.run());
        assertThat(report.get("result").asText()).isEqualTo("SUCCEEDED");
        assertThat(Scene.step(report, "extract-from-rds-1").get("rowsOut").asLong())
                .isEqualTo(12_000);
    }

    @Test
    void countsGoBackToTheApplicationsDatabaseOnce(Scene scene) throws Exception {
        String counted = """
                SELECT course_id, count(*), count(*) FILTER (WHERE is_lead), max(assigned_on)
                FROM courses_instructorincourse GROUP BY course_id ORDER BY 1""";
        for (int run = 1; run <= 2; run++) {
            Scene.Answer answer = Scene.tofro("run", "course_teachers.yaml");
            assertThat(answer.code()).as(answer.toString()).isZero();
            assertThat(scene.sourceRows("master", "SELECT * FROM course_teachers ORDER BY 1"))
                    .hasSizeGreaterThan(100)
                    .isEqualTo(scene.sourceRows("master", counted));
        }
    }

    @Test
    void clicksAreCountedWhenTheEventsAreThere(Scene scene) throws Exception {
        for (String pipeline : List.of("raw_events.yaml", "recommendations.yaml", "curating.yaml")) {
            Scene.Answer answer = Scene.tofro("run", pipeline);
            assertThat(answer.code()).as(answer.toString()).isZero();
        }

        for (String kind : List.of("click", "impression")) {
            List<String> counted = scene.sourceRows("master", """
                    SELECT happened::date, course_id, model, count(*), count(DISTINCT learner_id)
                    FROM discovery_events JOIN recommendations USING (recommendation_id)
                    WHERE kind = '%s' GROUP BY 1, 2, 3 ORDER BY 1, 2, 3""".formatted(kind));
            assertThat(scene.warehouseRows("SELECT * FROM bi.discovery_" + kind + "s ORDER BY 1, 2, 3"))
                    .hasSizeGreaterThan(1_000)
                    .isEqualTo(counted);
        }
    }

    @Test
    void coursesAreCountedInTheWarehouseAsInTheSource(Scene scene) throws Exception {
        Scene.Answer answer = Scene.tofro("run", "instructor_courses.yaml");
        assertThat(answer.code()).as(answer.toString()).isZero();

        List<String> counted = scene.sourceRows("master", """
                SELECT instructor_id, count(*), min(rank), cast(sum(hours_per_week) AS numeric(10, 2)), count(*) >= 3
                FROM courses_instructorincourse GROUP BY 1 ORDER BY 1""");
        assertThat(scene.warehouseRows("SELECT * FROM bi.instructor_courses ORDER BY 1"))
                .hasSize(3_000)
                .isEqualTo(counted);
        assertThat(scene.warehouseRows("SELECT obj_description(cast('bi.instructor_courses' AS regclass))"))
                .containsExactly("Courses of each instructor, by pipeline instructor_courses.");
    }

    @Test
    void theBestOfTheTrainedModelsPredicts(Scene scene) throws Exception {
        Scene.Answer answer = Scene.tofro("run", "completion_model");
        assertThat(answer.code()).as(answer.toString()).isZero();

        assertThat(scene.warehouseRows("SELECT learner_id FROM prod.completion_predictions ORDER BY 1"))
                .hasSize(300)
                .isEqualTo(scene.sourceRows(
                        "master", "SELECT learner_id FROM learners_at_four_weeks WHERE completed IS NULL ORDER BY 1"));
        assertThat(scene.warehouseRows("SELECT count(*) FROM prod.completion_predictions WHERE completes > 0.5"))
                .allMatch(count -> Integer.parseInt(count) > 50 && Integer.parseInt(count) < 250);
        assertThat(scene.warehouseRows("SELECT place, log_loss = (SELECT min(log_loss) FROM bi.completion_tuning)"
                        + " FROM bi.completion_tuning ORDER BY place"))
                .hasSize(4)
                .first()
                .isEqualTo("1|true");
        assertThat(scene.warehouseRows("SELECT accuracy > 0.75 FROM bi.completion_tuning WHERE place = 1"))
                .containsExactly("true");
    }
}
