package org.tofro.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.tofro.settings.Settings;

/** Places for runs among processes that do nothing else, so that there can be many. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class HostPlacesTest {
    private static final int PROCESSES = 20;

    @TempDir
    private Path folder;

    private final List<Process> started = new ArrayList<>();

    private Process start(String name, int places, int seconds) throws IOException {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xmx64m",
                "org.tofro.run.PlaceTaker",
                folder.resolve("places").toString(),
                Integer.toString(places),
                Integer.toString(seconds),
                name,
                log().toString(),
                folder.resolve("go").toString());
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        builder.redirectErrorStream(true).redirectOutput(said(name).toFile());
        Process process = builder.start();
        started.add(process);
        return process;
    }

    private Path said(String name) {
        return folder.resolve(name + ".said");
    }

    private Path log() {
        return folder.resolve("log.txt");
    }

    private void awaitWord(String name) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!Files.readString(said(name)).contains("\n")) {
            assertThat(System.nanoTime()).as(Files.readString(said(name))).isLessThan(deadline);
            Thread.sleep(10);
        }
    }

    @Tag("slow")
    @Test
    void twentyProcessesHaveTwoPlaces() throws Exception {
        try {
            for (int i = 0; i < PROCESSES; i++) {
                start("p" + i, 2, 120);
                // One after the other, so that it is known in which order they came.
                awaitWord("p" + i);
            }
            Files.createFile(folder.resolve("go"));
            for (int i = 0; i < PROCESSES; i++) {
                assertThat(started.get(i).waitFor(120, TimeUnit.SECONDS)).isTrue();
                assertThat(started.get(i).exitValue())
                        .as(Files.readString(said("p" + i)))
                        .isZero();
            }
        } finally {
            started.forEach(Process::destroyForcibly);
        }
        int atWork = 0;
        int most = 0;
        List<String> begun = new ArrayList<>();
        for (String line : Files.readAllLines(log())) {
            boolean begins = line.endsWith(" begins");
            atWork += begins ? 1 : -1;
            most = Math.max(most, atWork);
            if (begins) {
                begun.add(line.split(" ")[0]);
            }
        }
        assertThat(begun).hasSize(PROCESSES);
        assertThat(most).isEqualTo(2);
        for (int i = 0; i < PROCESSES; i++) {
            assertThat(Math.abs(begun.indexOf("p" + i) - i))
                    .as("two that have their places at a time may change their order: " + begun)
                    .isLessThanOrEqualTo(1);
        }
        assertThat(Files.readString(said("p19")))
                .startsWith("waiting for a place: 2 runs are at work on this host (max_runs), and 17 wait before\n");
    }

    /** A process loses the lock of a file when it closes any channel of it, also one that it has opened for a look. */
    @Test
    void launchesOfOneProcessDoNotTakeEachOthersPlaces() throws Exception {
        Settings.Limits limits = new Settings.Limits(60, 60, 1, 1, 60);
        EarlyEnd end = new EarlyEnd();
        try (HostPlaces first = HostPlaces.in(folder.resolve("places"), limits, line -> {})) {
            first.take(end);
            CompletableFuture<Void> second = CompletableFuture.runAsync(() -> wait(limits, end));
            CompletableFuture<Void> third = CompletableFuture.runAsync(() -> wait(limits, end));
            // Both have looked for a place, and one at the other's turn.
            assertThat(end.pause(Duration.ofSeconds(1))).isTrue();
            assertThat(second).isNotDone();
            assertThat(third).isNotDone();

            Process other = start("other", 1, 0);
            assertThat(other.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(other.exitValue()).as(Files.readString(said("other"))).isEqualTo(75);
            first.giveBack();
            CompletableFuture.allOf(second, third).get(10, TimeUnit.SECONDS);
        } finally {
            started.forEach(Process::destroyForcibly);
        }
    }

    private void wait(Settings.Limits limits, EarlyEnd end) {
        try (HostPlaces places = HostPlaces.in(folder.resolve("places"), limits, line -> {})) {
            places.take(end);
        } catch (BusyException | InterruptedException e) {
            throw new CompletionException(e);
        }
    }
}
