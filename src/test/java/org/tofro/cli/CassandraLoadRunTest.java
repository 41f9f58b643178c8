package org.tofro.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.datastax.oss.driver.api.core.CqlSession;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.tofro.local.TestCassandra;

/** The shipped pipeline that loads into Cassandra, run as a user runs it. */
@ExtendWith(TestCheckout.EndToEnd.class)
class CassandraLoadRunTest {
    @Test
    void rowsArriveAsTheyAreAndAgainAsTheSame(Scene scene) throws Exception {
        String runner = CassandraRunTest.runner(scene);
        CqlSession session = TestCassandra.shared().session();
        List<String> before = List.of();
        for (int run = 1; run <= 2; run++) {
            Scene.Answer answer = Scene.tofro("run", "course_staff.yaml", "--runner", runner);
            assertThat(answer.code()).as(answer.toString()).isZero();

            List<String> teaching = session.execute("SELECT instructor_id, course_id, rank, title, hours_per_week,"
                            + " is_lead, assigned_on, writetime(is_lead) FROM serving.teaching")
                    .map(row -> row.getLong(0) + "|" + row.getLong(1) + "|"
                            + (row.isNull(2) ? "<null>" : row.getInt(2)) + "|"
                            + (row.isNull(3) ? "<null>" : row.getString(3)) + "|"
                            + (row.isNull(4) ? "<null>" : row.getBigDecimal(4)) + "|" + row.getBoolean(5)
                            + "|" + row.getLocalDate(6) + "|" + row.getLong(7))
                    .all();
            assertThat(teaching).hasSize(12_000);
            Scene.assertSameRows(scene.sourceRows("master", """
                            SELECT instructor_id, course_id, rank, title, hours_per_week, is_lead, assigned_on,
                                CAST(extract(epoch FROM updated_at) * 1000000 AS bigint)
                            FROM courses_instructorincourse"""), teaching);
            List<String> staff = session.execute(
                            "SELECT course_id, instructors, leads, hours FROM serving.course_staff")
                    .map(row -> row.getLong(0) + "|" + row.getLong(1) + "|" + row.getLong(2) + "|"
                            + (row.isNull(3) ? "<null>" : row.getBigDecimal(3)))
                    .all();
            Scene.assertSameRows(scene.sourceRows("master", """
                            SELECT course_id, count(*), count(*) FILTER (WHERE is_lead),
                                CAST(sum(hours_per_week) AS numeric(12,2))
                            FROM courses_instructorincourse GROUP BY course_id"""), staff);
            assertThat(run == 1 ? staff : before).containsExactlyInAnyOrderElementsOf(staff);
            before = staff;

            JsonNode report = Scene.report(answer.run());
            assertThat(Scene.step(report, "serve_teaching").get("rowsOut").asInt())
                    .isEqualTo(12_000);
            assertThat(Scene.step(report, "serve_course_staff").get("rowsOut").asInt())
                    .isEqualTo(staff.size());
        }
    }

    @Test
    void aResumeDoesNotLoadAgainWhatWasLoaded(Scene scene) throws Exception {
        String pipeline = scene.file("again.yaml", """
                name: NAME
                steps:
                - type: load-cassandra
                  name: load
                  keyspace: serving
                  table: course_staff
                  sql: SELECT CAST(1000000000 AS bigint) AS course_id, CAST(7 AS bigint) AS leads
                - {type: sql-command, name: lost, command: "INSERT INTO NAME.missing (id) VALUES (1)", depends_on: load}
                """);
        String runner = CassandraRunTest.runner(scene);
        Scene.Answer answer = Scene.tofro("run", pipeline, "--runner", runner);
        assertThat(answer.code()).as(answer.toString()).isEqualTo(1);
        CqlSession session = TestCassandra.shared().session();
        String row = "SELECT leads, writetime(leads) FROM serving.course_staff WHERE course_id = 1000000000";
        long written = session.execute(row).one().getLong(1);

        Scene.Answer resumed = Scene.tofro("resume", answer.run(), "--runner", runner);

        assertThat(resumed.code()).as(resumed.toString()).isEqualTo(1);
        assertThat(session.execute(row).one().getLong(1)).isEqualTo(written);
        JsonNode load = Scene.step(Scene.report(answer.run()), "load");
        assertThat(load.get("rowsOut").asInt()).isEqualTo(1);
        assertThat(load.get("resumed").asBoolean()).isTrue();
        session.execute(
                "DELETE FROM serving.course_staff USING TIMESTAMP " + written + " WHERE course_id = 1000000000");
    }

    @Test
    void whatDoesNotFitRefusesTheStepInOneSentence(Scene scene) throws Exception {
        String pipeline = scene.file("misfit.yaml", """
                name: NAME
                steps:
                - type: load-cassandra
                  name: load
                  keyspace: serving
                  table: course_staff
                  sql: SELECT CAST(1.5 AS decimal(2,1)) AS course_id, CAST('x' AS varchar(9)) AS nobody
                """);
        Scene.Answer answer = Scene.tofro("run", pipeline, "--runner", CassandraRunTest.runner(scene));

        assertThat(answer.code()).as(answer.toString()).isEqualTo(1);
        assertThat(answer.out())
                .contains("table serving.course_staff at 'cassandra' does not fit what was staged: it has no column"
                        + " 'nobody'; its columns are course_id, hours, instructors, leads; its column 'course_id' is"
                        + " bigint, which would change values of decimal(2,1) (the staged column 'course_id').");
        assertThat(answer.out() + answer.err()).doesNotContain("\tat ", "Exception", "Secret1");
    }
}
