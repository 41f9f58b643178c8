package org.tofro.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The logs of runs in the state area: {@code runs/<run>/logs/<when a launch began>.log}, one for each launch.
 *
 * @param store the state area
 */
public record RunLogs(ReportStore store) {
    static final String LEFT_OUT = "... lines left out here: ";
    private static final DateTimeFormatter BEGAN =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSS'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    /**
     * The log of one launch.
     *
     * @param lines what is kept of it
     * @param before how many of them stand before the gap; all where there is none
     * @param leftOut how many lines were left out there
     */
    public record Kept(List<LogLine> lines, int before, long leftOut) {
        public Kept {
            lines = List.copyOf(lines);
        }

        /** The number of a line among all that were written, from 0 on. */
        public long number(int index) {
            return index < before ? index : index + leftOut;
        }
    }

    /** The name of the log of a launch that begins. */
    static String name(Instant began) {
        return BEGAN.format(began);
    }

    void write(String run, String name, String text) throws IOException {
        store.files()
                .write("runs/" + run + "/logs/" + name + ".log", text.getBytes(StandardCharsets.UTF_8), "text/plain");
    }

    /** The logs of a run, by the order in which its launches began. */
    public List<String> of(String run) throws IOException {
        return store.files().list("runs/" + run + "/logs/*.log");
    }

    /** Where a log that {@link #of} has named stands. */
    public String uri(String log) {
        return store.area() + log;
    }

    /** What a log holds that {@link #of} has named. */
    public Optional<Kept> read(String log) throws IOException {
        return store.files().read(log, content -> kept(new String(content, StandardCharsets.UTF_8)));
    }

    private static Kept kept(String text) {
        int gap = text.indexOf("\n" + LEFT_OUT);
        if (gap < 0) {
            List<LogLine> all = LogLine.read(text);
            return new Kept(all, all.size(), 0);
        }
        int number = gap + 1 + LEFT_OUT.length();
        long leftOut = Long.parseLong(text.substring(number, text.indexOf('\n', number)));
        return new Kept(LogLine.read(text), LogLine.read(text.substring(0, gap)).size(), leftOut);
    }
}
