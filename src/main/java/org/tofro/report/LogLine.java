package org.tofro.report;

import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A line of a run's log: {@code 2026-11-23T06:30:05.120Z INFO  [extract] started}, or with a hyphen in place of the step
 * where it is of none. What follows of a text of several lines is indented.
 *
 * @param at when
 * @param level how grave
 * @param step the step that it is about; null where it is about the run
 * @param text what happened
 */
public record LogLine(Instant at, Level level, @Nullable String step, String text) {
    private static final DateTimeFormatter TIME =
            new DateTimeFormatterBuilder().appendInstant(3).toFormatter(Locale.ROOT);
    private static final Pattern WRITTEN =
            Pattern.compile("(?<at>\\S+Z) (?<level>[A-Z]+) +(?:-|\\[(?<step>.+?)\\]) (?<text>.*)");
    private static final String INDENT = "    ";
    private static final int LONGEST = 8_000;

    /** How grave a line is. */
    public enum Level {
        DEBUG,
        INFO,
        WARN,
        ERROR
    }

    /** As it stands in a log, without a line feed at its end. */
    public String written() {
        String cut = text.length() > LONGEST ? text.substring(0, LONGEST) + " ..." : text;
        String words = cut.strip().replace("\r\n", "\n").replace("\n", "\n" + INDENT);
        return TIME.format(at) + " " + String.format(Locale.ROOT, "%-5s", level) + " "
                + (step == null ? "-" : "[" + step + "]") + " " + words;
    }

    /** The lines of a log; what is no line is passed over. */
    static List<LogLine> read(String log) {
        List<LogLine> all = new ArrayList<>();
        for (String line : log.lines().toList()) {
            Matcher written = WRITTEN.matcher(line);
            int last = all.size() - 1;
            if (line.startsWith(INDENT) && last >= 0) {
                LogLine before = all.get(last);
                all.set(
                        last,
                        new LogLine(
                                before.at(),
                                before.level(),
                                before.step(),
                                before.text() + "\n" + line.substring(INDENT.length())));
            } else if (written.matches()) {
                try {
                    all.add(new LogLine(
                            Instant.parse(written.group("at")),
                            Level.valueOf(written.group("level")),
                            written.group("step"),
                            written.group("text")));
                } catch (DateTimeParseException | IllegalArgumentException foreign) {
                    // It only looks like one.
                }
            }
        }
        return all;
    }
}
