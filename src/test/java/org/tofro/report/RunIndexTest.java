package org.tofro.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tofro.report.RunEntry.Result;

/** The index of a state area in a local folder; on S3 it is that of every end-to-end test. */
class RunIndexTest {
    private static final Instant DAY = Instant.parse("2026-11-23T00:00:00Z");

    @TempDir
    private Path folder;

    private RunIndex index = new RunIndex(new ReportStore(""));

    @BeforeEach
    void open() {
        FileSystems.setDefaultPipelineOptions(PipelineOptionsFactory.create());
        index = new RunIndex(new ReportStore(folder.toUri().toString()));
    }

    private static RunEntry entry(String pipeline, String run, int day, Result result, boolean trial, int started) {
        Instant start = DAY.plus(day, ChronoUnit.DAYS);
        return new RunEntry(
                pipeline,
                run,
                start,
                start.plus(1, ChronoUnit.DAYS),
                result,
                DAY.plusSeconds(started),
                result == Result.RUNNING ? null : DAY.plusSeconds(started + 5L),
                "local",
                7,
                result == Result.FAILED ? "load" : null,
                result == Result.FAILED ? "no room" : null,
                trial,
                false,
                null,
                null);
    }

    @Test
    void findsRunsByPipelineIntervalAndName() throws IOException {
        RunEntry second = entry("orders", "orders-2", 1, Result.FAILED, false, 200);
        RunEntry first = entry("orders", "orders-1", 0, Result.SUCCEEDED, false, 300);
        RunEntry again = entry("orders", "orders-3", 0, Result.RUNNING, false, 400);
        RunEntry other = entry("orders.eu", "orders.eu-1", 0, Result.SUCCEEDED, false, 100);
        for (RunEntry each : List.of(second, first, again, other)) {
            index.write(each);
        }

        assertThat(index.pipelines()).containsExactly("orders", "orders.eu");
        assertThat(index.runIds()).containsExactly("orders-1", "orders-2", "orders-3", "orders.eu-1");
        assertThat(index.runs("orders")).containsExactly(first, again, second);
        assertThat(index.latestRuns("orders", 2)).containsExactly(again, second);
        assertThat(index.within("orders", DAY, DAY.plusSeconds(1))).containsExactly(first, again);
        assertThat(index.find("orders.eu-1")).containsExactly(other);
        assertThat(index.find("orders")).isEmpty();
        assertThat(index.runs("order")).isEmpty();
    }

    @Test
    void theLatestOfAnIntervalIsTheOneThatWasLaunchedLastAndNoTrial() throws IOException {
        RunEntry failed = entry("orders", "orders-9", 0, Result.FAILED, false, 100);
        RunEntry good = entry("orders", "orders-1", 0, Result.SUCCEEDED, false, 200);
        index.write(failed);
        index.write(good);
        index.write(entry("orders", "orders-5", 0, Result.SUCCEEDED, true, 300));

        assertThat(index.latest("orders", DAY, DAY.plus(1, ChronoUnit.DAYS))).contains(good);
        assertThat(index.latest("orders", DAY, DAY.plus(1, ChronoUnit.HOURS))).isEmpty();
        assertThat(index.latest("orders", DAY.plus(1, ChronoUnit.DAYS), DAY.plus(2, ChronoUnit.DAYS)))
                .isEmpty();
    }

    @Test
    void writingAgainReplaces() throws IOException {
        index.write(entry("orders", "orders-1", 0, Result.RUNNING, false, 100));
        index.write(entry("orders", "orders-1", 0, Result.SUCCEEDED, false, 100));

        assertThat(index.runs("orders")).extracting(RunEntry::result).containsExactly(Result.SUCCEEDED);
    }

    @Test
    void whatIsNoEntryIsPassedOver() throws IOException {
        RunEntry good = entry("orders", "orders-1", 0, Result.SUCCEEDED, false, 100);
        index.write(good);
        Path day = folder.resolve("index/orders/20261123T000000Z");
        Files.writeString(
                day.resolve("half.json"),
                Files.readString(day.resolve("orders-1.json")).substring(0, 90));
        Files.writeString(day.resolve("empty.json"), "");
        Files.writeString(day.resolve("list.json"), "[1, 2]");
        Files.writeString(day.resolve("other.json"), "{\"pipeline\": \"orders\", \"unknown\": 1}");
        Files.copy(day.resolve("orders-1.json"), day.resolve("copy.json"));
        Files.writeString(day.resolve("notes.txt"), "mine");
        Files.createDirectories(folder.resolve("index/orders/yesterday"));
        Files.copy(day.resolve("orders-1.json"), folder.resolve("index/orders/yesterday/orders-1.json"));

        assertThat(index.runs("orders")).containsExactly(good);
        assertThat(index.find("half")).isEmpty();
    }

    @Test
    void anAreaWithoutRunsHasNone() throws IOException {
        assertThat(index.pipelines()).isEmpty();
        assertThat(index.runs("orders")).isEmpty();
        assertThat(index.latest("orders", DAY, DAY.plusSeconds(1))).isEmpty();
        assertThat(index.find("orders-1")).isEmpty();
    }
}
