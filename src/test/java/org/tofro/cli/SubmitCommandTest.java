package org.tofro.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.tofro.connect.emr.FakeEmr;
import org.tofro.settings.S3Connection;
import picocli.CommandLine;

/**
 * {@code tofro submit} against EMR's endpoint over HTTP and S3's stand-in. What the fake cluster is told to run, this JVM runs:
 * the very arguments, from the bundle on S3.
 */
@ExtendWith(TestCheckout.EndToEnd.class)
class SubmitCommandTest {
    private static final String SECRET = "planted-0c4f8a";

    @TempDir
    private Path folder;

    private Scene scene;
    private FakeEmr emr;
    private String runner;
    private Path jar;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final List<Integer> codes = new ArrayList<>();
    private final List<Scene.Answer> answers = new ArrayList<>();

    @BeforeEach
    void start(Scene given) throws Exception {
        scene = given;
        S3Connection s3 = scene.checkout().s3();
        emr = FakeEmr.start(
                s3.accessKey(), Objects.requireNonNull(s3.secretKey()).reveal());
        emr.property("aws.endpointUrlS3", s3.endpoint());
        jar = Files.writeString(folder.resolve("cluster.jar"), "a jar of " + scene.name);
        Path secret = Files.writeString(folder.resolve("secret"), SECRET);
        runner = scene.runnerFrom(
                "runners/flink-local.yaml",
                "emr.yaml",
                "connections:\n",
                "connections:\n  planted: {type: postgres, host: h, user: u, password: \"${file:" + secret + "}\"}\n",
                "runner: flink\n",
                """
                runner: flink
                emr_cluster_config:
                  region: eu-west-1
                  release: emr-7.5.0
                  master_instance_type: m5.xlarge
                  core_instance_type: m5.2xlarge
                  core_instances: 3
                  task_instance_type: m5.xlarge
                  task_instances: 4
                  task_bid_price: 0.12
                  service_role: TofroService
                  instance_profile: TofroMachine
                  subnets: [subnet-0a, subnet-0b]
                  security_groups: sg-01
                  key_pair: ops
                  tags: {team: data}
                  applications: Hive
                  bootstrap:
                  - s3://company/certificates.sh,--all
                  - {script: local.sh, arguments: [x y]}
                  log_uri: s3://company-logs/emr/
                  terminate_after: 2 hours
                  idle_timeout: 30 minutes
                  environment: [PATH]
                """);
        scene.file("local.sh", "echo ready\n");
        emr.onRunning(this::work);
    }

    @AfterEach
    void stop() {
        emr.close();
    }

    /** What the cluster does with a step: the arguments behind {@code --} are Tofro's. */
    private void work(JsonNode step) {
        List<String> arguments = new ArrayList<>();
        step.get("HadoopJarStep").get("Args").forEach(argument -> arguments.add(argument.asText()));
        Scene.Answer answer = Scene.tofro(
                arguments.subList(arguments.indexOf("--") + 1, arguments.size()).toArray(String[]::new));
        answers.add(answer);
        codes.add(answer.code());
    }

    private int submit(String... arguments) {
        out.reset();
        err.reset();
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--runner", runner, "--jar", jar.toString()));
        PrintStream toOut = new PrintStream(out, true, StandardCharsets.UTF_8);
        PrintStream toErr = new PrintStream(err, true, StandardCharsets.UTF_8);
        return new CommandLine(new SubmitCommand(toOut, toErr, Clock.systemUTC(), FakeEmr.PACE))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((e, command, parsed) -> {
                    toErr.println(e.getMessage());
                    return Main.exitCode(e).code();
                })
                .execute(all.toArray(String[]::new));
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    private String run() {
        return err().replaceAll("(?s).*(?:^|\n)run (\\S+)\n.*", "$1");
    }

    private String pipeline() throws Exception {
        scene.source("CREATE TABLE words AS SELECT i AS id, 'word ' || i AS word FROM generate_series(1, 50) i");
        scene.file("sql/words.sql", "SELECT id, word FROM words WHERE id > 10");
        return scene.file("words.yaml", """
                name: NAME
                bootstrap: {emr: echo "it's ready"}
                steps:
                - type: extract-from-rds
                  name: extract
                  connection: host_db_1
                  database: NAME
                  sql: SELECT id, word FROM words
                - {type: load-into-staging-table, name: load, table: NAME.staging}
                - type: create-update-sql
                  name: publish
                  table_definition: sql/prod.sql
                  script: sql/publish.sql
                """);
    }

    private void scripts() throws IOException {
        scene.file("sql/prod.sql", "CREATE TABLE NAME.prod (id integer, word varchar(40));\n");
        scene.file("sql/publish.sql", "INSERT INTO NAME.prod (id, word) SELECT id, word FROM NAME.staging;\n");
    }

    @Test
    void aRunWorksOnAClusterOfItsOwnAndEndsAsTheRunDoes() throws Exception {
        String pipeline = pipeline();
        scripts();
        emr.throttle("RunJobFlow", 1).throttle("DescribeStep", 2);

        int code = submit(pipeline);

        assertThat(code).as(err() + answers).isZero();
        assertThat(codes).containsExactly(0);
        assertThat(scene.warehouseRows("SELECT count(*) FROM NAME.prod")).containsExactly("50");
        assertThat(err())
                .contains("cluster j-1TOFRO was asked for, which ends with the run\n")
                .contains("cluster j-1TOFRO: BOOTSTRAPPING, step s-1TOFRO waits\n")
                .contains("step s-1TOFRO on cluster j-1TOFRO: RUNNING\n")
                .endsWith("step s-1TOFRO on cluster j-1TOFRO has completed\n");
        assertThat(out()).contains("report: s3://tofro-state/runs/" + run() + "/report.json");
        assertThat(emr.actions()).doesNotContain("TerminateJobFlows");
        JsonNode request = emr.bodies("RunJobFlow").get(1);
        GoldenFile.check(Path.of("test-data/emr/run-job-flow.json"), shown(request.toPrettyString(), run()) + "\n");
        assertThat(bundle(run()))
                .contains("emr.yaml", "words.yaml", "sql/prod.sql", "sql/publish.sql")
                .doesNotContain(SECRET);
        assertThat(emr.calls().toString()).doesNotContain(SECRET);
        assertThat(stored("submissions/" + run() + "/bootstrap-2.sh")).hasContent("echo ready");
        Path commands = stored("submissions/" + run() + "/bootstrap-3.sh");
        Process machine = new ProcessBuilder("bash", commands.toString()).start();
        assertThat(machine.inputReader().readLine()).isEqualTo("it's ready");
    }

    /** What differs from one test run to the next, by names. */
    private String shown(String text, String run) throws IOException {
        String script;
        try (InputStream in = Objects.requireNonNull(Main.class.getResourceAsStream("/org/tofro/emr/launch.sh"))) {
            script = new ObjectMapper().writeValueAsString(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
        return text.replace(run, "RUN")
                .replace(scene.name, "SCENE")
                .replaceAll("subnet-0[ab]", "SUBNET")
                .replaceAll("tofro-[0-9a-f]{16}\\.jar", "tofro-SUM.jar")
                .replace(jar.toString(), "JAR")
                .replace(TestCheckout.FOLDER.toString(), "CHECKOUT")
                .replace(System.getenv("PATH"), "THE PATH")
                .replaceAll("--date=[0-9-]+", "--date=TODAY")
                .replaceAll("--asked-at=[0-9T:.-]+Z", "--asked-at=NOW")
                .replace(script, "\"LAUNCH\"")
                .replace(script.replace("'", "'\\''"), "\"LAUNCH\"");
    }

    private static Path stored(String name) {
        return TestCheckout.FOLDER.resolve(".tofro/s3/tofro-state").resolve(name);
    }

    /** Names and contents of all that was brought. */
    private static String bundle(String run) throws IOException {
        StringBuilder all = new StringBuilder();
        byte[] bytes = Files.readAllBytes(stored("submissions/" + run + "/bundle.zip"));
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(bytes))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                all.append(entry.getName()).append('\n').append(new String(zip.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        return all.toString();
    }

    @Test
    void theJarIsBroughtOnce() throws Exception {
        String pipeline = pipeline();
        scripts();
        emr.onRunning(step -> {});
        submit(pipeline);
        assertThat(err()).contains("brought " + jar + " to s3://tofro-state/submissions/jars/tofro-");

        submit(pipeline, "--accept", "empty=once more");

        assertThat(err()).doesNotContain("brought");
    }

    @Test
    void aFailedRunFailsIsResumedAndThenHasSucceeded() throws Exception {
        String pipeline = pipeline();
        scene.file("sql/prod.sql", "CREATE TABLE NAME.prod (id integer, word varchar(40));\n");
        scene.file("sql/publish.sql", "INSERT INTO NAME.prod (id, word) SELECT id, nothing FROM NAME.staging;\n");
        emr.stepStates("RUNNING", "FAILED").stepFailure("Unknown Error.", "Exit code 1", "s3://logs/stderr.gz");

        assertThat(submit(pipeline)).as(err() + answers).isEqualTo(1);
        assertThat(err())
                .contains("(tofro " + run() + ") on cluster j-1TOFRO failed: Unknown Error, Exit code 1; what it"
                        + " said is in s3://logs/stderr.gz\n");
        assertThat(out()).contains("publish  failed");
        String run = run();

        scripts();
        emr.stepStates("RUNNING", "COMPLETED");
        assertThat(submit(pipeline, "--resume", run, "--edited"))
                .as(err() + answers)
                .isZero();
        assertThat(scene.warehouseRows("SELECT count(*) FROM NAME.prod")).containsExactly("50");
        assertThat(Scene.report(run).get("result").asText()).isEqualTo("SUCCEEDED");
    }

    @Tag("slow")
    @Test
    void anUneditedRunIsResumedFromAnotherBundle() throws Exception {
        String pipeline = pipeline();
        scripts();
        scene.changeSource("ALTER TABLE words RENAME TO hidden");
        emr.stepStates("RUNNING", "FAILED");
        assertThat(submit(pipeline)).as(err() + answers).isEqualTo(1);
        String run = run();
        scene.changeSource("ALTER TABLE hidden RENAME TO words");
        emr.stepStates("RUNNING", "COMPLETED");

        assertThat(submit(pipeline, "--resume", run)).as(err() + answers).isZero();
        assertThat(codes).containsExactly(1, 0);
    }

    @Test
    void theCodeOfARunThatWasNotBegunComesBack() throws Exception {
        String pipeline = pipeline();
        scripts();
        emr.stepStates("RUNNING", "FAILED").onRunning(step -> {
            Scene.tofro("pause", pipeline, "--reason", "holidays");
            work(step);
        });

        assertThat(submit(pipeline)).as(err() + answers).isEqualTo(20);
        assertThat(codes).containsExactly(20);
        Scene.tofro("unpause", pipeline);
    }

    @Test
    void aRunOfWhichNothingIsHeardEndsAsItsStep() throws Exception {
        String pipeline = pipeline();
        scripts();
        emr.onRunning(step -> {}).stepStates("RUNNING", "FAILED");

        assertThat(submit(pipeline)).as(err() + answers).isEqualTo(1);
        assertThat(err()).contains("the run has left no word of how it ended");
        assertThat(emr.bodies("TerminateJobFlows").toString()).isEqualTo("[{\"JobFlowIds\":[\"j-1TOFRO\"]}]");
    }

    @Test
    void aRunThatTakesTooLongIsEndedWithItsCluster() throws Exception {
        String pipeline = pipeline();
        scripts();
        runner = scene.file("short.yaml", Files.readString(Path.of(runner)).replace("2 hours", "1 second"));
        emr.onRunning(step -> {}).stepStates("RUNNING");

        assertThat(submit(pipeline)).as(err() + answers).isEqualTo(1);
        assertThat(err())
                .contains("cluster j-1TOFRO is being ended\n"
                        + "step s-1TOFRO on cluster j-1TOFRO has not ended within 1 second, its time limit\n");
        assertThat(emr.bodies("TerminateJobFlows")).hasSize(1);
    }

    @Test
    void aClusterThatCannotBeWatchedIsEnded() throws Exception {
        String pipeline = pipeline();
        scripts();
        emr.refuse("DescribeStep", 1, 400, "AccessDeniedException", "no");

        assertThat(submit(pipeline)).as(err() + answers).isEqualTo(1);
        assertThat(err()).contains("EMR, DescribeStep: access is denied");
        assertThat(emr.bodies("TerminateJobFlows")).hasSize(1);
    }

    @Test
    void aClusterThatIsRunningGetsAStepAndStays() throws Exception {
        String pipeline = pipeline();
        scripts();
        emr.cluster("j-9NIGHT", "nightly", "WAITING").onRunning(step -> {});

        assertThat(submit(pipeline, "--cluster", "nightly")).as(err() + answers).isZero();
        assertThat(emr.actions()).doesNotContain("RunJobFlow", "TerminateJobFlows", "CancelSteps");
        JsonNode body = emr.bodies("AddJobFlowSteps").get(0);
        assertThat(body.get("JobFlowId").asText()).isEqualTo("j-9NIGHT");
        assertThat(body.get("Steps").get(0).get("ActionOnFailure").asText()).isEqualTo("CONTINUE");
    }

    @Test
    void aDryRunPrintsWhatWouldBeAskedAndAsksNothing() throws Exception {
        String pipeline = pipeline();
        scripts();

        assertThat(submit(pipeline, "--dry-run", "--date", "2026-11-23"))
                .as(err())
                .isZero();
        assertThat(emr.calls()).isEmpty();
        String run = out().replaceAll("(?s).*\"Name\" : \"tofro (\\S+)\".*", "$1");
        assertThat(TestCheckout.FOLDER.resolve(".tofro/submissions").resolve(run + ".zip"))
                .as("what the first command brings")
                .isNotEmptyFile();
        GoldenFile.check(
                Path.of("test-data/emr/dry-run.txt"),
                shown(out().replace(Path.of(runner).getParent().toString(), "FOLDER"), run));
    }

    @Test
    void aClusterIsGivenOnlyTheVariablesThatAreNamed() throws Exception {
        String pipeline = scene.file("given.yaml", """
                name: NAME
                steps:
                - {type: sql-command, name: one, command: "SELECT '${env:HOME}'"}
                - {type: sql-command, name: two, command: "SELECT '${env:PATH}'"}
                """);

        assertThat(submit(pipeline)).as(err() + answers).isEqualTo(2);
        assertThat(err())
                .contains("the environment variable 'HOME' is not set")
                .doesNotContain("'PATH' is not set")
                .contains("\nThe cluster is given these environment variables alone: PATH. Name others in"
                        + " `environment` of emr_cluster_config where they are no secrets");
        assertThat(emr.calls()).isEmpty();
    }

    @Tag("slow")
    @Test
    void aSignalEndsTheCluster() throws Exception {
        String pipeline = pipeline();
        scripts();
        emr.onRunning(step -> {}).stepStates("RUNNING");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx512m", "-Dtofro.home=" + TestCheckout.FOLDER, "org.tofro.cli.Main", "submit"));
        command.addAll(List.of(pipeline, "--runner", runner, "--jar", jar.toString()));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        builder.environment().put("AWS_ENDPOINT_URL_EMR", emr.endpoint());
        S3Connection s3 = scene.checkout().s3();
        builder.environment().put("AWS_ACCESS_KEY_ID", s3.accessKey());
        builder.environment()
                .put(
                        "AWS_SECRET_ACCESS_KEY",
                        Objects.requireNonNull(s3.secretKey()).reveal());
        Path said = folder.resolve("said");
        Process process = builder.redirectOutput(said.toFile()).start();
        try {
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
            while (!Files.readString(said).contains("RUNNING")) {
                assertThat(process.isAlive() && System.nanoTime() < deadline)
                        .as(Files.readString(said))
                        .isTrue();
                Thread.sleep(50);
            }
            process.destroy();

            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(emr.bodies("TerminateJobFlows"))
                .isNotEmpty()
                .allMatch(body -> body.toString().equals("{\"JobFlowIds\":[\"j-1TOFRO\"]}"));
        assertThat(Files.readString(said)).contains("cluster j-1TOFRO is being ended");
    }

    @Test
    void otherPipelinesAreWaitedForWithoutACluster() throws Exception {
        String pipeline = scene.file("waits.yaml", """
                name: NAME
                needs: [another_that_never_ran]
                steps:
                - {type: sql-command, name: one, command: SELECT 1}
                """);

        assertThat(submit(pipeline, "--needs", "check", "--date", "2026-11-23"))
                .as(err())
                .isEqualTo(20);
        assertThat(out()).contains("\nNot ready: pipeline 'another_that_never_ran' has not succeeded for ");
        assertThat(err()).endsWith("no cluster was started\n");
        assertThat(emr.calls()).isEmpty();
    }

    @Test
    void theShippedTemplateIsValidWithoutAnyVariable() {
        Scene.Answer answer = Scene.tofro("validate", "instructors", "--runner", "emr");

        assertThat(answer).isEqualTo(new Scene.Answer(0, "pipelines/instructors.yaml: instructors, 3 steps\n", ""));
    }

    @Test
    void filesOfThisMachineAreRefused() throws Exception {
        scene.file("data/a.csv", "1\n");
        String pipeline = scene.file("local.yaml", """
                name: NAME
                steps:
                - {type: extract-from-local, path: data/a.csv, format: csv, columns: [{name: a, type: integer}]}
                - {type: load-into-staging-table, table: NAME.staging}
                """);

        assertThat(submit(pipeline)).as(err() + answers).isEqualTo(2);
        assertThat(err())
                .contains("'data/a.csv' is a place of this machine, which the cluster does not have; bring the files to"
                        + " S3, and read them by extract-from-s3");
    }
}
