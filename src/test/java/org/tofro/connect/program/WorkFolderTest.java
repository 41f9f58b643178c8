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

    /** Another program on the host, which tidies up and does work of its own. */
    static final class OtherProgram {
        private OtherProgram() {}

        public static void main(String[] arguments) throws Exception {
            WorkFolder.openIn(Path.of(arguments[0])).close();
        }
    }

    /** A system takes a lock away from a process that opens and closes the file once more. */
    @Test
    void aProcessThatHasSeveralKeepsEachFromOtherPrograms() throws Exception {
        try (WorkFolder one = WorkFolder.openIn(base);
                WorkFolder other = WorkFolder.openIn(base)) {
            Files.writeString(one.path().resolve("work"), "x");

            Process program = new ProcessBuilder(
                            System.getProperty("java.home") + "/bin/java",
                            "-cp",
                            System.getProperty("java.class.path"),
                            OtherProgram.class.getName(),
                            base.toString())
                    .inheritIO()
                    .start();

            assertThat(program.waitFor()).isZero();
            assertThat(one.path().resolve("work")).exists();
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
