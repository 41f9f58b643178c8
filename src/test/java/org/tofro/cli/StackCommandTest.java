package org.tofro.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tofro.local.Stack;
import org.tofro.settings.Connection;
import org.tofro.settings.PostgresConnection;
import org.tofro.settings.Secret;
import org.tofro.settings.Settings;
import picocli.CommandLine;

class StackCommandTest {
    @TempDir
    Path checkout;

    private String out = "";
    private String err = "";
    private String runner = "";

    @AfterEach
    void down() {
        if (Files.isDirectory(checkout.resolve(".tofro/stack/ports"))) {
            Stack.down(checkout);
        }
    }

    private int tofro(String... arguments) {
        StringWriter standardOut = new StringWriter();
        StringWriter standardError = new StringWriter();
        int code = new CommandLine(new StackCommand(checkout, this::environment))
                .setOut(new PrintWriter(standardOut))
                .setErr(new PrintWriter(standardError))
                .execute(arguments);
        out = standardOut.toString();
        err = standardError.toString();
        return code;
    }

    private Settings environment(String name) {
        runner = name;
        Map<String, Connection> connections = Map.of(
                "host_db_1", new PostgresConnection("host_db_1", true, null, "", 0, "", Secret.of(""), 8, Map.of()));
        return new Settings(
                name, Settings.Runner.DIRECT, Map.of(), "file:/s/", "file:/t/", connections, Settings.Limits.DEFAULT);
    }

    @Test
    void upShowsTheServersAndDownStopsThem() {
        assertThat(tofro("status")).isZero();
        assertThat(out).isEqualTo("The stack is down.\n");

        assertThat(tofro("up")).isZero();
        assertThat(runner).isEqualTo("local");
        assertThat(err)
                .containsSubsequence("making the server of host_db_1\n", "started the server of host_db_1 on 127");
        String table = """
                connection  type      address          process  data
                host_db_1   postgres  127\\.0\\.0\\.1:\\d+  +\\d+ +\\.tofro/postgres/host_db_1
                """;
        assertThat(out.replaceAll("process +data", "process  data")).matches(table);

        assertThat(tofro("up", "--runner", "other")).isZero();
        assertThat(runner).isEqualTo("other");
        assertThat(err).isEmpty();
        assertThat(tofro("status")).isZero();
        assertThat(out.replaceAll("process +data", "process  data")).matches(table);

        assertThat(tofro("down")).isZero();
        assertThat(out).isEqualTo("The stack is down.\n");
        assertThat(tofro("down")).isZero();
        assertThat(out).isEqualTo("The stack was not up.\n");
    }

    @Test
    void aFailureIsOneSentenceOnStandardError() throws Exception {
        Files.writeString(checkout.resolve(".tofro"), "");
        assertThat(tofro("up")).isEqualTo(1);
        assertThat(out).isEmpty();
        assertThat(err)
                .isEqualTo("Cannot write the stand-ins' folder in '" + checkout + "': Not a directory ('" + checkout
                        + "/.tofro/stack')\n");
    }

    @Test
    void aCommandIsNeeded() {
        assertThat(tofro()).isEqualTo(2);
        assertThat(err).startsWith("Missing required subcommand\n");
    }
}
