package org.tofro.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the warehouse unloads arrives as it is in another table, counted twice on its way. */
@ExtendWith(TestCheckout.EndToEnd.class)
class UnloadRunTest {
    private static String pipeline(Scene scene, String source) throws IOException {
        return scene.file("unload.yaml", """
                name: NAME
                steps:
                - type: extract-redshift
                  name: unload
                  %s
                - type: load-into-staging-table
                  name: load
                  table: NAME.copy
                """.formatted(source));
    }

    private static void table(Scene scene) throws Exception {
        scene.changeWarehouse(
                "CREATE SCHEMA IF NOT EXISTS " + scene.name,
                "CREATE TABLE " + scene.name + ".facts (id bigint, v varchar(40), p decimal(19,4), d double precision,"
                        + " r real, b boolean, day date, t timestamp, tz timestamptz)");
    }

    @Test
    void everyValueArrivesAsItWasAndNullsAreNulls(Scene scene) throws Exception {
        table(scene);
        scene.changeWarehouse("INSERT INTO " + scene.name + ".facts VALUES"
                + " (1, 'plain', 1.5, 0.1, 0.1, true, '2024-02-29', '2024-02-29 01:02:03.000004',"
                + " '2024-02-29 01:02:03.4+00'),"
                + " (2, '', -0.0001, 5e-324, 1e-45, false, '0001-01-01', '9999-12-31 23:59:59.999999', NULL),"
                + " (3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),"
                + " (4, 'a,\"b\" \\\\N NULL', 0, 0, 0, NULL, NULL, NULL, NULL),"
                + " (5, 'line\nfeed\r\ttab', 0, 0, 0, NULL, NULL, NULL, NULL)");

        Scene.Answer answer = Scene.tofro("run", pipeline(scene, "schema: NAME\n  table: facts"));

        assertThat(answer.code()).as(answer.toString()).isZero();
        String order = " ORDER BY id";
        assertThat(scene.warehouseRows("SELECT * FROM NAME.copy" + order))
                .hasSize(5)
                .isEqualTo(scene.warehouseRows("SELECT * FROM NAME.facts" + order));
        JsonNode step = Scene.step(Scene.report(answer.run()), "unload");
        assertThat(step.get("rowsIn").asLong()).isEqualTo(5);
        assertThat(step.get("rowsOut").asLong()).isEqualTo(5);
        assertThat(step.get("bytes").asLong()).isPositive();
    }

    @Test
    void aQueryIsUnloadedAndOneWithoutRowsLeavesNone(Scene scene) throws Exception {
        table(scene);
        scene.changeWarehouse("INSERT INTO " + scene.name + ".facts (id, v) VALUES (1, 'it''s'), (2, 'x'), (3, 'y')");
        String query = "sql: \"SELECT id AS key, v FROM NAME.facts WHERE v <> 'x' -- it's LIMIT\"";

        Scene.Answer some = Scene.tofro("run", pipeline(scene, query));
        assertThat(some.code()).as(some.toString()).isZero();
        assertThat(scene.warehouseRows("SELECT key, v FROM NAME.copy ORDER BY 1"))
                .containsExactly("1|it's", "3|y");

        Scene.Answer none =
                Scene.tofro("run", pipeline(scene, "sql: SELECT id AS key, v FROM NAME.facts WHERE id < 0"));
        assertThat(none.code()).as(none.toString()).isZero();
        assertThat(scene.warehouseRows("SELECT count(*) FROM NAME.copy")).containsExactly("0");

        Scene.Answer trial = Scene.tofro("run", pipeline(scene, query), "--limit", "1");
        assertThat(trial.code()).as(trial.toString()).isZero();
        assertThat(scene.warehouseRows("SELECT count(*) FROM NAME.copy_trial")).containsExactly("1");
    }

    @Test
    void whatCannotBeUnloadedIsSaid(Scene scene) throws Exception {
        table(scene);
        Scene.Answer twice =
                Scene.tofro("run", pipeline(scene, "sql: SELECT id, id, sum(p) FROM NAME.facts GROUP BY 1"));
        assertThat(twice.code()).isEqualTo(1);
        assertThat(twice.out()).contains("unload.yaml:5: column 'id' comes twice; name one of them with AS");

        Scene.Answer missing = Scene.tofro("run", pipeline(scene, "table: NAME.nothing"));
        assertThat(missing.code()).isEqualTo(1);
        assertThat(missing.out()).contains("table " + scene.name + ".nothing: UNLOAD failed: ");
    }
}
