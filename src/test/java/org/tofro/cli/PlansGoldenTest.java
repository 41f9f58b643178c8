package org.tofro.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The plans of the shipped pipelines and of those under {@code test-data/plans}. */
class PlansGoldenTest {
    static List<Path> pipelines() {
        return Stream.of("pipelines", "test-data/plans")
                .flatMap(folder -> GoldenFile.cases(folder).stream())
                .toList();
    }

    @ParameterizedTest
    @MethodSource("pipelines")
    void plan(Path file) throws IOException {
        CommandRun run = CommandRun.of(new PlanCommand(), file.toString(), "--date", "2026-11-23");

        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
        Path expected = GoldenFile.expectedFor(Path.of("test-data/plans").resolve(file.getFileName()));
        GoldenFile.check(expected, run.out());
    }
}
