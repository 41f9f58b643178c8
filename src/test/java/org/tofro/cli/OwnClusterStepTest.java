package org.tofro.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.tofro.settings.S3Connection;

/**
 * {@code emr-step} without a cluster, as Dataduct has it: on the cluster of the run itself, beside the step that is the run.
 * What the fake cluster is told to run is a process of its own, which finds in its environment what one on EMR finds.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
@ExtendWith(TestCheckout.EndToEnd.class)
class OwnClusterStepTest {
    @TempDir
    private Path folder;

    @Test
    void theStepRunsBesideTheRunOnTheRunsOwnCluster(Scene scene) throws Exception {
        String pipeline = scene.file("job.yaml", """
                name: NAME
                steps:
                - type: emr-step
                  name: job
                  step_string: command-runner.jar,spark-submit,s3://company/prepare.py
                  timeout: 2 minutes
                """);
        Path said = folder.resolve("said");
        try (Submissions submissions = new Submissions(scene, folder, "")) {
            submissions
                    .emr()
                    .stepStates("RUNNING")
                    .stepStatesOf("/job", "COMPLETED")
                    .onRunning(step -> begin(step, scene.checkout().s3(), submissions, said));

            Scene.Answer answer = submissions.submit(pipeline);

            assertThat(answer.code()).as(answer + "\n" + Files.readString(said)).isZero();
            assertThat(submissions.emr().bodies("AddJobFlowSteps").toString())
                    .isEqualTo("[{\"JobFlowId\":\"j-1TOFRO\",\"Steps\":[{\"Name\":\"tofro " + answer.run()
                            + "/job\",\"ActionOnFailure\":\"CONTINUE\",\"HadoopJarStep\":{\"Jar\":"
                            + "\"command-runner.jar\",\"Args\":[\"spark-submit\",\"s3://company/prepare.py\"]}}]}]");
            assertThat(Scene.step(Scene.report(answer.run()), "job").toString())
                    .contains("step s-2TOFRO on cluster j-1TOFRO has completed");
            JsonNode request = submissions.emr().bodies("RunJobFlow").get(0);
            GoldenFile.check(
                    Path.of("test-data/emr/run-job-flow-that-adds-steps.json"), shown(request, scene, answer.run()));
        }
    }

    /** The very arguments, with the variables that the step's script gives to Flink's containers. */
    private static void begin(JsonNode step, S3Connection s3, Submissions submissions, Path said) {
        List<String> arguments = new ArrayList<>();
        step.get("HadoopJarStep").get("Args").forEach(argument -> arguments.add(argument.asText()));
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(
                "-Xmx512m", "-XX:TieredStopAtLevel=1", "-Dtofro.home=" + TestCheckout.FOLDER, "org.tofro.cli.Main"));
        command.addAll(arguments.subList(arguments.indexOf("--") + 1, arguments.size()));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile());
        builder.environment()
                .putAll(Map.of(
                        "CLASSPATH", System.getProperty("java.class.path"),
                        "TOFRO_EMR_CLUSTER", "j-1TOFRO",
                        "AWS_ENDPOINT_URL_EMR", submissions.emr().endpoint(),
                        "AWS_ENDPOINT_URL_S3", s3.endpoint(),
                        "AWS_ACCESS_KEY_ID", s3.accessKey(),
                        "AWS_SECRET_ACCESS_KEY",
                                Objects.requireNonNull(s3.secretKey()).reveal(),
                        "AWS_REGION", "eu-west-1"));
        try {
            builder.start()
                    .onExit()
                    .thenAccept(end -> submissions.emr().stepStates(end.exitValue() == 0 ? "COMPLETED" : "FAILED"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What differs from one test run to the next, by names. */
    private static String shown(JsonNode request, Scene scene, String run) {
        ObjectNode shown = request.deepCopy();
        ArrayNode arguments =
                (ArrayNode) shown.get("Steps").get(0).get("HadoopJarStep").get("Args");
        arguments.set(2, "LAUNCH");
        return shown.toPrettyString()
                        .replace(run, "RUN")
                        .replace(scene.name, "SCENE")
                        .replaceAll("tofro-[0-9a-f]{16}\\.jar", "tofro-SUM.jar")
                        .replaceAll("--asked-at=[0-9T:.-]+Z", "--asked-at=NOW")
                        .replaceAll("--date=[0-9-]+", "--date=TODAY")
                + "\n";
    }
}
