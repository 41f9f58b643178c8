package org.tofro.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Folders of this machine in place of S3: an extract stages into one, the run is kept in another. */
@ExtendWith(TestCheckout.EndToEnd.class)
final class FolderAreasTest {
    @Test
    void anExtractStagesIntoAFolderAndItsRunIsKeptInAnother(Scene scene, @TempDir Path folder) throws Exception {
        scene.source("CREATE TABLE words AS SELECT i AS id, 'word ' || i AS word FROM generate_series(1, 50) i");
        String pipeline = scene.file("extract.yaml", """
                name: NAME
                steps:
                - {type: extract-from-rds, name: extract, connection: host_db_1, database: NAME, table: words}
                """);
        String runner = scene.runner(
                "folders.yaml",
                "s3://tofro-staging/",
                "file:" + folder.resolve("staging"),
                "s3://tofro-state/",
                "file:" + folder.resolve("state"));

        Scene.Answer answer = Scene.tofro("run", pipeline, "--runner", runner);

        assertThat(answer.code()).as(answer.toString()).isZero();
        Path run = folder.resolve("state/runs").resolve(answer.run());
        assertThat(answer.out()).contains("report: file://" + run.resolve("report.json"));
        assertThat(run.resolve("report.json")).content().contains("\"rowsOut\" : 50");
        assertThat(files(folder.resolve("staging"))).anyMatch(name -> name.endsWith(".csv.zst"));

        Scene.Answer resumed = Scene.tofro("resume", answer.run(), "--runner", runner);
        assertThat(resumed.code()).as(resumed.toString()).isZero();
    }

    private static List<String> files(Path folder) throws Exception {
        try (Stream<Path> walk = Files.walk(folder)) {
            return walk.map(Path::toString).toList();
        }
    }
}
