package org.tofro.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tofro.local.BuiltClusterJar;

/** Every shipped pipeline on a Flink cluster of several processes gives what it gives on the direct runner. */
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(value = 5, unit = TimeUnit.MINUTES)
@ExtendWith(TestCheckout.EndToEnd.class)
class ShippedPipelinesOnFlinkTest {
    /** What waits for others, or reads what they have made, comes after them. */
    private static final List<String> LATE = List.of(
            "recommendations",
            "curating",
            "course_progress",
            "cumulative_progress",
            "instructor_courses",
            "instructor_dashboard",
            "nostos_example",
            "course_partners",
            "course_staff");

    private static final String SCHEMAS = "SELECT nspname FROM pg_namespace ORDER BY 1";

    private List<String> ofTheServer = List.of();
    private Map<String, List<String>> direct = Map.of();

    static List<Path> pipelines() {
        return GoldenFile.cases("pipelines").stream()
                .sorted(Comparator.comparing(ShippedPipelinesOnFlinkTest::place))
                .toList();
    }

    private static int place(Path file) {
        return LATE.indexOf(file.getFileName().toString().replace(".yaml", ""));
    }

    @BeforeAll
    void runAllOnTheDirectRunner(Scene scene) throws Exception {
        BuiltClusterJar.get();
        ofTheServer = scene.warehouseRows(SCHEMAS);
        for (Path file : pipelines()) {
            Scene.Answer answer = Scene.tofro("run", file.getFileName().toString());
            assertThat(answer.code()).as(file + "\n" + answer).isZero();
        }
        direct = contents(scene);
        clear(scene);
    }

    /** A warehouse without a table, and nothing served, so that what is there afterwards was made by the runs in between. */
    private void clear(Scene scene) throws SQLException {
        for (String schema : ours(scene)) {
            scene.changeWarehouse("DROP SCHEMA \"" + schema + "\" CASCADE");
        }
        try (ServedRows served = ServedRows.open()) {
            served.clear();
            assertThat(served.rows()).isEmpty();
        }
    }

    private List<String> ours(Scene scene) throws SQLException {
        return scene.warehouseRows(SCHEMAS).stream()
                .filter(schema -> !ofTheServer.contains(schema) && !schema.startsWith("pg_"))
                .toList();
    }

    private Map<String, List<String>> contents(Scene scene) throws SQLException {
        Map<String, List<String>> contents = new TreeMap<>();
        for (String schema : ours(scene)) {
            if (schema.equals("tofro")) {
                continue;
            }
            for (String table :
                    scene.warehouseRows("SELECT tablename FROM pg_tables WHERE schemaname = '" + schema + "'")) {
                String quoted = "\"" + schema + "\".\"" + table + "\"";
                contents.put(
                        schema + "." + table,
                        scene.warehouseRows("SELECT * FROM " + quoted).stream()
                                .sorted()
                                .toList());
            }
        }
        contents.put(
                "host_db_1: course_teachers",
                scene.sourceRows("master", "SELECT * FROM course_teachers").stream()
                        .sorted()
                        .toList());
        try (ServedRows served = ServedRows.open()) {
            contents.putAll(served.rows());
        }
        return contents;
    }

    @ParameterizedTest
    @MethodSource("pipelines")
    @Order(1)
    void runs(Path file, Scene scene) throws Exception {
        if (file.endsWith("course_teachers.yaml")) {
            try (var rds = scene.rds("master");
                    var statement = rds.createStatement()) {
                statement.execute("DELETE FROM course_teachers");
            }
        }
        Scene.Answer answer = Scene.tofro("run", file.getFileName().toString(), "--runner", "flink");

        assertThat(answer.code()).as(answer.toString()).isZero();
    }

    @Test
    @Order(2)
    void andEveryTableIsTheSame(Scene scene) throws SQLException {
        Map<String, List<String>> flink = contents(scene);

        assertThat(flink.keySet())
                .isEqualTo(direct.keySet())
                .contains(
                        "serving.teaching",
                        "serving.course_staff",
                        "key-value job example",
                        "key-value job instructor_courses_kvs",
                        "key-value job instructor_dashboard");
        assertThat(flink.values().stream().mapToInt(List::size).sum()).isGreaterThan(50_000);
        flink.forEach((table, rows) -> assertThat(rows).as(table).isEqualTo(direct.get(table)));
    }
}
