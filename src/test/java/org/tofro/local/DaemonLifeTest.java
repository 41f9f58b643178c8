package org.tofro.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.tofro.local.Environments.daemon;
import static org.tofro.local.Environments.execute;
import static org.tofro.local.Environments.isAlive;
import static org.tofro.local.Environments.kill;
import static org.tofro.local.Environments.of;
import static org.tofro.local.Environments.query;
import static org.tofro.local.Environments.rds;
import static org.tofro.local.Environments.serve;
import static org.tofro.local.Environments.serverPid;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tofro.settings.Settings;

/** How a daemon begins, ends and takes over; each test has a checkout of its own. */
class DaemonLifeTest {
    @TempDir
    Path checkout;

    private final List<String> progress = Collections.synchronizedList(new ArrayList<>());
    private final Settings one = of(rds("one", null));

    @AfterEach
    void down() {
        if (Files.isDirectory(checkout.resolve(".tofro/stack/ports"))) {
            Stack.down(checkout);
        }
    }

    @Test
    void commandsAtOnceStartOneDaemonAndOneServer() throws Exception {
        ExecutorService commands = Executors.newFixedThreadPool(6);
        List<Callable<Settings>> calls = Collections.nCopies(6, () -> serve(one, checkout, progress));
        List<Settings> served = new ArrayList<>();
        for (Future<Settings> call : commands.invokeAll(calls)) {
            served.add(call.get());
        }
        commands.shutdown();
        assertThat(Set.copyOf(served)).hasSize(1);
        assertThat(progress.stream().filter(line -> line.startsWith("started"))).hasSize(1);
        assertThat(Files.readString(checkout.resolve(".tofro/stack/daemon.log")))
                .containsOnlyOnce(": serving ");
    }

    @Test
    void aKilledDaemonsServersAreAdoptedWithTheirPortsAndRows() throws Exception {
        Settings before = serve(one, checkout, progress);
        execute(rds(before, "one"), "postgres", "CREATE TABLE t AS SELECT 42 AS a");
        long server = serverPid(checkout, "one");
        long daemon = daemon(checkout).pid();
        kill(daemon);
        assertThat(isAlive(server)).isTrue();
        assertThat(Stack.status(checkout)).isEmpty();

        progress.clear();
        Settings after = serve(one, checkout, progress);
        assertThat(progress).containsExactly("adopted the server of one, process " + server);
        assertThat(after).isEqualTo(before);
        assertThat(daemon(checkout).pid()).isNotEqualTo(daemon);
        assertThat(query(rds(after, "one"), "postgres", "SELECT a FROM t")).containsExactly("42");
    }

    @Test
    @Tag("slow")
    void aServerThatWasKilledIsStartedAgainWithWhatWasCommitted() throws Exception {
        Settings before = serve(one, checkout, progress);
        execute(rds(before, "one"), "postgres", "CREATE TABLE t AS SELECT generate_series(1, 10000) AS a");
        long server = serverPid(checkout, "one");
        kill(server);
        Settings after = serve(one, checkout, progress);
        assertThat(after).isEqualTo(before);
        assertThat(serverPid(checkout, "one")).isNotEqualTo(server);
        assertThat(query(rds(after, "one"), "postgres", "SELECT sum(a) FROM t")).containsExactly("50005000");
    }

    @Test
    void downStopsWhatAKilledDaemonLeftAndTouchesNothingElse() throws Exception {
        serve(one, checkout, progress);
        long server = serverPid(checkout, "one");
        kill(daemon(checkout).pid());
        assertThat(Stack.down(checkout)).isTrue();
        assertThat(isAlive(server)).isFalse();
        assertThat(Stack.down(checkout)).isFalse();

        // The number in a file that a killed server left may be somebody else's by now.
        Process stranger = new ProcessBuilder("sleep", "600").start();
        try {
            Path pidFile = checkout.resolve(".tofro/postgres/one/data/postmaster.pid");
            String left = stranger.pid() + "\n" + pidFile.getParent() + "\n0\n15999\n\n127.0.0.1\n0 0\nready\n";
            Files.writeString(pidFile, left);
            assertThat(Stack.down(checkout)).isFalse();
            Files.writeString(pidFile, left);
            serve(one, checkout, progress);
            assertThat(stranger.isAlive()).isTrue();
            assertThat(serverPid(checkout, "one")).isNotEqualTo(stranger.pid());
        } finally {
            stranger.destroy();
        }
    }

    @Test
    void downLeavesNothingRunningAndTheNextStartFindsTheSamePort() throws Exception {
        Settings before = serve(one, checkout, progress);
        long server = serverPid(checkout, "one");
        long daemon = daemon(checkout).pid();
        assertThat(Stack.down(checkout)).isTrue();
        assertThat(isAlive(server)).isFalse();
        assertThat(isAlive(daemon)).isFalse();
        assertThat(checkout.resolve(".tofro/stack/daemon.json")).doesNotExist();

        assertThat(serve(one, checkout, progress)).isEqualTo(before);
        Stack.down(checkout);
        int port = rds(before, "one").port();
        try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"))) {
            assertThat(rds(serve(one, checkout, progress), "one").port()).isNotEqualTo(taken.getLocalPort());
        }
    }

    @Test
    @Tag("slow")
    void aDaemonOfAnotherBuildHandsItsServersOver() throws Exception {
        List<Wire.Wanted> wanted = List.of(new Wire.Wanted("one", Wire.Kind.POSTGRES, null, null, null));
        StackFolder folder = StackFolder.of(checkout);
        new DaemonClient(folder, Environments.OPTIONS, "old", progress::add).serve(wanted);
        long server = serverPid(checkout, "one");
        long daemon = daemon(checkout).pid();
        progress.clear();
        new DaemonClient(folder, Environments.OPTIONS, "new", progress::add).serve(wanted);
        assertThat(progress)
                .containsExactly(
                        "replacing the stack's daemon, which is of another build",
                        "adopted the server of one, process " + server);
        assertThat(isAlive(daemon)).isFalse();
        assertThat(daemon(checkout).build()).isEqualTo("new");
    }

    @Test
    void aDaemonThatNobodyNeedsStopsWithItsServers() throws Exception {
        ProcessBuilder command = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        OneCommand.class.getName(),
                        checkout.toString(),
                        "PT2S")
                .redirectErrorStream(true)
                .redirectOutput(checkout.resolve("command.txt").toFile());
        command.environment().put("CLASSPATH", DaemonProcess.classPath());
        assertThat(command.start().waitFor()).isZero();

        ProcessHandle daemon = ProcessHandle.of(daemon(checkout).pid()).orElseThrow();
        long server = serverPid(checkout, "one");
        assertThat(Subprocess.waitForEnd(daemon, Duration.ofSeconds(20))).isTrue();
        assertThat(isAlive(server)).isFalse();
        assertThat(checkout.resolve(".tofro/stack/daemon.json")).doesNotExist();
        assertThat(Files.readString(checkout.resolve(".tofro/stack/daemon.log")))
                .contains("stopping: not needed for PT2S");
    }

    @Test
    @Tag("slow")
    void aDaemonWhoseFolderWasDeletedStops() throws Exception {
        serve(one, checkout, progress);
        ProcessHandle daemon = ProcessHandle.of(daemon(checkout).pid()).orElseThrow();
        Files.delete(checkout.resolve(".tofro/stack/daemon.json"));
        assertThat(Subprocess.waitForEnd(daemon, Duration.ofSeconds(20))).isTrue();
        assertThat(checkout.resolve(".tofro/postgres/one/data/postmaster.pid")).doesNotExist();
    }

    @Test
    void aDaemonThatCannotStartSaysWhy() throws Exception {
        Files.createDirectories(checkout.resolve(".tofro/stack/password"));
        assertThatThrownBy(() -> serve(one, checkout, progress))
                .isInstanceOf(StackException.class)
                .hasMessage(
                        "The stack's daemon did not start: Cannot keep the stand-ins' password: Is a directory; its log is '"
                                + checkout + "/.tofro/stack/daemon.log'");
    }

    @Test
    void aFolderThatCannotBeMadeIsNamed() throws Exception {
        Files.writeString(checkout.resolve(".tofro"), "");
        assertThatThrownBy(() -> serve(one, checkout, progress))
                .hasMessage("Cannot write the stand-ins' folder in '" + checkout + "': Not a directory ('" + checkout
                        + "/.tofro/stack')");
    }

    @Test
    void dataOfAnotherPostgresIsNotTouched() throws Exception {
        Environments.write(checkout.resolve(".tofro/postgres/one/data/PG_VERSION"), "16\n");
        assertThatThrownBy(() -> serve(one, checkout, progress))
                .hasMessage("The stand-in of 'one' did not start: '" + checkout
                        + "/.tofro/postgres/one/data' was made by PostgreSQL 16, and this is 17; delete '" + checkout
                        + "/.tofro/postgres/one' to have it made anew; its log is '" + checkout
                        + "/.tofro/postgres/one/server.log'");
    }

    @Test
    @Tag("slow")
    void aServerThatDoesNotStartSaysWhy() throws Exception {
        serve(one, checkout, progress);
        Stack.down(checkout);
        Path settings = checkout.resolve(".tofro/postgres/one/data/postgresql.auto.conf");
        Files.writeString(settings, "shared_preload_libraries = 'nonsense'\n");
        assertThatThrownBy(() -> serve(one, checkout, progress))
                .hasMessage("The stand-in of 'one' did not start: could not access file \"nonsense\": No such file or"
                        + " directory; its log is '" + checkout + "/.tofro/postgres/one/server.log'");
    }
}
