package org.tofro.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Launches that do only some of the steps. */
@ExtendWith(TestCheckout.EndToEnd.class)
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class StepChoiceTest {
    private static String pipeline(Scene scene) throws Exception {
        scene.source("CREATE TABLE items (id integer)", "INSERT INTO items VALUES (1), (2)");
        return scene.file("chosen.yaml", """
                name: NAME
                schedule: "30 6 * * *"
                steps:
                - {type: extract-from-rds, name: extract, connection: host_db_1, database: NAME, table: items}
                - {type: load-into-staging-table, name: load, table: NAME.staging}
                - {type: reload-prod-table, name: publish, source: NAME.staging, destination: NAME.prod}
                - {type: check, name: full, table: NAME.prod, sql: "SELECT count(*) FROM NAME.prod WHERE id < 0", equals: 0}
                """);
    }

    @Test
    void whatIsLeftOutIsReportedAndTheRestCanBeDoneLater(Scene scene) throws Exception {
        String pipeline = pipeline(scene);

        Scene.Answer until = Scene.tofro("run", pipeline, "--date", "2026-11-23", "--until", "load");

        assertThat(until.code()).as(until.toString()).isZero();
        JsonNode report = Scene.report(until.run());
        assertThat(report.get("result").asText()).isEqualTo("PARTIAL");
        assertThat(report.findValuesAsText("outcome")).containsExactly("SUCCEEDED", "SUCCEEDED", "SKIPPED", "SKIPPED");
        assertThat(Scene.step(report, "publish").get("message").asText()).isEqualTo("left out by --until");
        assertThat(until.err())
                .endsWith("steps were left out, so this does not count as a run of its interval; to do them too: tofro"
                        + " resume " + until.run() + "\n");
        assertThat(Scene.tofro("history", scene.name).out()).contains("  partial  ");
        assertThat(Scene.tofro("show", until.run()).out()).contains("did what it was asked for and left steps out\n");

        // An hour after the firing: the interval counts as not done, and what needs it waits.
        assertThat(Scene.tofroAt("2026-11-24T07:00:00Z", "run", pipeline, "--scheduled", "--limit", "1")
                        .code())
                .isEqualTo(2);
        String needing = scene.file("needing.yaml", """
                name: NAME-needing
                needs: NAME
                steps:
                - {type: extract-from-rds, connection: host_db_1, database: NAME, table: items}
                - {type: load-into-staging-table, table: NAME.needing}
                """);
        Scene.Answer late = Scene.tofro("run", needing, "--date", "2026-11-23", "--needs", "check");
        assertThat(late.out()).contains("has not succeeded for 2026-11-23: no run covers 2026-11-23.\n");

        Scene.Answer only = Scene.tofro("resume", until.run(), "--only", "publish");
        assertThat(only.code()).as(only.toString()).isZero();
        JsonNode second = Scene.report(until.run());
        assertThat(second.get("result").asText()).isEqualTo("PARTIAL");
        assertThat(second.findValuesAsText("outcome"))
                .containsExactly("SUCCEEDED", "SUCCEEDED", "SUCCEEDED", "SKIPPED");
        assertThat(Scene.step(second, "load").get("notes").toString())
                .contains("done by an earlier launch, and left out of this one by request");
        assertThat(scene.warehouseRows("SELECT id FROM NAME.prod ORDER BY id")).containsExactly("1", "2");

        Scene.Answer whole = Scene.tofro("resume", until.run());
        assertThat(whole.code()).as(whole.toString()).isZero();
        assertThat(Scene.report(until.run()).get("result").asText()).isEqualTo("SUCCEEDED");
        assertThat(scene.ledger(until.run())).containsExactly("load 1", "publish 1");
        assertThat(Scene.tofroAt("2026-11-24T07:00:00Z", "run", pipeline, "--scheduled")
                        .err())
                .contains("nothing is due before ");
    }

    @Test
    void whatIsSkippedHoldsNothingUp(Scene scene) throws Exception {
        String pipeline = pipeline(scene);
        scene.changeWarehouse("CREATE SCHEMA " + scene.name);

        Scene.Answer partial = Scene.tofro("run", pipeline, "--date", "2026-11-23", "--skip", "publish,full");
        assertThat(partial.code()).as(partial.toString()).isZero();
        assertThat(Scene.report(partial.run()).findValuesAsText("outcome"))
                .containsExactly("SUCCEEDED", "SUCCEEDED", "SKIPPED", "SKIPPED");

        scene.changeWarehouse("CREATE TABLE " + scene.name + ".prod (id integer)");
        Scene.Answer check = Scene.tofro("run", pipeline, "--date", "2026-11-23", "--only", "full");
        assertThat(check.code()).as(check.toString()).isZero();
        assertThat(Scene.report(check.run()).findValuesAsText("outcome"))
                .containsExactly("SKIPPED", "SKIPPED", "SKIPPED", "SUCCEEDED");
        scene.changeWarehouse("INSERT INTO " + scene.name + ".prod VALUES (-1)");
        Scene.Answer refused = Scene.tofro("run", pipeline, "--date", "2026-11-23", "--only", "full");
        assertThat(refused.code()).as(refused.toString()).isEqualTo(1);
    }

    @Test
    void aChoiceThatCannotBeIsRefusedBeforeAnythingIsStarted(Scene scene) throws Exception {
        String pipeline = pipeline(scene);

        assertThat(Scene.tofro("run", pipeline, "--only", "load"))
                .isEqualTo(new Scene.Answer(
                        2,
                        "",
                        "step 'load' takes the files of step 'extract', which is left out by --only; do both, or go on"
                                + " with a run that has staged them, as in: tofro resume RUN --only load\n"));
        assertThat(Scene.tofro("run", pipeline, "--skip", "extract").err())
                .startsWith("step 'load' takes the files of step 'extract', which is left out by --skip; ");
        assertThat(Scene.tofro("run", pipeline, "--skip", "extrct,load").err())
                .isEqualTo("--skip: the pipeline has no step 'extrct'; did you mean 'extract'?\n");
        assertThat(Scene.tofro("run", pipeline, "--skip", "extract,load,publish,full"))
                .isEqualTo(new Scene.Answer(2, "", "--only, --until and --skip leave no step to do\n"));
        assertThat(Scene.tofro("run", pipeline, "--scheduled", "--skip", "full"))
                .isEqualTo(new Scene.Answer(
                        2, "", "--scheduled does all that is due; leave --only, --until and --skip out\n"));

        scene.changeSource("ALTER TABLE items RENAME TO gone");
        Scene.Answer failed = Scene.tofro("run", pipeline, "--date", "2026-11-23");
        assertThat(failed.code()).isEqualTo(1);
        Scene.Answer only = Scene.tofro("resume", failed.run(), "--only", "load");
        assertThat(only.code()).as(only.toString()).isEqualTo(2);
        assertThat(only.err())
                .endsWith("step 'load' takes the files of step 'extract', which is left out by --only, and the report"
                        + " of run " + failed.run() + " does not say that it has staged them; do both\n");
    }
}
