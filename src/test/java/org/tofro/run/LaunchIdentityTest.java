package org.tofro.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whether a holder is a process that lives, by real processes of this host. */
@Timeout(60)
class LaunchIdentityTest {
    private static final LaunchIdentity HERE = LaunchIdentity.ofThisProcess();

    @TempDir
    private Path folder;

    /** A process that says who it is, and waits until it is told to end. */
    public static final class Holder {
        private Holder() {}

        public static void main(String[] arguments) throws Exception {
            System.out.println(LaunchIdentity.ofThisProcess().holder());
            System.in.read();
        }
    }

    @BeforeEach
    void demandLinux() {
        assumeTrue(Files.exists(Path.of("/proc/self/stat")), "the kernel does not tell of processes");
    }

    /** The JDK takes the starts of processes from the moment of the boot, which moves when the clock is stepped. */
    @Test
    void aStepOfTheClockKillsNobody() throws Exception {
        Path stepped = folder.resolve("stat");
        Files.writeString(
                stepped,
                Files.readString(Path.of("/proc/stat")).lines().map(LaunchIdentityTest::stepped).toList().stream()
                        .reduce("", (all, line) -> all + line + "\n"));
        Process process = new ProcessBuilder(
                        "unshare",
                        "-m",
                        "sh",
                        "-c",
                        "mount --bind '" + stepped + "' /proc/stat && exec \"$@\"",
                        "sh",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Holder.class.getName())
                .redirectError(folder.resolve("err").toFile())
                .start();
        try {
            String holder = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))
                    .readLine();
            assumeTrue(holder != null, "a mount namespace is not to be had here");

            assertThat(holder).startsWith(HERE.host() + " " + HERE.boot() + " " + process.pid() + " ");
            assertThat(HERE.knowsDead(holder)).as(holder).isFalse();
            end(process);
            assertThat(HERE.knowsDead(holder)).as(holder).isTrue();
        } finally {
            process.destroyForcibly();
        }
    }

    private static String stepped(String line) {
        return line.startsWith("btime ") ? "btime " + (Long.parseLong(line.substring(6)) + 3_600) : line;
    }

    @Test
    void theStartOfAProcessIsReadWhateverItsName() throws Exception {
        Path named = folder.resolve("a) R 1 (b 2");
        Files.copy(Path.of("/bin/sleep"), named);
        assertThat(named.toFile().setExecutable(true)).isTrue();
        Process process = new ProcessBuilder(named.toString(), "60").start();
        try {
            LaunchIdentity identity = LaunchIdentity.of(process.toHandle());

            assertThat(Files.readString(Path.of("/proc/" + process.pid() + "/stat")))
                    .contains(" (a) R 1 (b 2) ");
            assertThat(identity.processStartedAt())
                    .isBetween(HERE.processStartedAt(), HERE.processStartedAt() + TimeUnit.HOURS.toSeconds(10) * 100);
            assertThat(HERE.knowsDead(identity.holder())).isFalse();
            assertThat(HERE.knowsDead(holder(HERE.boot(), process.pid(), identity.processStartedAt() - 1)))
                    .as("another process that had its number")
                    .isTrue();
            end(process);
            assertThat(HERE.knowsDead(identity.holder())).isTrue();
        } finally {
            process.destroyForcibly();
        }
    }

    /** They stand in leases and notes of launches that a version before has begun. */
    @Test
    void holdersOfOlderVersionsAreUnderstood() {
        String boot = HERE.boot().replaceFirst("/ticks$", "");
        long startedAt =
                ProcessHandle.current().info().startInstant().orElseThrow().toEpochMilli();
        assertThat(boot).isNotEqualTo(HERE.boot());

        assertThat(HERE.knowsDead(holder(boot, HERE.process(), startedAt))).isFalse();
        assertThat(HERE.knowsDead(holder(boot, HERE.process(), startedAt - 60_000)))
                .isTrue();
        assertThat(HERE.knowsDead(holder(boot, 4_194_305, startedAt))).isTrue();
        assertThat(LaunchIdentity.describe(holder(boot, 17, startedAt))).isEqualTo("process 17 on " + HERE.host());
    }

    @Test
    void ofAnotherHostBootOrContainerNothingIsKnown() {
        for (String holder : List.of(
                "elsewhere " + HERE.boot() + " 4194305 0 launch",
                HERE.host() + " another-boot/pid:[1]/ticks 4194305 0 launch",
                "someone",
                "")) {
            assertThat(HERE.knowsDead(holder)).as(holder).isFalse();
        }
    }

    private static String holder(String boot, long process, long startedAt) {
        return new LaunchIdentity(HERE.host(), boot, process, startedAt, "launch").holder();
    }

    private static void end(Process process) throws InterruptedException {
        process.destroyForcibly();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }
}
