package org.tofro.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What happens when the steps have ended: the teardown, and who is told. */
@ExtendWith(TestCheckout.EndToEnd.class)
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class RunEndTest {
    private static final String STEPS = """
            steps:
            - {type: extract-from-rds, name: extract, connection: host_db_1, database: NAME, table: items}
            - {type: load-into-staging-table, name: load, table: NAME.staging}
            - {type: reload-prod-table, name: publish, source: NAME.staging, destination: NAME.prod}
            """;

    /** A server that takes messages as Slack does. */
    private static final class Webhook implements AutoCloseable {
        final List<String> messages = new CopyOnWriteArrayList<>();
        private final HttpServer server;

        Webhook(int status) throws IOException {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/", exchange -> {
                messages.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
                exchange.sendResponseHeaders(status, -1);
                exchange.close();
            });
            server.start();
        }

        String address() {
            return "http://127.0.0.1:" + server.getAddress().getPort() + "/services/s3cr3t";
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }

    private static void tables(Scene scene) throws Exception {
        scene.source("CREATE TABLE items (id integer)", "INSERT INTO items VALUES (1), (2)");
        scene.changeWarehouse(
                "CREATE SCHEMA " + scene.name,
                "CREATE TABLE " + scene.name + ".log (id integer)",
                "INSERT INTO " + scene.name + ".log VALUES (1)",
                "CREATE TABLE " + scene.name + ".cleared (id integer)");
    }

    @Test
    void theTeardownRunsAfterAFailureAndAgainAfterTheResumedRun(Scene scene) throws Exception {
        tables(scene);
        String pipeline = scene.file(
                "torn.yaml",
                "name: NAME\n" + STEPS.replace("items}", "itmes}")
                        + "teardown: {type: reload-prod-table, name: clear, source: NAME.log, destination: NAME.cleared}\n");

        Scene.Answer failed = Scene.tofro("run", pipeline);

        assertThat(failed.code()).as(failed.toString()).isEqualTo(1);
        assertThat(scene.warehouseRows("SELECT id FROM NAME.cleared")).containsExactly("1");
        JsonNode report = Scene.report(failed.run());
        assertThat(report.get("steps").findValuesAsText("outcome")).containsExactly("FAILED", "SKIPPED", "SKIPPED");
        assertThat(report.get("teardown").findValuesAsText("outcome")).containsExactly("SUCCEEDED");
        assertThat(failed.out()).containsPattern("(?m)^clear +succeeded ");

        scene.changeWarehouse("INSERT INTO " + scene.name + ".log VALUES (2)");
        scene.changeSource("ALTER TABLE items RENAME TO itmes");
        Scene.Answer resumed = Scene.tofro("resume", failed.run());
        assertThat(resumed.code()).as(resumed.toString()).isZero();
        assertThat(scene.warehouseRows("SELECT id FROM NAME.cleared ORDER BY id"))
                .containsExactly("1", "2");
        assertThat(scene.warehouseRows("SELECT id FROM NAME.prod ORDER BY id")).containsExactly("1", "2");
    }

    @Test
    void aFailedTeardownIsSaidAndLeavesThePublishedTable(Scene scene) throws Exception {
        tables(scene);
        String pipeline = scene.file(
                "untorn.yaml",
                "name: NAME\n" + STEPS
                        + "teardown:\n- {type: reload-prod-table, name: clear, source: NAME.none, destination: NAME.cleared}\n");

        Scene.Answer answer = Scene.tofro("run", pipeline);

        assertThat(answer.code()).as(answer.toString()).isEqualTo(1);
        JsonNode report = Scene.report(answer.run());
        assertThat(report.get("result").asText()).isEqualTo("SUCCEEDED");
        assertThat(report.get("teardown").findValuesAsText("outcome")).containsExactly("FAILED");
        assertThat(answer.out())
                .contains("\nThe teardown failed. No table depends on it; what it should have cleared away may still"
                        + " be there.\n");
        assertThat(answer.err()).doesNotContain("tofro resume");
        assertThat(scene.warehouseRows("SELECT id FROM NAME.prod ORDER BY id")).containsExactly("1", "2");
    }

    @Test
    void oneMessageIsSentAlsoAfterRetries(Scene scene) throws Exception {
        tables(scene);
        try (Webhook slack = new Webhook(200)) {
            Path address = Path.of(scene.file("slack.txt", slack.address() + "\n"));
            Path told = address.resolveSibling("told.json");
            Path variables = address.resolveSibling("variables.txt");
            String pipeline =
                    scene.file("told.yaml", """
                    name: NAME
                    owner: data@example.org
                    max_retries: 1
                    retry_delay: 0 s
                    notify:
                    - {webhook: "${file:slack.txt}"}
                    - {on: success, webhook: "${file:slack.txt}"}
                    - on: [failure, lateness]
                      command: cat >> '%s'; echo "$TOFRO_PIPELINE $TOFRO_EVENTS $TOFRO_RESULT $TOFRO_RESUME" >> '%s'
                    """.formatted(told, variables) + STEPS.replace("items}", "itmes}"));

            Scene.Answer failed = Scene.tofro("run", pipeline, "--date", "2026-11-23");

            assertThat(failed.code()).as(failed.toString()).isEqualTo(1);
            String text = "pipeline " + scene.name + " failed for 2026-11-23 (run " + failed.run()
                    + ")\nstep extract failed after 2 tries: "
                    + Scene.step(Scene.report(failed.run()), "extract")
                            .get("message")
                            .asText()
                    + "\n2 steps not done\nto go on with it: tofro resume " + failed.run();
            assertThat(slack.messages).hasSize(1);
            assertThat(new ObjectMapper()
                            .readTree(slack.messages.get(0))
                            .get("text")
                            .asText())
                    .isEqualTo(text);
            JsonNode message = new ObjectMapper().readTree(Files.readString(told));
            assertThat(message.get("text").asText()).isEqualTo(text);
            assertThat(message.get("pipeline").asText()).isEqualTo(scene.name);
            assertThat(message.get("owner").asText()).isEqualTo("data@example.org");
            assertThat(message.get("intervalStart").asText()).isEqualTo("2026-11-23T00:00:00Z");
            assertThat(message.get("failedSteps").findValuesAsText("step")).containsExactly("extract");
            assertThat(Files.readString(variables))
                    .isEqualTo(scene.name + " failure FAILED tofro resume " + failed.run() + "\n");
            assertThat(Scene.report(failed.run()).get("notifications").toString())
                    .isEqualTo("[\"failure, lateness, failed_check: webhook ${file:" + address
                            + "}: told\",\"failure, lateness: command: told\"]");
            assertThat(failed.toString()).doesNotContain("s3cr3t");

            scene.changeSource("ALTER TABLE items RENAME TO itmes");
            assertThat(Scene.tofro("resume", failed.run()).code()).isZero();
            assertThat(slack.messages).hasSize(2);
            assertThat(slack.messages.get(1))
                    .contains("pipeline " + scene.name + " succeeded for 2026-11-23 (run " + failed.run() + ")");
        }
    }

    @Test
    void whoCannotBeToldMakesNoRunFail(Scene scene) throws Exception {
        tables(scene);
        try (Webhook slack = new Webhook(500)) {
            scene.file("slack.txt", slack.address());
            String pipeline = scene.file("deaf.yaml", """
                    name: NAME
                    notify:
                    - {on: success, webhook: "${file:slack.txt}"}
                    - {on: success, webhook: "${env:TOFRO_NO_SUCH_VARIABLE}"}
                    - {on: success, command: exit 3}
                    - {on: success, sns: {topic: "arn:aws:sns:eu-west-1:123456789012:nights", endpoint: "http://127.0.0.1:1"}}
                    - {on: success, email: {to: data@example.org, from: tofro@example.org, server: "localhost:1", security: none}}
                    """ + STEPS);
            System.setProperty("aws.accessKeyId", "AKIDEXAMPLE");
            System.setProperty("aws.secretAccessKey", "s3cr3ts3cr3t");

            Scene.Answer answer = Scene.tofro("run", pipeline);

            assertThat(answer.code()).as(answer.toString()).isZero();
            assertThat(answer.err())
                    .contains(": not told, the server answered with HTTP status 500\n")
                    .contains("notify: success: webhook ${env:TOFRO_NO_SUCH_VARIABLE}: not told, the environment"
                            + " variable 'TOFRO_NO_SUCH_VARIABLE' is not set\n")
                    .contains("notify: success: command: not told, the command ended with exit code 3\n")
                    .contains("notify: success: sns arn:aws:sns:eu-west-1:123456789012:nights: not told, SNS cannot be"
                            + " reached\n")
                    .contains(
                            "notify: success: email to data@example.org: not told, the mail server localhost:1 cannot be"
                                    + " reached or has broken off\n");
            assertThat(Scene.report(answer.run()).get("notifications")).hasSize(5);
            assertThat(Scene.report(answer.run()).toString() + answer).doesNotContain("s3cr3t");
        } finally {
            System.clearProperty("aws.accessKeyId");
            System.clearProperty("aws.secretAccessKey");
        }
    }

    @Test
    void latenessIsTold(Scene scene) throws Exception {
        tables(scene);
        Path told = Path.of(scene.file("told.txt", ""));
        String pipeline = scene.file(
                "late.yaml",
                "name: NAME\nneeds: NAME-upstream\nnotify: {on: lateness, command: \"cat > '" + told + "'\"}\n"
                        + STEPS);

        Scene.Answer late = Scene.tofro("run", pipeline, "--needs", "check", "--date", "2026-11-23");

        assertThat(late.code()).as(late.toString()).isEqualTo(20);
        assertThat(new ObjectMapper()
                        .readTree(Files.readString(told))
                        .get("text")
                        .asText())
                .isEqualTo("pipeline " + scene.name + " not ready for 2026-11-23 (run " + late.run()
                        + ")\nNot ready: pipeline '" + scene.name
                        + "-upstream' has not succeeded for 2026-11-23: no run"
                        + " covers 2026-11-23.\n3 steps not done\nto go on with it: tofro resume " + late.run());
    }
}
