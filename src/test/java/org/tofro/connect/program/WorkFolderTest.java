package org.tofro.connect.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkFolderTest {
    @TempDir
    Path base;

    private List<String> folders() throws Exception {
        try (Stream<Path> all = Files.list(base)) {
            return all.map(path -> path.getFileName().toString()).toList();
        }
    }

    @Test
    void nothingStaysOfAFolderThatIsClosed() throws Exception {
        try (WorkFolder work = WorkFolder.openIn(base)) {
            Path locked = work.make("a/b");
            Files.writeString(locked.resolve("x"), "x");
            locked.toFile().setWritable(false);
            assertThat(folders()).hasSize(1);
        }

        assertThat(folders()).isEmpty();
    }

    @Test
    void aFolderAtWorkIsLeftAlone() throws Exception {
        try (WorkFolder one = WorkFolder.openIn(base);
                WorkFolder other = WorkFolder.openIn(base)) {
            assertThat(one.path()).isDirectory();
            assertThat(other.path()).isDirectory();
        }
    }

    @Test
    void whatAKilledProcessLeftIsRemovedAndItsProgramEnded() throws Exception {
        Path left = Files.createDirectories(base.resolve("left/input1"));
        Files.writeString(left.resolve("part-00000.tsv"), "1\n");
        Files.createFile(base.resolve("left/.lock"));
        Process orphan = new ProcessBuilder("sh", "-c", "sleep 300; true").start();
        Files.writeString(
                base.resolve("left/.process"),
                orphan.pid() + " "
                        + orphan.info()
                                .startInstant()
                                .map(Instant::toEpochMilli)
                                .orElseThrow());

        try (WorkFolder work = WorkFolder.openIn(base)) {
            assertThat(folders()).containsExactly(work.path().getFileName().toString());
        }
        assertThat(orphan.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void anotherProcessThatGotTheNumberOfThatProgramIsNotEnded() throws Exception {
        Files.createDirectories(base.resolve("left"));
        Files.createFile(base.resolve("left/.lock"));
        Process other = new ProcessBuilder("sleep", "300").start();
        Files.writeString(base.resolve("left/.process"), other.pid() + " 12345");

        try (WorkFolder work = WorkFolder.openIn(base)) {
            assertThat(folders()).containsExactly(work.path().getFileName().toString());
            assertThat(other.isAlive()).isTrue();
        } finally {
            other.destroyForcibly();
        }
    }
}
