package org.tofro.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** How steps end, what a failure stops and what it does not, and how a run goes on. */
@ExtendWith(TestCheckout.EndToEnd.class)
class OutcomesTest {
    private static final String BRANCHES = """
            name: NAME
            description: Two branches.
            owner: data@example.org
            steps:
            - {type: extract-from-rds, name: good, connection: host_db_1, database: NAME, table: items}
            - {type: load-into-staging-table, name: load-good, table: NAME.good_staging}
            - {type: reload-prod-table, name: publish-good, source: NAME.good_staging, destination: NAME.good}
            - {type: extract-from-rds, name: bad, connection: host_db_1, database: NAME, sql: "SELECT id, %s FROM items"}
            - {type: load-into-staging-table, name: load-bad, table: NAME.bad_staging}
            - {type: reload-prod-table, name: publish-bad, source: NAME.bad_staging, destination: NAME.bad}
            """;

    @Test
    void aFailedBranchLeavesItsTableAloneAndTheOtherIsPublished(Scene scene) throws Exception {
        scene.source("CREATE TABLE items (id integer, label text)", "INSERT INTO items VALUES (1, 'a'), (2, 'b')");
        scene.changeWarehouse(
                "CREATE SCHEMA " + scene.name,
                "CREATE TABLE " + scene.name + ".bad (id integer, label varchar(65535))",
                "INSERT INTO " + scene.name + ".bad VALUES (7, 'before'), (8, NULL)");
        String pipeline = scene.file("branches.yaml", BRANCHES.formatted("lable"));
        List<String> before = scene.warehouseRows("SELECT * FROM NAME.bad ORDER BY id");

        Scene.Answer answer = Scene.tofro("run", pipeline);

        assertThat(answer.code()).as(answer.toString()).isEqualTo(1);
        assertThat(scene.warehouseRows("SELECT * FROM NAME.bad ORDER BY id")).isEqualTo(before);
        assertThat(scene.warehouseRows("SELECT * FROM NAME.good ORDER BY id")).containsExactly("1|a", "2|b");
        assertThat(answer.out())
                .contains("\nbad: " + pipeline + ":8: connection 'host_db_1', database '" + scene.name
                        + "': the server says: column \"lable\" does not exist (SQLSTATE 42703), line 1, column 12 of the"
                        + " query\n")
                .contains("\nload-bad: not started: step 'bad' failed\n")
                .contains("\npublish-bad: not started: step 'load-bad' was skipped\n");
        assertThat(answer.err()).endsWith("to go on from where it stopped: tofro resume " + answer.run() + "\n");
        JsonNode report = Scene.report(answer.run());
        assertThat(report.get("result").asText()).isEqualTo("FAILED");
        assertThat(report.get("description").asText()).isEqualTo("Two branches.");
        assertThat(report.get("owner").asText()).isEqualTo("data@example.org");
        assertThat(report.findValuesAsText("outcome"))
                .containsExactly("SUCCEEDED", "SUCCEEDED", "SUCCEEDED", "FAILED", "SKIPPED", "SKIPPED");

        // Mending the query makes it another pipeline: that is said, and needs a word.
        scene.file("branches.yaml", BRANCHES.formatted("label"));
        Scene.Answer edited = Scene.tofro("resume", answer.run());
        assertThat(edited.code()).isEqualTo(2);
        assertThat(edited.err())
                .isEqualTo(pipeline + " was edited since run " + answer.run() + " started:\n"
                        + "- - {type: extract-from-rds, name: bad, connection: host_db_1, database: " + scene.name
                        + ", sql: \"SELECT id, lable FROM items\"}\n"
                        + "+ - {type: extract-from-rds, name: bad, connection: host_db_1, database: " + scene.name
                        + ", sql: \"SELECT id, label FROM items\"}\n"
                        + "Go on with the edited pipeline by --edited, or start a new run\n");

        Scene.Answer resumed = Scene.tofro("resume", answer.run(), "--edited");
        assertThat(resumed.code()).as(resumed.toString()).isZero();
        assertThat(scene.warehouseRows("SELECT * FROM NAME.bad ORDER BY id")).containsExactly("1|a", "2|b");
        JsonNode now = Scene.report(answer.run());
        assertThat(now.get("result").asText()).isEqualTo("SUCCEEDED");
        assertThat(now.findValuesAsText("resumed")).containsExactly("true", "true", "true", "false", "false", "false");
        assertThat(resumed.out()).contains("succeeded (before)");

        Scene.Answer again = Scene.tofro("resume", answer.run());
        assertThat(again.code()).isZero();
        assertThat(again.err()).isEqualTo("run " + answer.run() + " has succeeded already; nothing to resume\n");
    }

    @Test
    void aRunWhoseExtractHasEndedNeedsTheSourceNoMore(Scene scene) throws Exception {
        scene.source("CREATE TABLE items (id integer)", "INSERT INTO items SELECT generate_series(1, 1000)");
        String pipeline = scene.copyPipeline("table: items");
        assertThat(Scene.tofro("run", pipeline).code()).isZero();
        scene.changeSource("DELETE FROM items WHERE id > 500");

        Scene.Answer refused = Scene.tofro("run", pipeline);
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.out())
                .contains("reload: " + scene.name
                        + ".prod would shrink from 1000 to 500 rows (by 50.0 %; allowed are 20 % or"
                        + " 100 rows). `max_shrink: N` allows more for good, `tofro resume " + refused.run()
                        + " --accept shrink=\"reason\"` for this run");
        assertThat(scene.warehouseRows("SELECT count(*) FROM NAME.prod")).containsExactly("1000");
        assertThat(Scene.step(Scene.report(refused.run()), "reload")
                        .get("outcome")
                        .asText())
                .isEqualTo("REFUSED");

        scene.dropSource();
        Scene.Answer resumed = Scene.tofro("resume", refused.run(), "--accept", "shrink=half the items were sold");
        assertThat(resumed.code()).as(resumed.toString()).isZero();
        assertThat(scene.warehouseRows("SELECT count(*), max(id) FROM NAME.prod"))
                .containsExactly("500|500");
        JsonNode report = Scene.report(refused.run());
        assertThat(Scene.step(report, "extract").get("rowsIn").asLong()).isZero();
        assertThat(Scene.step(report, "extract").get("rowsOut").asLong()).isEqualTo(500);
        assertThat(Scene.step(report, "extract").get("resumed").asBoolean()).isTrue();
        assertThat(report.get("accepted").get("shrink").asText()).isEqualTo("half the items were sold");
        assertThat(Scene.step(report, "reload").get("notes").toString())
                .contains("accepted shrink: half the items were sold");
    }

    @Test
    void aGuardThatWasAcceptedOnceGuardsTheNextRun(Scene scene) throws Exception {
        scene.source("CREATE TABLE items (id integer)", "INSERT INTO items SELECT generate_series(1, 600)");
        String pipeline = scene.copyPipeline("table: items");
        assertThat(Scene.tofro("run", pipeline).code()).isZero();
        scene.changeSource("DELETE FROM items WHERE id > 300");
        assertThat(Scene.tofro("run", pipeline, "--accept", "shrink=sold").code())
                .isZero();
        assertThat(scene.warehouseRows("SELECT count(*) FROM NAME.prod")).containsExactly("300");

        scene.changeSource("DELETE FROM items WHERE id > 150");
        Scene.Answer shrunk = Scene.tofro("run", pipeline);
        assertThat(shrunk.code()).isEqualTo(1);
        assertThat(shrunk.out()).contains(".prod would shrink from 300 to 150 rows (by 50.0 %;");

        scene.changeSource("DELETE FROM items");
        Scene.Answer emptied = Scene.tofro("run", pipeline);
        assertThat(emptied.code()).isEqualTo(1);
        assertThat(emptied.out())
                .contains("reload: " + scene.name + ".prod has 300 rows and " + scene.name
                        + ".staging none: refused to publish an empty table. `allow_empty: true` allows it for good,"
                        + " `tofro resume " + emptied.run() + " --accept empty=\"reason\"` for this run");
        assertThat(scene.warehouseRows("SELECT count(*) FROM NAME.prod")).containsExactly("300");
    }
}
