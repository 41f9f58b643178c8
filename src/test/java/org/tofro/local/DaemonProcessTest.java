package org.tofro.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DaemonProcessTest {
    @TempDir
    Path folder;

    @Test
    void aDetachedProcessIsInAGroupOfItsOwnWithAndWithoutSetsid() throws Exception {
        Path setsid = DaemonProcess.onPath("setsid");
        for (List<String> command : List.of(
                DaemonProcess.detached(List.of("sh", "-c", "ps -o pgid= -p $$; echo $1", "sh", "a b"), setsid),
                DaemonProcess.detached(List.of("sh", "-c", "ps -o pgid= -p $$; echo $1", "sh", "a b"), null))) {
            Subprocess ended = Subprocess.run(command, folder, Duration.ofSeconds(10));
            assertThat(ended.exitCode()).isZero();
            List<String> lines = ended.output().lines().map(String::strip).toList();
            assertThat(lines.get(0)).matches("\\d+").isNotEqualTo(ownGroup());
            assertThat(lines.get(1)).isEqualTo("a b");
        }
    }

    private static String ownGroup() throws Exception {
        String pid = Long.toString(ProcessHandle.current().pid());
        return Subprocess.run(List.of("ps", "-o", "pgid=", "-p", pid), Path.of("/"), Duration.ofSeconds(10))
                .output()
                .strip();
    }

    @Test
    void theClassPathHasThisProgramAndNoWildGoose() {
        List<String> entries = List.of(DaemonProcess.classPath().split(File.pathSeparator));
        assertThat(entries).anyMatch(entry -> entry.endsWith("target/classes") || entry.endsWith("target/classes/"));
        assertThat(entries).anyMatch(entry -> entry.contains("s3proxy"));
        assertThat(entries).allMatch(entry -> Files.exists(Path.of(entry)));
    }
}
