package org.tofro.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.tofro.connect.emr.FakeEmr;
import org.tofro.local.BuiltClusterJar;
import org.tofro.local.TestFlink;
import org.tofro.secrecy.FlinkPages;
import org.tofro.secrecy.Planted;
import org.tofro.settings.PostgresConnection;
import org.tofro.settings.RedshiftConnection;
import org.tofro.settings.S3Connection;
import picocli.CommandLine;

/**
 * What EMR's endpoint was told is done on a Flink cluster of several processes in application mode: the jar from S3 with the
 * recorded arguments, which fetches the bundle from S3.
 */
@Tag("slow")
@Timeout(value = 15, unit = TimeUnit.MINUTES)
@ExtendWith(TestCheckout.EndToEnd.class)
class SubmittedApplicationTest {
    private final Planted planted = new Planted();
    private final Map<String, String> pages = new ConcurrentHashMap<>();
    private final Set<String> commandLines = ConcurrentHashMap.newKeySet();

    @Test
    void whatWasSubmittedRunsOnAFlinkCluster(Scene scene, @TempDir Path folder) throws Exception {
        Path jar = BuiltClusterJar.get();
        String runner = runner(scene);
        scene.source(
                "CREATE TABLE words AS SELECT i AS id, 'word ' || i AS word FROM generate_series(1, 5000) i",
                "GRANT SELECT ON words TO " + scene.name);
        String pipeline = scene.copyPipeline("sql: SELECT id, word FROM words");
        S3Connection s3 = scene.checkout().s3();
        String secret =
                planted.note("S3", Objects.requireNonNull(s3.secretKey()).reveal());
        StringBuilder log = new StringBuilder();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        try (FakeEmr emr = FakeEmr.start(s3.accessKey(), secret)) {
            emr.stepStates("PENDING", "RUNNING");
            emr.onRunning(step -> new Thread(() -> {
                        boolean good = false;
                        try {
                            good = run(step, folder, s3, log);
                        } catch (Exception e) {
                            log.append(e);
                        }
                        emr.stepStates(good ? "COMPLETED" : "FAILED");
                    })
                    .start());
            int code = new CommandLine(new SubmitCommand(
                            new PrintStream(out, true, StandardCharsets.UTF_8),
                            new PrintStream(err, true, StandardCharsets.UTF_8),
                            Clock.systemUTC(),
                            FakeEmr.PACE))
                    .setCaseInsensitiveEnumValuesAllowed(true)
                    .execute(pipeline, "--runner", runner, "--jar", jar.toString());

            assertThat(code).as(out + "\n" + err + "\n" + log).isZero();
            assertThat(out.toString(StandardCharsets.UTF_8)).contains("report: s3://tofro-state/runs/" + scene.name);
            assertThat(log).contains("Application completed SUCCESSFULLY");
            Scene.assertSameRows(
                    scene.warehouseRows("SELECT id, word FROM NAME.prod"),
                    scene.sourceRows("SELECT id, word FROM words"));
            assertThat(emr.actions()).doesNotContain("TerminateJobFlows");
            planted.demandNoneIn("what EMR was asked", emr.calls().toString());
            planted.demandNoneIn("what submit prints", out + "\n" + err);
        }
        assertThat(pages.keySet()).anyMatch(page -> page.startsWith("/jobs/"));
        pages.forEach((path, page) -> planted.demandNoneIn("Flink's page " + path, page));
        assertThat(commandLines).anyMatch(line -> line.contains("TaskManagerRunner"));
        commandLines.forEach(line -> planted.demandNoneIn("the list of processes", line));
        for (String process : List.of("jobmanager", "taskmanager-1", "taskmanager-2")) {
            planted.demandNoneIn(
                    "the log of the " + process, Files.readString(folder.resolve("flink/" + process + "/server.log")));
        }
        String run = err.toString(StandardCharsets.UTF_8).replaceAll("(?s).*(?:^|\n)run (\\S+)\n.*", "$1");
        Path state = TestCheckout.FOLDER.resolve(".tofro/s3/tofro-state");
        assertThat(planted.demandNoneBelow(state.resolve("submissions").resolve(run)))
                .isPositive();
        assertThat(planted.demandNoneBelow(Scene.stateFolder(run))).isPositive();
    }

    /** Does what the step's script does on EMR: fetches the jar, and starts Flink's application. */
    private boolean run(JsonNode step, Path folder, S3Connection s3, StringBuilder log) throws Exception {
        List<String> arguments = new ArrayList<>();
        step.get("HadoopJarStep").get("Args").forEach(argument -> arguments.add(argument.asText()));
        String stored = arguments.get(4).replace("s3://", "");
        Path jar = Files.copy(TestCheckout.FOLDER.resolve(".tofro/s3").resolve(stored), folder.resolve("tofro.jar"));
        // In place of the machines' role.
        Path credentials = Files.writeString(
                folder.resolve("credentials"),
                "[default]\naws_access_key_id=" + s3.accessKey() + "\naws_secret_access_key="
                        + Objects.requireNonNull(s3.secretKey()).reveal() + "\n");
        List<String> jvm = List.of(
                "-Daws.sharedCredentialsFile=" + credentials,
                "-Daws.region=us-east-1",
                "-Daws.endpointUrlS3=" + s3.endpoint());
        List<String> program = arguments.subList(arguments.indexOf("--") + 1, arguments.size());
        try (TestFlink application = TestFlink.application(folder.resolve("flink"), jar, jvm, program)) {
            FlinkPages shown = FlinkPages.at(application.address());
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(400);
            while (application.isRunning() && System.nanoTime() < deadline) {
                pages.putAll(shown.all());
                ProcessHandle.allProcesses()
                        .flatMap(process -> process.info().commandLine().stream())
                        .forEach(commandLines::add);
                Thread.sleep(100);
            }
            application.awaitEnd(1);
            log.append(application.log());
            return log.indexOf("Application completed SUCCESSFULLY") >= 0;
        }
    }

    /** The stand-ins' addresses as those of any other servers: the jar for clusters knows no stand-ins. */
    private String runner(Scene scene) throws Exception {
        PostgresConnection rds = scene.checkout().rds();
        RedshiftConnection redshift = scene.checkout().redshift();
        String password = scene.file(
                "password", planted.note("the warehouse", redshift.password().reveal()));
        String rdsPassword = scene.file("rds-password", planted.plant("PostgreSQL"));
        try (var admin = scene.rds("postgres");
                var statement = admin.createStatement()) {
            statement.execute(
                    "CREATE ROLE " + scene.name + " LOGIN PASSWORD '" + Files.readString(Path.of(rdsPassword)) + "'");
        }
        return scene.file("application.yaml", """
                runner: flink
                flink: {application: true, parallelism: 4}
                staging_area: s3://tofro-staging/
                state_area: s3://tofro-state/
                emr_cluster_config: {region: eu-west-1}
                connections:
                  host_db_1: {type: postgres, host: %s, port: %d, user: %s, password: "${file:%s}"}
                  redshift: {type: redshift, host: %s, port: %d, database: %s, user: %s, password: "${file:%s}",
                             properties: {ssl: "false"}}
                  s3: {type: s3, region: us-east-1, endpoint: "%s"}
                """.formatted(
                        rds.host(),
                        rds.port(),
                        scene.name,
                        rdsPassword,
                        redshift.host(),
                        redshift.port(),
                        redshift.database(),
                        redshift.user(),
                        password,
                        s3(scene).endpoint()));
    }

    private static S3Connection s3(Scene scene) {
        return scene.checkout().s3();
    }
}
