package org.tofro.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Transforms in whole pipelines. */
@ExtendWith(TestCheckout.EndToEnd.class)
class TransformsRunTest {
    @ParameterizedTest
    @ValueSource(strings = {"local", "flink-local"})
    void aResumedRunFindsAllOutputsOfAFinishedScript(String runner, Scene scene) throws Exception {
        scene.source(
                "CREATE TABLE items (id integer, label text)",
                "INSERT INTO items SELECT n, CASE WHEN n % 3 = 0 THEN NULL WHEN n % 3 = 1 THEN '' ELSE E'a\\tb\\n' || n END"
                        + " FROM generate_series(1, 30) AS n");
        Path counted = Path.of(scene.file("counted", "")).toAbsolutePath();
        Path allowed = counted.resolveSibling("allowed");
        scene.file("split.sh", """
                #!/bin/sh
                echo run >> "$COUNTED"
                grep -v 'N$' "$INPUT1_STAGING_DIR"/* > "$OUTPUT1_STAGING_DIR"/labelled/x
                grep 'N$' "$INPUT1_STAGING_DIR"/* > "$OUTPUT1_STAGING_DIR"/bare/x
                """);
        String pipeline = scene.file("split.yaml", """
                name: NAME
                steps:
                - {type: extract-from-rds, name: items, connection: host_db_1, database: NAME, table: items}
                - type: transform
                  name: split
                  script: split.sh
                  environment: {COUNTED: "%s"}
                  output_node: [labelled, bare]
                - type: transform
                  name: gate
                  command: test -f %s && cp $INPUT1_STAGING_DIR/* $OUTPUT1_STAGING_DIR
                  input_node: labelled
                - {type: load-into-staging-table, name: load, table: NAME.staging, input_node: gate}
                - {type: reload-prod-table, name: publish, source: NAME.staging, destination: NAME.prod}
                - {type: load-into-staging-table, name: load-bare, table: NAME.bare, input_node: bare}
                """.formatted(counted, allowed));

        Scene.Answer failed = Scene.tofro("run", pipeline, "--runner", runner);

        assertThat(failed.code()).as(failed.toString()).isEqualTo(1);
        assertThat(failed.out()).contains("gate: the command ended with exit code 1, and printed nothing");
        assertThat(failed.out()).contains("publish", "not started");
        assertThat(scene.warehouseRows("SELECT count(*), count(label) FROM NAME.bare"))
                .containsExactly("10|0");

        Files.createFile(allowed);
        Scene.Answer resumed = Scene.tofro("resume", failed.run(), "--runner", runner);

        assertThat(resumed.code()).as(resumed.toString()).isZero();
        assertThat(Files.readAllLines(counted)).containsExactly("run");
        Scene.assertSameRows(
                scene.warehouseRows("SELECT * FROM NAME.prod ORDER BY id"),
                scene.sourceRows("SELECT * FROM items WHERE label IS NOT NULL ORDER BY id"));
        JsonNode step = Scene.step(Scene.report(resumed.run()), "gate");
        assertThat(List.of(step.get("rowsIn").asLong(), step.get("rowsOut").asLong()))
                .containsExactly(20L, 20L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"local", "flink-local"})
    void combinationsEndByThemselvesAndWhatTakesThemAllWaitsForAll(String runner, Scene scene) throws Exception {
        scene.source("CREATE TABLE items (id integer)", "INSERT INTO items SELECT generate_series(1, 3)");
        String pipeline = scene.file("each.yaml", """
                name: NAME
                steps:
                - {type: extract-from-rds, name: items, connection: host_db_1, database: NAME, table: items}
                - type: transform
                  name: shifted
                  for_each: {by: [10, 20, 30]}
                  sql: SELECT id + CAST(${each:by} AS INTEGER) AS id FROM items
                - type: transform
                  name: all
                  sql: SELECT "by", id FROM shifted
                  input_node: shifted
                - {type: load-into-staging-table, table: NAME.shifted}
                - type: transform
                  name: picky
                  input_node: items
                  for_each: {wants: [1, 2]}
                  command: test ${each:wants} = 1 && cp $INPUT1_STAGING_DIR/* $OUTPUT1_STAGING_DIR
                - type: transform
                  name: both
                  input_node: picky
                  sql: SELECT * FROM picky
                """);

        Scene.Answer answer = Scene.tofro("run", pipeline, "--runner", runner);

        assertThat(answer.code()).as(answer.toString()).isEqualTo(1);
        assertThat(scene.warehouseRows("SELECT \"by\", sum(id) FROM NAME.shifted GROUP BY 1 ORDER BY 1"))
                .containsExactly("10|36", "20|66", "30|96");
        JsonNode report = Scene.report(answer.run());
        assertThat(Scene.step(report, "picky[wants=1]").get("outcome").asText()).isEqualTo("SUCCEEDED");
        assertThat(Scene.step(report, "picky[wants=2]").get("outcome").asText()).isEqualTo("FAILED");
        assertThat(Scene.step(report, "both").get("message").asText())
                .isEqualTo("not started: step 'picky[wants=2]' failed");
    }

    @Test
    void whatIsNewIsTransformedOnItsWayAndNotReadAgain(Scene scene) throws Exception {
        scene.source(
                "CREATE TABLE events (id bigint PRIMARY KEY, price numeric(12,2))",
                "INSERT INTO events SELECT n, n FROM generate_series(1, 20) AS n");
        String pipeline = scene.file("news.yaml", """
                name: NAME
                steps:
                - {type: extract-from-rds, name: events, connection: host_db_1, database: NAME, table: events,
                   incremental: {cursor: id}}
                - {type: transform, name: doubled, sql: "SELECT id, CAST(price * 2 AS decimal(14,2)) AS price FROM events"}
                - {type: load-into-staging-table, name: load, table: NAME.staging}
                - {type: upsert, name: publish, source: NAME.staging, destination: NAME.prod, primary_key: id}
                """);

        Scene.Answer first = Scene.tofro("run", pipeline);
        assertThat(first.code()).as(first.toString()).isZero();
        scene.changeSource("INSERT INTO events SELECT n, n FROM generate_series(21, 25) AS n");
        Scene.Answer second = Scene.tofro("run", pipeline);

        assertThat(second.code()).as(second.toString()).isZero();
        assertThat(scene.warehouseRows("SELECT count(*), sum(price) FROM NAME.prod"))
                .containsExactly("25|650.00");
        assertThat(Scene.step(Scene.report(second.run()), "doubled")
                        .get("rowsIn")
                        .asLong())
                .isBetween(5L, 6L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"local", "flink-local"})
    void anExceptionOfAClassFailsItsStepAndOthersGoOn(String runner, Scene scene) throws Exception {
        scene.source("CREATE TABLE items (id bigint)", "INSERT INTO items VALUES (1), (2), (NULL), (4)");
        String pipeline = scene.file("thrown.yaml", """
                name: NAME
                steps:
                - {type: extract-from-rds, name: items, connection: host_db_1, database: NAME, table: items}
                - type: transform
                  name: even
                  class: org.tofro.cli.EvenItems
                  input_columns: [{name: id, type: bigint}]
                - {type: load-into-staging-table, name: load, table: NAME.even, input_node: even}
                - {type: load-into-staging-table, name: load-all, table: NAME.all_items, input_node: items}
                """);

        Scene.Answer answer = Scene.tofro("run", pipeline, "--runner", runner);

        assertThat(answer.code()).as(answer.toString()).isEqualTo(1);
        assertThat(answer.out())
                .containsPattern("\neven: the class 'org\\.tofro\\.cli\\.EvenItems' has thrown"
                        + " java\\.lang\\.IllegalArgumentException at org\\.tofro\\.cli\\.EvenItems\\.isEven"
                        + " \\(EvenItems\\.java:[0-9]+\\)\\. What it says may be of rows and is not shown; --debug logs"
                        + " it\\. Nothing was staged\n")
                .contains("\nload: not started: step 'even' failed\n")
                .doesNotContain("The run was ended");
        assertThat(answer.out() + answer.err()).doesNotContain("an item without id");
        assertThat(Scene.report(answer.run()).findValuesAsText("outcome"))
                .containsExactly("SUCCEEDED", "FAILED", "SKIPPED", "SUCCEEDED");
        assertThat(scene.warehouseRows("SELECT count(*) FROM NAME.all_items")).containsExactly("4");

        scene.changeSource("DELETE FROM items WHERE id IS NULL");
        Scene.Answer mended = Scene.tofro("run", pipeline, "--runner", runner);
        assertThat(mended.code()).as(mended.toString()).isZero();
        assertThat(scene.warehouseRows("SELECT id FROM NAME.even ORDER BY 1")).containsExactly("2", "4");
    }

    /** What the engine calls on its own terms ends its graph; the others go on in another one, in the same run. */
    @ParameterizedTest
    @CsvSource({
        "local, Combined, IllegalArgumentException, told",
        "flink-local, Combined, IllegalArgumentException, told",
        "local, Stateful, IllegalArgumentException, told",
    })
    void whatTheEngineCallsFailsItsStepToo(String runner, String name, String thrown, String where, Scene scene)
            throws Exception {
        String out = brokenClass(runner, name, scene);
        assertThat(out)
                .containsPattern("\neven: the class 'org\\.tofro\\.cli\\.BrokenItems\\$" + name
                        + "' has thrown java\\.lang\\." + thrown + " at org\\.tofro\\.cli\\.BrokenItems\\." + where
                        + " \\(BrokenItems\\.java:[0-9]+\\)\\. What it says may be of rows and is not shown; --debug logs"
                        + " it\\. Nothing was staged\n");
    }

    @Test
    void aClassThatCannotStandInAGraphFailsItsStep(Scene scene) throws Exception {
        assertThat(brokenClass("local", "Unmade", scene))
                .containsPattern(
                        "\neven: the class 'org\\.tofro\\.cli\\.BrokenItems\\$Unmade' cannot be applied: it has thrown"
                                + " java\\.lang\\.IllegalStateException at org\\.tofro\\.cli\\.BrokenItems\\$Unmade\\.expand"
                                + " \\(BrokenItems\\.java:[0-9]+\\) when its graph was made\\. What it says is not shown;"
                                + " --debug logs it\n");
    }

    @Test
    void aClassThatBeamCannotMakeFailsItsStep(Scene scene) throws Exception {
        assertThat(brokenClass("local", "Uncoded", scene))
                .contains("\neven: the class 'org.tofro.cli.BrokenItems$Uncoded' cannot be applied: Unable to return a"
                        + " default Coder for ");
    }

    private static String brokenClass(String runner, String name, Scene scene) throws Exception {
        scene.source("CREATE TABLE items (id bigint)", "INSERT INTO items VALUES (1), (NULL)");
        String pipeline = scene.file("broken.yaml", """
                name: NAME
                steps:
                - {type: extract-from-rds, name: items, connection: host_db_1, database: NAME, table: items}
                - type: transform
                  name: even
                  class: org.tofro.cli.BrokenItems$CLASS
                  input_columns: [{name: id, type: bigint}]
                - {type: load-into-staging-table, name: load, table: NAME.even, input_node: even}
                - {type: load-into-staging-table, name: load-all, table: NAME.all_items, input_node: items}
                """.replace("CLASS", name));

        Scene.Answer answer = Scene.tofro("run", pipeline, "--runner", runner);

        assertThat(answer.code()).as(answer.toString()).isEqualTo(1);
        assertThat(answer.out())
                .contains("\nload: not started: step 'even' failed\n")
                .doesNotContain("The run was ended");
        assertThat(answer.out() + answer.err()).doesNotContain("secret");
        assertThat(Scene.report(answer.run()).findValuesAsText("outcome"))
                .containsExactly("SUCCEEDED", "FAILED", "SKIPPED", "SUCCEEDED");
        assertThat(scene.warehouseRows("SELECT count(*) FROM NAME.all_items")).containsExactly("2");
        return answer.out();
    }

    @ParameterizedTest
    @CsvSource({"local, EvenItems", "flink-local, EvenItems", "local, SpreadItems", "flink-local, SpreadItems"})
    void aClassMakesRowsOfRows(String runner, String name, Scene scene) throws Exception {
        scene.source(
                "CREATE TABLE items (id bigint, price numeric(12,2), day date, at timestamp, atz timestamptz, label text,"
                        + " good boolean, share double precision)",
                "INSERT INTO items SELECT n, n / 7.0, date '2020-02-29' + n, timestamp '2020-02-29 23:59:59.999999' + n *"
                        + " interval '1.000001 seconds', '2020-02-29 23:59:59.5+02', CASE n % 4 WHEN 0 THEN NULL WHEN 1 THEN 'x'"
                        + " ELSE '' END, n % 3 = 0, n / 3.0 FROM generate_series(1, 40) AS n",
                "INSERT INTO items (id) VALUES (42)");
        String pipeline = scene.file("class.yaml", """
                name: NAME
                steps:
                - {type: extract-from-rds, name: items, connection: host_db_1, database: NAME, table: items}
                - type: transform
                  name: even
                  class: org.tofro.cli.CLASS
                  input_columns: &columns
                  - {name: id, type: bigint}
                  - {name: price, type: "decimal(12,2)"}
                  - {name: day, type: date}
                  - {name: at, type: timestamp}
                  - {name: atz, type: timestamptz}
                  - {name: label, type: varchar(65535)}
                  - {name: good, type: boolean}
                  - {name: share, type: double precision}
                  columns: *columns
                - {type: load-into-staging-table, table: NAME.staging}
                - {type: reload-prod-table, source: NAME.staging, destination: NAME.prod}
                """.replace("CLASS", name));

        Scene.Answer answer = Scene.tofro("run", pipeline, "--runner", runner);

        assertThat(answer.code()).as(answer.toString()).isZero();
        boolean all = name.equals("SpreadItems");
        String columns =
                "SELECT id, price, day, cast(at AS varchar(40)), extract(epoch FROM atz), label, good, share FROM ";
        Scene.assertSameRows(
                scene.warehouseRows(columns + "NAME.prod ORDER BY id"),
                scene.sourceRows(columns + (all ? "items ORDER BY id" : "items WHERE id % 2 = 0 ORDER BY id")));
        JsonNode step = Scene.step(Scene.report(answer.run()), "even");
        assertThat(List.of(step.get("rowsIn").asLong(), step.get("rowsOut").asLong()))
                .containsExactly(41L, all ? 41L : 21L);
    }
}
