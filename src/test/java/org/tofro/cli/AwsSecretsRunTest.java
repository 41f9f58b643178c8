package org.tofro.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.tofro.connect.aws.FakeAws;

/** Runs whose passwords AWS keeps. */
@ExtendWith(TestCheckout.EndToEnd.class)
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class AwsSecretsRunTest {
    private FakeAws aws;

    @BeforeEach
    void start() throws Exception {
        aws = new FakeAws();
        System.setProperty("aws.region", "eu-west-1");
        System.setProperty("aws.endpointUrl", aws.endpoint());
    }

    @AfterEach
    void stop() {
        aws.close();
        System.clearProperty("aws.region");
        System.clearProperty("aws.endpointUrl");
    }

    /** Of the two sources the pipeline uses the first alone. */
    private static String runner(Scene scene) throws Exception {
        return scene.runner(
                "aws.yaml",
                "{type: postgres, stand_in: true, seed: test-data/rds/host_db_1}",
                "{type: postgres, host: 127.0.0.1, port: "
                        + scene.checkout().rds().port() + ", user: NAME, password: \"${aws-secret:NAME/db#password}\"}",
                "{type: mysql, stand_in: true, seed: test-data/rds/host_db_2}",
                "{type: mysql, host: 127.0.0.1, user: etl, password: \"${aws-parameter:/nobody/asks}\"}",
                "staging_area:",
                "notify: {on: success, webhook: \"${aws-parameter:/NAME/hook}\"}\nstaging_area:");
    }

    private static String pipeline(Scene scene) throws Exception {
        scene.source("CREATE TABLE items (id integer)", "INSERT INTO items VALUES (1)");
        return scene.copyPipeline("table: items");
    }

    @Test
    void whatARunUsesIsAskedForOnce(Scene scene) throws Exception {
        String runner = runner(scene);
        String pipeline = pipeline(scene);
        scene.changeSource("CREATE ROLE " + scene.name + " LOGIN SUPERUSER PASSWORD 'hunter2'");
        aws.secret(scene.name + "/db", "SecretString", "{\"username\": \"etl\", \"password\": \"hunter2\"}");

        assertThat(Scene.tofro("validate", pipeline, "--runner", runner).code()).isZero();
        assertThat(Scene.tofro("plan", pipeline, "--runner", runner).code()).isZero();
        assertThat(aws.requests()).isEmpty();

        Scene.Answer run = Scene.tofro("run", pipeline, "--runner", runner);

        assertThat(run.code()).as(run.toString()).isZero();
        assertThat(scene.warehouseRows("SELECT id FROM NAME.prod")).containsExactly("1");
        String hook = "${aws-parameter:/" + scene.name + "/hook}";
        assertThat(run.err())
                .contains("notify: success: webhook " + hook + ": not told, AWS Systems Manager in eu-west-1 has no"
                        + " parameter '/" + scene.name + "/hook'; look at its name and at the region (AWS_REGION)\n");
        aws.parameter("/" + scene.name + "/hook", "http://127.0.0.1:1/services/hush");
        Scene.Answer again = Scene.tofro("run", pipeline, "--runner", runner);
        assertThat(again.code()).as(again.toString()).isZero();
        assertThat(again.err())
                .contains("notify: success: webhook " + hook + ": not told, the server cannot be reached"
                        + " (ConnectException)\n");
        assertThat(aws.requests().stream().filter(asked -> asked.startsWith("secretsmanager")))
                .containsExactly("secretsmanager eu-west-1 secretsmanager.GetSecretValue {\"SecretId\":\"" + scene.name
                        + "/db\"}");
    }

    @Test
    void whatIsMissingEndsTheRunBeforeItStarts(Scene scene) throws Exception {
        String runner = runner(scene);
        String pipeline = pipeline(scene);

        Scene.Answer missing = Scene.tofro("run", pipeline, "--runner", runner);

        assertThat(missing.code()).as(missing.toString()).isEqualTo(2);
        assertThat(missing.out()).isEmpty();
        assertThat(missing.err())
                .isEqualTo("connection 'host_db_1': AWS Secrets Manager in eu-west-1 has no secret '" + scene.name
                        + "/db'; look at its name and at the region (AWS_REGION)\n");

        System.setProperty("aws.endpointUrl", "http://127.0.0.1:1");
        Scene.Answer away = Scene.tofro("run", pipeline, "--runner", runner);

        assertThat(away.code()).as(away.toString()).isEqualTo(1);
        assertThat(away.err())
                .isEqualTo("connection 'host_db_1': AWS Secrets Manager in eu-west-1 cannot be reached, and secret '"
                        + scene.name + "/db' is kept there; try again later\n");
    }
}
