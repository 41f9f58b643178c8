package org.tofro.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tofro.problem.Problem;
import org.tofro.problem.Problems;
import org.tofro.settings.Housekeeping.Retention;

/** What a runner file says of what its runs leave behind. */
class HousekeepingReaderTest {
    @TempDir
    private Path folder;

    private final Problems problems = new Problems();

    private Housekeeping read(String lines) throws IOException {
        Path file = folder.resolve("prod.yaml");
        Files.writeString(
                file, "runner: direct\nstaging_area: file:/var/x\nstate_area: file:/var/y\nconnections: {}\n" + lines);
        return new SettingsReader(name -> null, new org.tofro.connect.aws.AwsSecretStores(name -> null))
                .read(file, problems)
                .orElseThrow()
                .housekeeping();
    }

    private List<String> messages() {
        return problems.all().stream().map(Problem::message).toList();
    }

    @Test
    void whatIsNotSaidIsTheDefault() throws IOException {
        assertThat(read("")).isEqualTo(Housekeeping.DEFAULT);
        assertThat(read("retention: {failed: 30 days, staged: 36 hours}\nmetrics: {textfile: /var/lib/tofro}\n"))
                .isEqualTo(new Housekeeping(
                        new Retention(Duration.ofDays(90), Duration.ofDays(30), Duration.ofHours(36)),
                        "/var/lib/tofro"));
        assertThat(messages()).isEmpty();
    }

    @Test
    void whatIsWrongIsSaid() throws IOException {
        read("retention: {runs: 3 months, faild: 2 days}\nmetrics: {}\n");
        assertThat(messages())
                .containsExactlyInAnyOrder(
                        "'runs' takes a whole number of days or hours such as '14 days', not '3 months'",
                        "retention has no field 'faild'; did you mean 'failed'?",
                        "metrics needs the field 'textfile'");
    }

    @Test
    void stagedFilesDoNotOutliveTheirRun() throws IOException {
        read("retention: {runs: 10 days}\n");
        assertThat(messages())
                .containsExactly("'retention' keeps staged files for longer than the runs that they belong to; make"
                        + " 'runs' the longest (90 days where it is missing)");
    }
}
