package org.tofro.emr;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The script that a step runs on EMR's primary machine, in bash, with programs in place of {@code aws}, {@code flink} and
 * {@code yarn} that write down how they were called.
 */
class LaunchScriptTest {
    @TempDir
    private Path folder;

    private record Ended(int code, String out, List<String> calls) {}

    @BeforeEach
    void machine() throws IOException {
        Files.writeString(folder.resolve("job-flow.json"), "{\n  \"jobFlowId\": \"j-1TOFRO\",\n  \"x\": 1\n}\n");
        program("aws", "cp \"$FOLDER/job-flow.json\" \"${@: -1}\"");
        program("flink", "echo 'Submitted application application_17_0042'");
        states("RUNNING UNDEFINED", "FINISHED SUCCEEDED");
    }

    private void program(String name, String does) throws IOException {
        Path file = folder.resolve(name);
        Files.writeString(file, """
                #!/bin/bash
                { printf '%s' NAME; printf ' <%s>' "$@"; echo; } >> "$FOLDER/calls"
                """.replace("NAME", name) + does + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    /** What yarn says of the application, one after the other. */
    private void states(String... states) throws IOException {
        Files.write(folder.resolve("states"), List.of(states));
        program("yarn", """
                [ "$2" = -status ] || exit 0
                read -r state final < "$FOLDER/states"
                [ "$(wc -l < "$FOLDER/states")" -le 1 ] || sed -i 1d "$FOLDER/states"
                printf '\\tApplication-Id : %s\\n\\tState : %s\\n\\tFinal-State : %s\\n' "$3" "$state" "$final\"""");
    }

    private Process start(String limit, String... more) throws IOException {
        List<String> command = new ArrayList<>(List.of("bash", "-c", script(), "tofro", "s3://b/jars/t.jar", limit));
        command.addAll(List.of(more));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.redirectOutput(folder.resolve("out").toFile());
        Map<String, String> environment = builder.environment();
        environment.put("FOLDER", folder.toString());
        environment.put("TOFRO_INFO", folder.resolve("job-flow.json").toString());
        environment.put("TOFRO_LOOK", "0.1");
        environment.put("TMPDIR", Files.createDirectories(folder.resolve("tmp")).toString());
        environment.put("PATH", folder + ":" + environment.get("PATH"));
        return builder.start();
    }

    private Ended run(String limit, String... more) throws Exception {
        return ended(start(limit, more));
    }

    private Ended ended(Process process) throws Exception {
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(folder.resolve("tmp")).as("what it leaves").isEmptyDirectory();
        return new Ended(
                process.exitValue(),
                Files.readString(folder.resolve("out")),
                Files.readAllLines(folder.resolve("calls")));
    }

    private static String script() throws IOException {
        try (InputStream in = Submission.class.getResourceAsStream("launch.sh")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void startsFlinksApplicationAndStaysUntilItHasEnded() throws Exception {
        Ended ended = run("60", "-Da=b c", "--", "run", "p.yaml", "--accept=shrink=the course's end");

        assertThat(ended.code()).as(ended.out()).isZero();
        assertThat(ended.calls().get(0)).startsWith("aws <s3> <cp> <--only-show-errors> <s3://b/jars/t.jar> </");
        assertThat(ended.calls().get(1).replaceAll("<[^<>]*/tofro.jar>", "<JAR>"))
                .isEqualTo("flink <run-application> <-t> <yarn-application> <-Da=b c>"
                        + " <-Dcontainerized.master.env.TOFRO_EMR_CLUSTER=j-1TOFRO>"
                        + " <-Dcontainerized.taskmanager.env.TOFRO_EMR_CLUSTER=j-1TOFRO> <-c> <org.tofro.cli.Main> <JAR>"
                        + " <run> <p.yaml> <--accept=shrink=the course's end>");
        assertThat(ended.calls().subList(2, ended.calls().size()))
                .isNotEmpty()
                .containsOnly("yarn <application> <-status> <application_17_0042>");
        assertThat(ended.out()).endsWith("tofro: application_17_0042 has ended: SUCCEEDED\n");
    }

    @Test
    void failsWithTheApplication() throws Exception {
        states("FINISHED FAILED");

        assertThat(run("60", "--", "run").code()).isEqualTo(1);
    }

    @Test
    void failsWhereTheJarIsNotThere() throws Exception {
        program("aws", "exit 1");

        Ended ended = run("60", "--", "run");

        assertThat(ended.code()).isEqualTo(3);
        assertThat(ended.out()).isEqualTo("tofro: s3://b/jars/t.jar cannot be fetched\n");
    }

    @Test
    void failsWhereFlinkStartsNothing() throws Exception {
        program("flink", "echo 'no room'; exit 1");

        Ended ended = run("60", "--", "run");

        assertThat(ended.code()).isEqualTo(4);
        assertThat(ended.out()).isEqualTo("no room\ntofro: Flink has not started the application\n");
    }

    @Test
    void endsWhatTakesTooLong() throws Exception {
        states("RUNNING UNDEFINED");

        Ended ended = run("1", "--", "run");

        assertThat(ended.code()).isEqualTo(124);
        assertThat(ended.calls()).last().isEqualTo("yarn <application> <-kill> <application_17_0042>");
        assertThat(ended.out()).contains("ends application_17_0042: it has taken longer than 1 seconds");
    }

    @Test
    void aStepThatIsCancelledEndsTheApplication() throws Exception {
        states("RUNNING UNDEFINED");

        Ended ended = cancelledAfter("-status");

        assertThat(ended.code()).isEqualTo(143);
        assertThat(ended.calls()).last().isEqualTo("yarn <application> <-kill> <application_17_0042>");
    }

    /** Else the application would start, and nobody would know of it. */
    @Test
    void aStepThatIsCancelledWhileFlinkStartsTheApplicationEndsItToo() throws Exception {
        program("flink", "sleep 1; echo 'Submitted application application_17_0042'");

        Ended ended = cancelledAfter("run-application");

        assertThat(ended.code()).isEqualTo(143);
        assertThat(ended.calls()).last().isEqualTo("yarn <application> <-kill> <application_17_0042>");
        assertThat(ended.out()).endsWith("tofro: ends application_17_0042: the step was cancelled\n");
    }

    /** Its id is told before YARN has taken it. */
    @Test
    void failsWhereYarnHasNotTakenTheApplication() throws Exception {
        program("flink", "echo 'Submitting application master application_17_0042'; exit 1");
        program("yarn", "echo 'there is no such application' >&2; exit 255");

        Ended ended = run("60", "--", "run");

        assertThat(ended.code()).isEqualTo(4);
        assertThat(ended.out()).endsWith("tofro: Flink has not started the application\n");
    }

    /** As Flink's client does where the cluster has no room. */
    @Test
    void endsWhatWaitsTooLongForRoom() throws Exception {
        program("flink", "echo 'Submitting application master application_17_0042'; exec sleep 30");
        states("ACCEPTED UNDEFINED");

        Ended ended = run("1", "--", "run");

        assertThat(ended.code()).isEqualTo(124);
        assertThat(ended.calls()).last().isEqualTo("yarn <application> <-kill> <application_17_0042>");
    }

    @Test
    void endsAClientThatSaysNothing() throws Exception {
        program("flink", "exec sleep 30");

        Ended ended = run("1", "--", "run");

        assertThat(ended.code()).isEqualTo(4);
        assertThat(ended.out()).endsWith("tofro: Flink has not started the application\n");
    }

    /** Sends SIGTERM once a program has been called with that argument. */
    private Ended cancelledAfter(String argument) throws Exception {
        Process process = start("60", "--", "run");
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(15);
        while (!Files.exists(folder.resolve("calls"))
                || !Files.readString(folder.resolve("calls")).contains(argument)) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.sleep(20);
        }
        process.destroy();
        return ended(process);
    }
}
