package org.tofro.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.datastax.oss.driver.api.core.CqlSession;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.tofro.local.TestCassandra;

/** The shipped pipeline that reads Cassandra, run as a user runs it. */
@ExtendWith(TestCheckout.EndToEnd.class)
class CassandraRunTest {
    private static final String STAND_IN =
            "cassandra: {type: cassandra, stand_in: true, seed: test-data/cassandra/cassandra}";

    /** The environment of this machine, with the tests' own server instead of one more. */
    static String runner(Scene scene) throws Exception {
        TestCassandra.shared().seed(Path.of("test-data/cassandra/cassandra").toAbsolutePath());
        String password = scene.file(
                "password.txt", TestCassandra.shared().connection().password().reveal());
        return scene.runner(
                "cassandra.yaml",
                STAND_IN,
                "cassandra: {" + TestCassandra.shared().runnerFields() + "\"${file:" + password + "}\"}");
    }

    @Test
    void progressAndContentArriveAsTheyAre(Scene scene) throws Exception {
        Scene.Answer answer = Scene.tofro("run", "course_progress.yaml", "--runner", runner(scene));
        assertThat(answer.code()).as(answer.toString()).isZero();

        CqlSession session = TestCassandra.shared().session();
        List<String> progress = session.execute("SELECT learner_id, course_id, event_id, progress, seconds_watched,"
                        + " toUnixTimestamp(happened_at), writetime(kind) FROM learning.course_progress")
                .map(row -> row.getLong(0) + "|" + row.getString(1) + "|" + row.getUuid(2) + "|"
                        + (row.isNull(3) ? "<null>" : row.getBigDecimal(3).setScale(2)) + "|"
                        + (row.isNull(4) ? "<null>" : row.getInt(4)) + "|" + row.getLong(5) + "|" + row.getLong(6))
                .all();
        assertThat(progress).hasSizeGreaterThan(2_000);
        Scene.assertSameRows(
                scene.warehouseRows(
                        "SELECT learner_id, course_id, event_id, progress, seconds_watched,"
                                + " CAST(extract(epoch FROM happened_at) * 1000 AS bigint), written_at FROM raw.course_progress"),
                progress);

        List<String> content = session.execute("SELECT course_id, course_title, item_position, title,"
                        + " toJson(tags), toJson(hotspots) FROM learning.course_content")
                .map(row -> row.getString(0) + "|" + row.getString(1) + "|"
                        + (row.isNull(2) ? "<null>" : row.getShort(2)) + "|"
                        + (row.isNull(3) ? "<null>" : row.getString(3)) + "|" + json(row.getString(4)) + "|"
                        + json(row.getString(5)))
                .all();
        Scene.assertSameRows(
                scene.warehouseRows("SELECT course_id, course_title, item_position, title, tags, hotspots"
                        + " FROM raw.course_content"),
                content);
        assertThat(content).contains("unwritten|Not written yet|<null>|<null>|<null>|<null>");

        JsonNode report = Scene.report(answer.run());
        assertThat(Scene.step(report, "progress").get("rowsOut").asInt()).isEqualTo(progress.size());
        assertThat(Scene.step(report, "progress").get("notes").toString()).contains("Cassandra has no snapshot");
    }

    /** The server writes blanks between the parts. */
    private static String json(String text) {
        return text == null || text.equals("null")
                ? "<null>"
                : text.replace("\", \"", "\",\"")
                        .replace(", \"", ",\"")
                        .replace("\": ", "\":")
                        .replace("}, {", "},{");
    }

    @Test
    void aPlanThatConnectsShowsRangesTypesAndWhatIsNotPromised(Scene scene) throws Exception {
        Scene.Answer answer = Scene.tofro("plan", "course_progress.yaml", "--connect", "--runner", runner(scene));

        assertThat(answer.code()).as(answer.toString()).isZero();
        assertThat(answer.out())
                .containsPattern("\\d+ ranges, 4 readers: ")
                .containsPattern("range: tokens after -?\\d+ up to -?\\d+")
                .contains(
                        "Cassandra has no snapshot: each page is as its replicas had it when it was read",
                        "column progress: decimal -> decimal(5,2), staged bare; fails: more than 3 digits before the"
                                + " point or 2 after it",
                        "column written_at: bigint -> bigint, staged bare");
    }

    @Test
    void aKeyspaceThatIsMissingFailsTheStepInOneSentence(Scene scene) throws Exception {
        String pipeline = scene.file("lost.yaml", """
                name: NAME
                steps:
                - {type: extract-from-cassandra, name: extract, connection: cassandra, keyspace: laerning, table: t}
                - {type: load-into-staging-table, name: load, table: NAME.staging}
                """);
        Scene.Answer answer = Scene.tofro("run", pipeline, "--runner", runner(scene));

        assertThat(answer.code()).as(answer.toString()).isEqualTo(1);
        assertThat(answer.out())
                .contains("extract: connection 'cassandra': there is no keyspace 'laerning'; did you mean 'learning'?");
        assertThat(answer.out() + answer.err()).doesNotContain("\tat ", "Exception", "Secret1");
    }

    @Test
    void sqlIsNotForIt(Scene scene) throws Exception {
        Scene.Answer answer = Scene.tofro("sql", "SELECT 1", "--connection", "cassandra", "--runner", runner(scene));

        assertThat(answer.code()).isEqualTo(2);
        assertThat(answer.err()).contains("has no database connection 'cassandra'");
    }

    @Test
    @Tag("slow")
    void theStandInIsStartedSeededAndRead(Scene scene) throws Exception {
        Scene.Answer answer = Scene.tofro("run", "course_progress.yaml");

        assertThat(answer.code()).as(answer.toString()).isZero();
        assertThat(scene.warehouseRows("SELECT count(*) FROM raw.course_progress"))
                .containsExactly("2703");
        assertThat(scene.warehouseRows("SELECT count(*) FROM raw.course_content"))
                .containsExactly("109");
    }
}
