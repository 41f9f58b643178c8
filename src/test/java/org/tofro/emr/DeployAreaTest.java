package org.tofro.emr;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is brought and removed by its age, in a folder, whose files can be made old; on S3 it is that of submissions. */
class DeployAreaTest {
    private static final Duration RUNS = Duration.ofDays(90);

    @TempDir
    private Path folder;

    private Path written(String name, Instant at) throws Exception {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "12345");
        return Files.setLastModifiedTime(file, FileTime.from(at));
    }

    @Test
    void aJarIsBroughtOnceButAgainBeforeItMightBeRemoved() throws Exception {
        Instant now = Instant.now();
        Path jar = written("here.jar", now);
        String name = DeployArea.jarName(jar);
        try (DeployArea area = DeployArea.open(folder.toUri().toString(), null)) {
            assertThat(area.bringOnce(name, jar)).isTrue();
            assertThat(area.bringOnce(name, jar)).isFalse();

            Path there = written(name, now.minus(Duration.ofDays(6)));
            assertThat(area.bringOnce(name, jar)).isFalse();
            written(name, now.minus(Duration.ofDays(8)));
            assertThat(area.isThere(name, 5)).isFalse();
            assertThat(area.outlived(Duration.ofDays(1), now).files())
                    .as("a submission that has just looked may need it")
                    .isZero();
            assertThat(there).exists();
        }
    }

    @Test
    void whatIsOldGoesOfSubmissionsAndLogsAndOfNothingElse() throws Exception {
        Instant now = Instant.now();
        Instant old = now.minus(Duration.ofDays(91));
        Path[] go = {
            written("submissions/jars/tofro-1.jar", old),
            written("submissions/orders-1/bundle.zip", old),
            written("submissions/orders-2-resumed-1/end.json", old),
            written("emr-logs/j-1/steps/s-1/stderr.gz", old)
        };
        Path[] stay = {
            written("submissions/jars/tofro-2.jar", now.minus(Duration.ofDays(89))),
            written("submissions/orders-3/bundle.zip", now),
            written("emr-logs/j-1/steps/s-2/stderr.gz", now),
            written("runs/orders-1/report.json", old),
            written("submissions.txt", old)
        };
        try (DeployArea area = DeployArea.open(folder.toUri().toString(), null)) {
            assertThat(area.outlived(RUNS, now)).isEqualTo(new DeployArea.Outlived(4, 20));
            assertThat(go).allSatisfy(file -> assertThat(file).exists());

            assertThat(area.removeOutlived(RUNS, now)).isEqualTo(new DeployArea.Outlived(4, 20));

            assertThat(go).allSatisfy(file -> assertThat(file).doesNotExist());
            assertThat(stay).allSatisfy(file -> assertThat(file).exists());
            assertThat(area.outlived(RUNS, now)).isEqualTo(new DeployArea.Outlived(0, 0));
        }
    }
}
