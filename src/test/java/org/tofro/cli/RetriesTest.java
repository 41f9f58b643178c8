package org.tofro.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.sql.Connection;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Steps that are tried again, and steps and pipelines that take too long. */
@ExtendWith(TestCheckout.EndToEnd.class)
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class RetriesTest {
    private static CompletableFuture<Scene.Answer> start(String... arguments) {
        return CompletableFuture.supplyAsync(() -> Scene.tofro(arguments));
    }

    private static int tries(JsonNode report, String step) {
        return Scene.step(report, step).get("tries").asInt();
    }

    private static String message(JsonNode report, String step) {
        return Scene.step(report, step).get("message").asText();
    }

    @ParameterizedTest
    @ValueSource(strings = {"local", "flink-local"})
    void aBranchIsTriedAgainAndTheOtherIsNot(String runner, Scene scene) throws Exception {
        scene.source("CREATE TABLE items (id integer)", "INSERT INTO items VALUES (1), (2)");
        String pipeline = scene.file("flaky.yaml", """
                name: NAME
                retry_delay: 1 s
                steps:
                - {type: extract-from-rds, name: good, connection: host_db_1, database: NAME, table: items}
                - {type: load-into-staging-table, name: load-good, table: NAME.good_staging}
                - {type: reload-prod-table, name: publish-good, source: NAME.good_staging, destination: NAME.good}
                - {type: extract-from-rds, name: late, connection: host_db_1, database: NAME, table: late, max_retries: 20}
                - {type: load-into-staging-table, name: load-late, table: NAME.late_staging}
                - {type: reload-prod-table, name: publish-late, source: NAME.late_staging, destination: NAME.late}
                """);

        CompletableFuture<Scene.Answer> running = start("run", pipeline, "--runner", runner);
        scene.awaitOutcome("late");
        scene.changeSource("CREATE TABLE late (id integer)", "INSERT INTO late VALUES (7)");
        Scene.Answer answer = running.get();

        assertThat(answer.code()).as(answer.toString()).isZero();
        assertThat(scene.warehouseRows("SELECT id FROM NAME.good ORDER BY id")).containsExactly("1", "2");
        assertThat(scene.warehouseRows("SELECT id FROM NAME.late")).containsExactly("7");
        JsonNode report = Scene.report(answer.run());
        assertThat(tries(report, "late")).isGreaterThan(1);
        assertThat(tries(report, "good")).isEqualTo(1);
        assertThat(tries(report, "publish-good")).isEqualTo(1);
        assertThat(tries(report, "load-late")).isEqualTo(1);
        assertThat(report.findValuesAsText("resumed")).containsOnly("false");
        assertThat(answer.err().lines()).filteredOn("good: started"::equals).hasSize(1);
        assertThat(answer.err().lines())
                .filteredOn("publish-good: started"::equals)
                .hasSize(1);
        assertThat(answer.err()).contains("; try 2 of 21 in 1 second\n");
        assertThat(answer.out()).containsPattern("(?m)^late +succeeded, \\d+ tries ");
        assertThat(scene.ledger(answer.run()))
                .containsExactly("load-good 1", "load-late 1", "publish-good 1", "publish-late 1");
    }

    @Test
    void aLoadIsTriedAgainWithTheFilesThatItsExtractStaged(Scene scene) throws Exception {
        scene.source("CREATE TABLE items (label text)", "INSERT INTO items VALUES ('narrow'), ('wide')");
        scene.changeWarehouse(
                "CREATE SCHEMA " + scene.name, "CREATE TABLE " + scene.name + ".staging (label varchar(3))");
        String pipeline = scene.file("mended.yaml", """
                name: NAME
                max_retries: 20
                retry_delay: 1 s
                steps:
                - {type: extract-from-rds, name: extract, connection: host_db_1, database: NAME, table: items}
                - {type: load-into-staging-table, name: load, table: NAME.staging}
                - {type: reload-prod-table, name: publish, source: NAME.staging, destination: NAME.prod}
                """);

        CompletableFuture<Scene.Answer> running = start("run", pipeline);
        scene.awaitOutcome("load");
        scene.dropSource();
        scene.changeWarehouse("DROP TABLE " + scene.name + ".staging");
        Scene.Answer answer = running.get();

        assertThat(answer.code()).as(answer.toString()).isZero();
        assertThat(scene.warehouseRows("SELECT label FROM NAME.prod ORDER BY label"))
                .containsExactly("narrow", "wide");
        JsonNode report = Scene.report(answer.run());
        assertThat(tries(report, "load")).isGreaterThan(1);
        assertThat(tries(report, "extract")).isEqualTo(1);
        assertThat(Scene.step(report, "extract").get("rowsIn").asLong()).isEqualTo(2);
        assertThat(answer.err().lines())
                .filteredOn(line -> line.startsWith("extract: "))
                .as("the graphs of later tries take its files, and perform it no more")
                .hasSize(2)
                .anyMatch(line -> line.startsWith("extract: succeeded, 2 rows, "));
        assertThat(tries(report, "publish")).isEqualTo(1);
    }

    @Test
    void whatFailsEachTimeHasFailedAndWhatIsRefusedIsNotTriedAgain(Scene scene) throws Exception {
        scene.source("CREATE TABLE items (id integer)");
        scene.changeWarehouse(
                "CREATE SCHEMA " + scene.name,
                "CREATE TABLE " + scene.name + ".prod (id integer)",
                "INSERT INTO " + scene.name + ".prod VALUES (1)");
        String pipeline = scene.file("hopeless.yaml", """
                name: NAME
                max_retries: 2
                retry_delay: 0 s
                steps:
                - {type: extract-from-rds, name: empty, connection: host_db_1, database: NAME, table: items}
                - {type: load-into-staging-table, name: load-empty, table: NAME.staging}
                - {type: reload-prod-table, name: publish-empty, source: NAME.staging, destination: NAME.prod}
                - {type: extract-from-rds, name: nothing, connection: host_db_1, database: NAME, table: nothing}
                - {type: load-into-staging-table, name: load-nothing, table: NAME.nothing}
                - {type: extract-from-rds, name: once, connection: host_db_1, database: NAME, table: nothing, max_retries: 0}
                - {type: load-into-staging-table, name: load-once, table: NAME.once}
                """);

        Scene.Answer answer = Scene.tofro("run", pipeline);

        assertThat(answer.code()).as(answer.toString()).isEqualTo(1);
        JsonNode report = Scene.report(answer.run());
        assertThat(Scene.step(report, "publish-empty").get("outcome").asText()).isEqualTo("REFUSED");
        assertThat(tries(report, "publish-empty")).isEqualTo(1);
        assertThat(tries(report, "nothing")).isEqualTo(3);
        assertThat(tries(report, "once")).isEqualTo(1);
        assertThat(tries(report, "load-nothing")).isZero();
        assertThat(message(report, "load-nothing")).isEqualTo("not started: step 'nothing' failed");
        assertThat(answer.out()).containsPattern("(?m)^nothing +failed, 3 tries ");
        assertThat(scene.warehouseRows("SELECT id FROM NAME.prod")).containsExactly("1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"local", "flink-local"})
    void aStepThatTakesTooLongIsCancelledAndNoOther(String runner, Scene scene) throws Exception {
        scene.source("CREATE TABLE items (id integer)", "INSERT INTO items VALUES (1)");
        String pipeline = scene.file("slow.yaml", """
                name: NAME
                steps:
                - {type: extract-from-rds, name: endless, connection: host_db_1, database: NAME, sql: "SELECT id FROM items, pg_sleep(120)", timeout: 1 s}
                - {type: load-into-staging-table, name: load-endless, table: NAME.endless}
                - {type: extract-from-rds, name: slow, connection: host_db_1, database: NAME, sql: "SELECT id FROM items, pg_sleep(4)"}
                - {type: load-into-staging-table, name: load-slow, table: NAME.slow}
                """);

        long startedAt = System.nanoTime();
        Scene.Answer answer = Scene.tofro("run", pipeline, "--runner", runner);

        assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startedAt))
                .isLessThan(60);
        assertThat(answer.code()).as(answer.toString()).isEqualTo(1);
        JsonNode report = Scene.report(answer.run());
        assertThat(message(report, "endless")).isEqualTo("took longer than 1 second (timeout)");
        assertThat(Scene.step(report, "endless").get("millis").asLong()).isBetween(1_000L, 15_000L);
        assertThat(Scene.step(report, "slow").get("outcome").asText()).isEqualTo("SUCCEEDED");
        assertThat(Scene.step(report, "load-slow").get("outcome").asText()).isEqualTo("SUCCEEDED");
        assertThat(scene.sourceRows(
                        "SELECT query FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%pg_sleep(120)%'"
                                + " AND pid <> pg_backend_pid()"))
                .isEmpty();
    }

    @Test
    void aPublishThatTookTooLongIsDoneOnceInALaterTry(Scene scene) throws Exception {
        scene.source("CREATE TABLE items (id integer)", "INSERT INTO items VALUES (1), (2)");
        scene.changeWarehouse(
                "CREATE SCHEMA " + scene.name,
                "CREATE TABLE " + scene.name + ".prod (id integer)",
                "INSERT INTO " + scene.name + ".prod VALUES (7)");
        String pipeline = scene.file("locked.yaml", """
                name: NAME
                steps:
                - {type: extract-from-rds, name: extract, connection: host_db_1, database: NAME, table: items}
                - {type: load-into-staging-table, name: load, table: NAME.staging}
                - {type: reload-prod-table, name: publish, source: NAME.staging, destination: NAME.prod, timeout: 2 s, max_retries: 20, retry_delay: 1 s}
                """);

        Scene.Answer answer;
        try (Connection other = scene.warehouse();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("DELETE FROM " + scene.name + ".prod");
            CompletableFuture<Scene.Answer> running = start("run", pipeline);
            scene.awaitOutcome("publish");
            other.rollback();
            answer = running.get();
        }

        assertThat(answer.code()).as(answer.toString()).isZero();
        assertThat(answer.err()).contains("publish: took longer than 2 seconds (timeout); try 2 of 21 in 1 second\n");
        assertThat(scene.warehouseRows("SELECT id FROM NAME.prod ORDER BY id")).containsExactly("1", "2");
        assertThat(tries(Scene.report(answer.run()), "publish")).isGreaterThan(1);
        assertThat(scene.ledger(answer.run())).containsExactly("load 1", "publish 1");
    }

    @Test
    void aPipelineThatTakesTooLongIsEndedAndCanBeResumed(Scene scene) throws Exception {
        scene.source(
                "CREATE TABLE items (id integer)",
                "INSERT INTO items VALUES (1)",
                "CREATE TABLE nap (seconds integer)",
                "INSERT INTO nap VALUES (120)");
        String pipeline = scene.file("napping.yaml", """
                name: NAME
                timeout: 3 s
                max_retries: 5
                retry_delay: 1 s
                steps:
                - {type: extract-from-rds, name: extract, connection: host_db_1, database: NAME, sql: "SELECT id FROM items, pg_sleep((SELECT seconds FROM nap))"}
                - {type: load-into-staging-table, name: load, table: NAME.staging}
                """);

        Scene.Answer answer = Scene.tofro("run", pipeline);

        assertThat(answer.code()).as(answer.toString()).isEqualTo(1);
        assertThat(answer.out()).contains("\nThe run was ended: it took longer than 3 seconds (timeout).\n");
        assertThat(answer.err())
                .contains(
                        "ending the run: it took longer than 3 seconds (timeout); to go on with it later: tofro resume "
                                + answer.run() + "\n");
        assertThat(Scene.report(answer.run()).get("result").asText()).isEqualTo("FAILED");
        scene.changeSource("UPDATE nap SET seconds = 0");
        Scene.Answer resumed = Scene.tofro("resume", answer.run());
        assertThat(resumed.code()).as(resumed.toString()).isZero();
        assertThat(scene.warehouseRows("SELECT id FROM NAME.staging")).containsExactly("1");
    }
}
