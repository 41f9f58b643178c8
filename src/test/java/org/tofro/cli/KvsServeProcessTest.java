package org.tofro.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.tofro.kvs.TestStore.row;

import java.io.BufferedReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.tofro.kvs.TestStore;
import org.tofro.local.TestCassandra;
import org.tofro.secrecy.Planted;

/** The service as a process: started by its command, ended by a signal. */
@Timeout(120)
class KvsServeProcessTest {
    @TempDir
    private Path folder;

    @Test
    void itServesUntilItIsToldToEnd() throws Exception {
        TestStore store = new TestStore();
        store.load("people", TestStore.NAMES, row(7_777_777L, "Ada"));
        Path password = folder.resolve("password");
        Files.writeString(
                password, TestCassandra.shared().connection().password().reveal());
        Path runner = folder.resolve("kvs.yaml");
        Files.writeString(
                runner,
                "runner: direct\nstaging_area: file:" + folder + "/staging\nstate_area: file:" + folder
                        + "/state\nconnections:\n  cassandra: {"
                        + TestCassandra.shared().runnerFields() + "\"${file:"
                        + password + "}\"}\n");
        Planted planted = new Planted();
        planted.note("the service", "open-sesame");
        planted.note("Cassandra", TestCassandra.shared().connection().password().reveal());
        Path errors = folder.resolve("err");
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "org.tofro.cli.Main",
                        "kvs",
                        "serve",
                        "--port",
                        "0",
                        "--demo",
                        "--runner",
                        runner.toString(),
                        "--keyspace",
                        store.keyspace())
                .redirectError(errors.toFile());
        builder.environment().put(KvsServeCommand.TOKEN, "open-sesame");
        Process process = builder.start();
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            String line = out.readLine();
            assertThat(line)
                    .as(Files.readString(errors))
                    .matches("serving keyspace '" + store.keyspace()
                            + "' on http://127\\.0\\.0\\.1:[0-9]+/, with the page at /");
            String address = line.replaceAll(".*(http://[^/]+)/.*", "$1");
            assertThat(status(address + "/v1/jobs/people/keys/7777777", "Bearer open-sesame"))
                    .isEqualTo(200);
            assertThat(status(address + "/v1/jobs/people/keys/7777777", "Bearer other"))
                    .isEqualTo(401);
            assertThat(status(address + "/", "none")).isEqualTo(200);
            planted.demandNoneIn(
                    "the command line", process.info().commandLine().orElse(""));

            process.destroy();

            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as("ended by SIGTERM").isEqualTo(143);
            planted.demandNoneIn("what it says", line + Files.readString(errors));
            assertThat(Files.readString(errors))
                    .isEqualTo("ending: no more requests are taken\nall requests were answered\n");
        } finally {
            process.destroyForcibly();
        }
    }

    private static int status(String url, String authorization) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(url))
                                .header("Authorization", authorization)
                                .build(),
                        HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }
}
