package org.tofro.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The lines in a crontab that is kept by a program of the test's own. */
class ScheduleCommandTest {
    private static final String MINE = "MAILTO=ops@example.org\n0 1 * * *\tbackup\n";

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeEach
    void makeThePrograms() throws IOException {
        program("crontab", """
                #!/bin/sh
                # Keeps a crontab as the machine's program does.
                kept=$(dirname "$0")/kept
                case $1 in
                    -l) if [ -f "$kept" ]; then cat "$kept"; else echo "no crontab for me" >&2; exit 1; fi ;;
                    -) echo x >>"$kept.writes"; cat >"$kept" ;;
                    *) exit 2 ;;
                esac
                """);
        program("broken", """
                #!/bin/sh
                echo "crontab: the spool is full" >&2
                exit 1
                """);
        Files.writeString(folder.resolve("orders.yaml"), """
                schedule: {cron: 30 6 * * mon-fri, time_zone: Europe/Berlin}
                steps:
                - {type: extract-from-rds, connection: host_db_1, database: master, table: orders}
                """);
        Files.writeString(folder.resolve("hourly.yaml"), """
                schedule: {cron: 5 * * * *, catch_up: none}
                steps:
                - {type: extract-from-rds, connection: host_db_1, database: master, table: "orders_${date:yyyyMMdd}"}
                """);
        Files.writeString(folder.resolve("by-hand.yaml"), """
                steps:
                - {type: extract-from-rds, connection: host_db_1, database: master, table: orders}
                """);
    }

    private void program(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.writeString(file, text);
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    private int schedule(String program, String... arguments) {
        out.reset();
        err.reset();
        CommandLine line = new CommandLine(new ScheduleCommand(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new Crontab(folder.resolve(program).toString()),
                ZoneId.of("UTC"),
                Clock.fixed(Instant.parse("2026-11-24T12:00:00Z"), ZoneOffset.UTC)));
        line.setExecutionExceptionHandler((e, command, parsed) -> {
            err.writeBytes((e.getMessage() + "\n").getBytes(StandardCharsets.UTF_8));
            return e instanceof InvalidInputException ? 2 : 1;
        });
        return line.execute(arguments);
    }

    private String said() {
        return out.toString(StandardCharsets.UTF_8) + err.toString(StandardCharsets.UTF_8);
    }

    private String file(String name) {
        return folder.resolve(name).toString();
    }

    private String kept() throws IOException {
        return Files.readString(folder.resolve("kept"));
    }

    @Test
    void printsALineForEachTimeAndOneForTheStartOfTheMachine() {
        assertThat(schedule("crontab", "print", file("orders.yaml"), file("hourly.yaml"), "--log-folder", "/logs"))
                .as(said())
                .isZero();

        String call = " cd " + Checkout.folder() + " && mkdir -p /logs && export ";
        assertThat(said().lines().map(line -> line.replaceFirst("export .* && scripts", "export ... && scripts")))
                .containsExactly(
                        "# begin tofro schedule of " + Checkout.folder()
                                + ", runner local: made by `tofro schedule install`, which replaces it",
                        "# hourly: 5 * * * *",
                        "5 * * * *" + call + "... && scripts/tofro run " + file("hourly.yaml")
                                + " --runner local --scheduled >>/logs/hourly-$(date +\\%Y-\\%m).log 2>&1",
                        "# orders: 30 6 * * mon-fri Europe/Berlin",
                        "30 4,5 * * *" + call + "... && scripts/tofro run " + file("orders.yaml")
                                + " --runner local --scheduled >>/logs/orders-$(date +\\%Y-\\%m).log 2>&1",
                        "@reboot" + call + "... && scripts/tofro run " + file("orders.yaml")
                                + " --runner local --scheduled >>/logs/orders-$(date +\\%Y-\\%m).log 2>&1",
                        "# end tofro schedule of " + Checkout.folder() + ", runner local");
        assertThat(folder.resolve("kept")).doesNotExist();
    }

    /** A sleeping shell costs less than a program that waits; every pipeline has a moment of its own, always the same. */
    @Test
    void jitterDelaysEachPipelineByATimeOfItsOwn() throws IOException {
        for (String name : List.of("one", "two")) {
            Files.writeString(folder.resolve(name + ".yaml"), """
                    schedule: {cron: 30 6 * * *, jitter: 10 minutes}
                    steps:
                    - {type: extract-from-rds, connection: host_db_1, database: master, table: orders}
                    """);
        }
        assertThat(schedule("crontab", "print", file("one.yaml"), file("two.yaml")))
                .as(said())
                .isZero();
        String first = said();
        assertThat(first)
                .contains("# one: 30 6 * * *, 185 seconds later by its jitter\n30 6 * * * sleep 185 && cd ")
                .contains("\n@reboot sleep 185 && cd ")
                .contains("# two: 30 6 * * *, 174 seconds later by its jitter\n30 6 * * * sleep 174 && cd ");
        schedule("crontab", "print", file("two.yaml"), file("one.yaml"));
        assertThat(said()).isEqualTo(first);
    }

    @Test
    void installsAndRemovesItsOwnLinesOnly() throws IOException {
        Files.writeString(folder.resolve("kept"), MINE);

        assertThat(schedule("crontab", "install", file("orders.yaml")))
                .as(said())
                .isZero();
        assertThat(said()).isEqualTo("The crontab has 3 lines of this checkout.\n");
        String installed = kept();
        assertThat(installed).startsWith(MINE + "# begin tofro ").contains("\n30 4,5 * * * cd ");

        assertThat(schedule("crontab", "install", file("orders.yaml"))).isZero();
        assertThat(said()).isEqualTo("The crontab has these lines already.\n");
        assertThat(kept()).isEqualTo(installed);
        assertThat(Files.readAllLines(folder.resolve("kept.writes"))).hasSize(1);

        assertThat(schedule("crontab", "install", file("hourly.yaml"))).isZero();
        assertThat(kept()).startsWith(MINE).contains("\n5 * * * * cd ").doesNotContain("orders.yaml");

        assertThat(schedule("crontab", "remove", "--runner", "flink-local")).isZero();
        assertThat(said()).isEqualTo("The crontab has no lines of this checkout.\n");
        assertThat(schedule("crontab", "remove")).isZero();
        assertThat(said()).isEqualTo("The crontab has no lines of this checkout any more.\n");
        assertThat(kept()).isEqualTo(MINE);
    }

    @Test
    void whoHasNoCrontabGetsOne() throws IOException {
        assertThat(schedule("crontab", "install", file("hourly.yaml"), "--env-file", file("secrets.env")))
                .as(said())
                .isZero();
        assertThat(kept())
                .startsWith("# begin tofro ")
                .contains(" && set -a && . " + file("secrets.env") + " && set +a && scripts/tofro run ");
    }

    @Test
    void withoutTheProgramItSaysHowToGoOn() {
        assertThat(schedule("missing", "install", file("orders.yaml"))).isEqualTo(1);
        assertThat(said())
                .isEqualTo("there is no program '" + folder.resolve("missing")
                        + "' on this machine, so no schedule can be installed; `tofro schedule print` prints the lines"
                        + " for another scheduler\n");
        assertThat(schedule("broken", "install", file("orders.yaml"))).isEqualTo(1);
        assertThat(said())
                .isEqualTo("`" + folder.resolve("broken")
                        + " -l` failed: crontab: the spool is full; the crontab was left as it was\n");
    }

    @Test
    void aPipelineThatCronCannotRunIsRefused() throws IOException {
        assertThat(schedule("crontab", "install", file("by-hand.yaml"))).isEqualTo(2);
        assertThat(said())
                .isEqualTo(file("by-hand.yaml") + " has no 'schedule', so cron cannot run it; one looks like"
                        + " `schedule: \"30 6 * * *\"`\n");
        Files.writeString(folder.resolve("wrong.yaml"), "schedule: 30 6 * *\nsteps: []\n");
        assertThat(schedule("crontab", "install", file("wrong.yaml"))).isEqualTo(2);
        assertThat(said()).contains("wrong.yaml:1:11: '30 6 * *' has 4 fields;");
        assertThat(folder.resolve("kept")).doesNotExist();
    }

    /** What cron does with a line: it takes backslashes before percent signs away, and hands it to the shell. */
    @Test
    void aLineRunsTheProgramInTheCheckoutWithItsEnvironmentAndLog() throws Exception {
        Path checkout =
                Files.createDirectories(folder.resolve("it's here/scripts")).getParent();
        Files.writeString(
                checkout.resolve("scripts/tofro"),
                "#!/bin/sh\necho \"$PWD|$*|$GREETING|$SECRET\"\necho trouble >&2\nexit 20\n");
        assertThat(checkout.resolve("scripts/tofro").toFile().setExecutable(true))
                .isTrue();
        Files.writeString(folder.resolve("secrets"), "SECRET='100% so'\n");
        CrontabLine line = new CrontabLine(
                "run",
                checkout,
                "orders",
                checkout.resolve("pipelines/orders.yaml"),
                "prod",
                checkout.resolve("logs"),
                Map.of("GREETING", "50% 'off'"),
                folder.resolve("secrets"),
                Duration.ZERO);
        String command = line.at("@reboot").substring("@reboot ".length()).replace("\\%", "%");

        Process shell = new ProcessBuilder("/bin/sh", "-c", command).start();

        assertThat(new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEmpty();
        assertThat(new String(shell.getErrorStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEmpty();
        assertThat(shell.waitFor()).isEqualTo(20);
        try (var logs = Files.list(checkout.resolve("logs"))) {
            Path log = logs.findFirst().orElseThrow();
            assertThat(log.getFileName().toString()).matches("orders-\\d{4}-\\d{2}\\.log");
            assertThat(Files.readString(log))
                    .isEqualTo(checkout.toRealPath()
                            + "|run pipelines/orders.yaml --runner prod --scheduled|50% 'off'|100%" + " so\ntrouble\n");
        }
    }

    @Test
    void submitsWhatIsLaunchedOnACluster() throws IOException {
        Path runner = folder.resolve("application.yaml");
        Files.writeString(
                runner,
                Files.readString(Path.of("runners/local.yaml"))
                        .replace("runner: direct", """
                        runner: flink
                        flink: {application: true}
                        """)
                        .replaceFirst("(?m)^beam: .*", ""));

        assertThat(schedule("crontab", "print", "--runner", runner.toString(), file("orders.yaml")))
                .as(said())
                .isZero();

        assertThat(said())
                .contains(" && scripts/tofro submit ")
                .contains(" --runner " + runner + " --scheduled >>")
                .doesNotContain("scripts/tofro run ");
    }
}
