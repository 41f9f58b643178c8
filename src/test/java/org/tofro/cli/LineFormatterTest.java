package org.tofro.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

class LineFormatterTest {
    private static final ZonedDateTime AT =
            ZonedDateTime.of(LocalDate.of(2026, 11, 23), LocalTime.of(14, 3, 22), ZoneId.systemDefault());

    @Test
    void tofrosOwnLinesStandByThemselves() {
        assertThat(new LineFormatter(false).format(record("org.tofro.run.PipelineRun", Level.INFO, "extract: started")))
                .isEqualTo("14:03:22 INFO  extract: started" + System.lineSeparator());
    }

    @Test
    void aPartsLinesNameItsClass() {
        assertThat(new LineFormatter(false).format(record("org.apache.flink.runtime.JobMaster", Level.WARNING, "late")))
                .isEqualTo("14:03:22 WARN  JobMaster: late" + System.lineSeparator());
    }

    @Test
    void aCauseIsOneSentenceWithoutDebug() {
        LogRecord record = record("org.tofro.run", Level.SEVERE, "cannot load");
        record.setThrown(new IllegalStateException("no such bucket"));

        assertThat(new LineFormatter(false).format(record))
                .isEqualTo("14:03:22 ERROR cannot load: java.lang.IllegalStateException: no such bucket"
                        + System.lineSeparator());
    }

    @Test
    void aCauseIsATraceWithDebug() {
        LogRecord record = record("org.tofro.run", Level.FINE, "cannot load");
        record.setThrown(new IllegalStateException("no such bucket"));

        assertThat(new LineFormatter(true).format(record).lines())
                .startsWith("14:03:22 DEBUG cannot load", "java.lang.IllegalStateException: no such bucket")
                .anyMatch(line -> line.startsWith("\tat org.tofro.cli.LineFormatterTest"));
    }

    private static LogRecord record(String logger, Level level, String message) {
        LogRecord record = new LogRecord(level, message);
        record.setLoggerName(logger);
        record.setInstant(AT.toInstant());
        return record;
    }
}
