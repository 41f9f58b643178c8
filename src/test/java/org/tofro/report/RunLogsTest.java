package org.tofro.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Logs of runs, from the lines to the state area and back. */
class RunLogsTest {
    private static final Instant AT = Instant.parse("2026-11-23T06:30:05.120Z");

    @TempDir
    private Path folder;

    private ReportStore store = new ReportStore("");

    @BeforeEach
    void open() {
        FileSystems.setDefaultPipelineOptions(PipelineOptionsFactory.create());
        store = new ReportStore(folder.toUri().toString());
    }

    private static LogLine line(String step, String text) {
        return new LogLine(AT, LogLine.Level.WARN, step, text);
    }

    private void request(String run) throws IOException {
        store.writeRequest(new RunRequest(
                run, "p", "p.yaml", "", "", "local", AT, AT.plusSeconds(60), null, Map.of(), false, null, AT));
    }

    @Test
    void aLineIsReadAsItWasWritten() {
        LogLine several = line("train[rate=0.1]", "it said:\n  Traceback\n\nlast");

        assertThat(line(null, "[x] no step").written()).isEqualTo("2026-11-23T06:30:05.120Z WARN  - [x] no step");
        assertThat(several.written())
                .isEqualTo(
                        "2026-11-23T06:30:05.120Z WARN  [train[rate=0.1]] it said:\n      Traceback\n    \n    last");
        assertThat(LogLine.read(
                        several.written() + "\n" + line(null, "[x] no step").written() + "\nforeign\n"))
                .containsExactly(several, line(null, "[x] no step"));
    }

    @Test
    void aLongLogKeepsItsBeginningAndItsEnd() throws IOException {
        LogText text = new LogText(200, 200);
        for (int i = 0; i < 100; i++) {
            text.add(line(null, "line " + i));
        }
        RunLogs logs = new RunLogs(store);
        logs.write("p-1", "one", text.text());

        RunLogs.Kept kept = logs.read(logs.of("p-1").get(0)).orElseThrow();

        assertThat(kept.lines()).hasSizeBetween(6, 10);
        assertThat(kept.lines().get(0).text()).isEqualTo("line 0");
        for (int i = 0; i < kept.lines().size(); i++) {
            assertThat(kept.lines().get(i).text()).isEqualTo("line " + kept.number(i));
        }
        assertThat(kept.lines().get(kept.lines().size() - 1).text()).isEqualTo("line 99");
    }

    @Test
    void aLogIsKeptOfARunThatIsKnownAndWithoutWhatNobodyMaySee() throws IOException {
        try (RunLog unknown = new RunLog(() -> store, "p-2", text -> text)) {
            unknown.add(LogLine.Level.INFO, null, "busy");
        }
        request("p-3");
        try (RunLog log = new RunLog(() -> store, "p-3", text -> text.replace("hunter22", "***"))) {
            log.add(LogLine.Level.ERROR, "load", "no access by hunter22");
            log.add(LogLine.Level.INFO, null, " ");
        }

        RunLogs logs = new RunLogs(store);
        assertThat(logs.of("p-2")).isEmpty();
        assertThat(logs.of("p-3")).hasSize(1);
        assertThat(logs.read(logs.of("p-3").get(0)).orElseThrow().lines())
                .singleElement()
                .satisfies(line -> {
                    assertThat(line.text()).isEqualTo("no access by ***");
                    assertThat(line.step()).isEqualTo("load");
                    assertThat(line.level()).isEqualTo(LogLine.Level.ERROR);
                });
    }

    @Test
    void aStateAreaThatFailsHoldsNobodyUp() throws IOException {
        request("p-4");
        long began = System.nanoTime();
        RunLog log = new RunLog(
                () -> {
                    throw new IllegalStateException("no area");
                },
                "p-4",
                text -> text);
        log.add(LogLine.Level.INFO, null, "x");
        log.close();
        log.close();
        assertThat(System.nanoTime() - began).isLessThan(5_000_000_000L);
    }
}
