package org.tofro.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OfflineCommandsTest {
    @TempDir
    private Path folder;

    /** Start-up is most of what these commands cost: Beam's and Flink's classes alone would take seconds. */
    @Test
    void validateLoadsNoEngineAndNoDriver() throws IOException, InterruptedException {
        Path log = folder.resolve("classes.txt");
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Process process = new ProcessBuilder(
                        java.toString(),
                        "-Xlog:class+load:file=" + log,
                        "-cp",
                        System.getProperty("java.class.path"),
                        "org.tofro.cli.Main",
                        "validate",
                        "pipelines/instructors.yaml")
                .redirectErrorStream(true)
                .start();
        String printed = new String(process.getInputStream().readAllBytes());

        assertThat(process.waitFor()).isZero();
        assertThat(printed).isEqualToNormalizingNewlines("pipelines/instructors.yaml: instructors, 3 steps\n");
        List<String> classes = Files.readAllLines(log).stream()
                .map(line -> line.replaceFirst("^(\\[[^]]*])+ *", ""))
                .toList();
        assertThat(classes).anyMatch(name -> name.startsWith("org.tofro.pipeline.PipelineReader "));
        assertThat(classes)
                .noneMatch(
                        name -> name.matches("(org\\.apache\\.(flink|beam\\.runners)|org\\.postgresql|com\\.amazon\\."
                                + "|software\\.amazon|org\\.tofro\\.local\\.\\w*StandIn).*"));
        // The compiler's checks of a step's expand() load what a transform inherits, and no more.
        assertThat(classes.stream().filter(name -> name.startsWith("org.apache.beam.")))
                .hasSizeLessThan(20);
    }

    @Test
    void validateChecksManyFiles() {
        CommandRun run = CommandRun.of(
                new ValidateCommand(),
                "instructors.yaml",
                "test-data/plans/ancestor.yaml",
                "test-data/plans/merged.yaml",
                "--runner",
                "flink-local");

        assertThat(run.err())
                .isEqualTo("test-data/plans/merged.yaml:13:9: the step 'load-into-staging-table-1' writes"
                        + " staging.courses at redshift, and so does 'load' in test-data/plans/ancestor.yaml:17:9;"
                        + " a table has one pipeline that writes it\n"
                        + "  - type: load-into-staging-table\n"
                        + "          ^\n");
        assertThat(run.exitCode()).isEqualTo(2);
    }

    @Test
    void aWrongArgumentIsInvalid() {
        CommandRun run = CommandRun.of(new PlanCommand(), "instructors.yaml", "--date", "12:30");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).startsWith("Invalid value for option '--date'");
    }

    @Test
    void aVariableReachesThePlan() throws IOException {
        Path pipeline = folder.resolve("copy.yaml");
        Files.writeString(pipeline, """
                variables: {schema: staging, prefix: x}
                steps:
                - type: extract-from-rds
                  connection: host_db_1
                  database: ${var:database}
                  table: ${var:prefix}_${date:yyyyMMdd}
                """);
        CommandRun run = CommandRun.of(
                new PlanCommand(),
                pipeline.toString(),
                "--var",
                "database=master",
                "--var",
                "prefix=courses",
                "--date",
                "2026-11-23");

        assertThat(run.err()).isEmpty();
        assertThat(run.out()).contains("  reads courses_20261123 of the database master at host_db_1\n");
    }
}
