package org.tofro.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.tofro.connect.emr.FakeEmr;
import org.tofro.settings.S3Connection;
import picocli.CommandLine;

/** {@code tofro submit} in a test's scene, to a cluster that runs in this JVM what it is told. */
final class Submissions implements AutoCloseable {
    private final FakeEmr emr;
    private final String runner;
    private final Path jar;
    private final List<Scene.Answer> answers = new ArrayList<>();
    private Runnable before = () -> {};
    private Runnable after = () -> {};

    /** @param more more connections of the runner file */
    Submissions(Scene scene, Path folder, String more) throws Exception {
        S3Connection s3 = scene.checkout().s3();
        emr = FakeEmr.start(
                s3.accessKey(), Objects.requireNonNull(s3.secretKey()).reveal());
        emr.property("aws.endpointUrlS3", s3.endpoint());
        emr.onRunning(this::work);
        jar = Files.writeString(folder.resolve("cluster.jar"), "a jar of " + scene.name);
        runner = scene.runnerFrom(
                "runners/flink-local.yaml",
                "emr.yaml",
                "runner: flink\n",
                "runner: flink\nemr_cluster_config: {region: eu-west-1, subnets: subnet-0a}\n",
                "connections:\n",
                "connections:\n" + more);
    }

    FakeEmr emr() {
        return emr;
    }

    String runner() {
        return runner;
    }

    /** What Tofro has answered on the cluster. */
    List<Scene.Answer> answers() {
        return answers;
    }

    /** Has something done before and after Tofro works on the cluster. */
    void around(Runnable first, Runnable last) {
        before = first;
        after = last;
    }

    /** What the cluster does with a step: the arguments behind {@code --} are Tofro's. */
    private void work(JsonNode step) {
        List<String> arguments = new ArrayList<>();
        step.get("HadoopJarStep").get("Args").forEach(argument -> arguments.add(argument.asText()));
        before.run();
        answers.add(Scene.tofro(
                arguments.subList(arguments.indexOf("--") + 1, arguments.size()).toArray(String[]::new)));
        after.run();
    }

    /** What Tofro was to be told on the cluster, by every step that was asked for. */
    List<List<String>> handedOn() {
        List<List<String>> all = new ArrayList<>();
        emr.bodies("RunJobFlow").forEach(body -> {
            List<String> arguments = new ArrayList<>();
            body.at("/Steps/0/HadoopJarStep/Args").forEach(argument -> arguments.add(argument.asText()));
            all.add(List.copyOf(arguments.subList(arguments.indexOf("--") + 1, arguments.size())));
        });
        return all;
    }

    Scene.Answer submit(String... arguments) {
        return submitBy(runner, SubmittedLaunch.GRACE, arguments);
    }

    /** The same by another runner file, and with so much time at its deadline. */
    Scene.Answer submitBy(String environment, Duration grace, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--runner", environment, "--jar", jar.toString()));
        PrintStream toErr = new PrintStream(err, true, StandardCharsets.UTF_8);
        int code = new CommandLine(new SubmitCommand(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        toErr,
                        Clock.systemUTC(),
                        FakeEmr.PACE,
                        grace))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((e, command, parsed) -> {
                    toErr.println(e.getMessage());
                    return Main.exitCode(e).code();
                })
                .execute(all.toArray(String[]::new));
        return new Scene.Answer(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        emr.close();
    }
}
