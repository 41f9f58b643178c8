package org.tofro.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.jspecify.annotations.Nullable;

/** One line per record: {@code 14:03:22 WARN  JobMaster: message}; a cause adds its sentence, or its trace to debug. */
final class LineFormatter extends Formatter {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss");

    private final boolean traces;

    LineFormatter(boolean traces) {
        this.traces = traces;
    }

    @Override
    public String format(LogRecord record) {
        String time = TIME.format(record.getInstant().atZone(ZoneId.systemDefault()));
        String line = "%s %-5s ".formatted(time, word(record.getLevel()));
        Throwable thrown = record.getThrown();
        return traces && thrown != null
                ? line + message(record) + System.lineSeparator() + trace(thrown)
                : line + words(record) + System.lineSeparator();
    }

    /** A record without its time and level; a cause adds its sentence. */
    String words(LogRecord record) {
        Throwable thrown = record.getThrown();
        return message(record) + (thrown == null ? "" : ": " + thrown);
    }

    private String message(LogRecord record) {
        return source(record.getLoggerName()) + formatMessage(record);
    }

    /** A level in a word of at most five letters. */
    static String word(Level level) {
        if (level.intValue() >= Level.SEVERE.intValue()) {
            return "ERROR";
        }
        if (level.intValue() >= Level.WARNING.intValue()) {
            return "WARN";
        }
        return level.intValue() >= Level.INFO.intValue() ? "INFO" : "DEBUG";
    }

    /** Tofro's own lines stand by themselves; a part's lines name its class. */
    private static String source(@Nullable String logger) {
        if (logger == null || logger.isEmpty() || logger.startsWith("org.tofro")) {
            return "";
        }
        return logger.substring(logger.lastIndexOf('.') + 1) + ": ";
    }

    private static String trace(Throwable thrown) {
        StringWriter text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}
