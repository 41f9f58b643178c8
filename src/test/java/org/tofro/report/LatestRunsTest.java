package org.tofro.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tofro.report.RunEntry.Result;

/** The small files with the latest runs of each pipeline, beside the index in a local folder. */
class LatestRunsTest {
    private static final Instant DAY = Instant.parse("2026-11-01T00:00:00Z");

    @TempDir
    private Path folder;

    private RunIndex index = new RunIndex(new ReportStore(""));
    private LatestRuns latest = new LatestRuns(new ReportStore(""));

    @BeforeEach
    void open() {
        FileSystems.setDefaultPipelineOptions(PipelineOptionsFactory.create());
        ReportStore store = new ReportStore(folder.toUri().toString());
        index = new RunIndex(store);
        latest = new LatestRuns(store);
    }

    private static RunEntry entry(int day, Result result, boolean trial, int seconds) {
        Instant start = DAY.plus(day, ChronoUnit.DAYS);
        Instant started = start.plus(30, ChronoUnit.HOURS);
        return new RunEntry(
                "orders",
                "orders-" + day,
                start,
                start.plus(1, ChronoUnit.DAYS),
                result,
                started,
                result == Result.RUNNING ? null : started.plusSeconds(seconds),
                "local",
                7,
                null,
                null,
                trial,
                false,
                null,
                null);
    }

    @Test
    void theLastSuccessStaysHoweverManyRunsHaveFailedSince() throws IOException {
        RunEntry good = entry(0, Result.SUCCEEDED, false, 60);
        index.write(good);
        for (int day = 1; day <= PipelineRuns.MOST + 5; day++) {
            index.write(entry(day, Result.RUNNING, false, 0));
            index.write(entry(day, Result.FAILED, false, 10));
        }
        index.write(entry(40, Result.SUCCEEDED, true, 10));

        PipelineRuns runs = latest.of("orders");

        assertThat(runs.lastSuccess()).isEqualTo(good);
        assertThat(runs.runs()).hasSize(PipelineRuns.MOST).allMatch(run -> run.result() == Result.FAILED);
        assertThat(runs.last()).contains(entry(PipelineRuns.MOST + 5, Result.FAILED, false, 10));
        assertThat(runs.known()).hasSize(PipelineRuns.MOST + 1).first().isEqualTo(good);
        assertThat(latest.all()).containsExactly(runs);
    }

    @Test
    void aSuccessThatIsRunAgainAndFailsIsNoneAnyMore() throws IOException {
        index.write(entry(1, Result.SUCCEEDED, false, 60));
        index.write(entry(2, Result.SUCCEEDED, false, 60));
        index.write(entry(2, Result.FAILED, false, 70));

        assertThat(latest.of("orders").lastSuccess()).isEqualTo(entry(1, Result.SUCCEEDED, false, 60));
    }

    @Test
    void theMedianIsOfRunsThatSucceeded() throws IOException {
        assertThat(latest.of("orders").medianDuration()).isEmpty();
        index.write(entry(1, Result.SUCCEEDED, false, 60));
        index.write(entry(2, Result.SUCCEEDED, false, 3_000));
        index.write(entry(3, Result.SUCCEEDED, false, 80));
        index.write(entry(4, Result.FAILED, false, 1));

        assertThat(latest.of("orders").medianDuration()).contains(Duration.ofSeconds(80));
    }

    @Test
    void whatIsMissingOrBrokenIsMadeFromTheIndex() throws IOException {
        index.write(entry(1, Result.SUCCEEDED, false, 60));
        PipelineRuns before = latest.of("orders");
        assertThat(latest.pipelines()).containsExactly("orders");
        Path file = folder.resolve("latest/orders.json");

        Files.delete(file);
        Files.delete(folder.resolve("latest-of-all"));
        assertThat(latest.pipelines()).containsExactly("orders");
        assertThat(latest.of("orders")).isEqualTo(before);
        assertThat(file).exists();

        Files.writeString(file, "{");
        index.write(entry(2, Result.RUNNING, false, 0));
        assertThat(latest.of("orders").runs())
                .containsExactly(entry(1, Result.SUCCEEDED, false, 60), entry(2, Result.RUNNING, false, 0));
    }
}
