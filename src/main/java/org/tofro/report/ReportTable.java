package org.tofro.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.tofro.data.Outcome;

/** A run's report as a table for a person: a line per step, then what to know and what to do. */
public final class ReportTable {
    private static final List<String> HEADER =
            List.of("step", "outcome", "rows in", "rows out", "bytes", "time", "where the time went");

    private ReportTable() {}

    /** The table, with a line feed at its end. */
    public static String of(RunReport report) {
        List<List<String>> lines = new ArrayList<>();
        lines.add(HEADER);
        List<StepReport> steps = Stream.concat(report.steps().stream(), report.teardown().stream())
                .toList();
        for (StepReport step : steps) {
            boolean skipped = step.outcome() == Outcome.Status.SKIPPED;
            lines.add(List.of(
                    step.name(),
                    outcome(step),
                    skipped ? "" : count(step.rowsIn()),
                    skipped ? "" : count(step.rowsOut()),
                    step.bytes() == 0 ? "" : bytes(step.bytes()),
                    skipped ? "" : seconds(step.millis()),
                    shares(step)));
        }
        StringBuilder text = new StringBuilder();
        for (List<String> line : lines) {
            text.append(row(line, lines)).append('\n');
        }
        for (StepReport step : steps) {
            if (step.message() != null) {
                text.append('\n').append(step.name()).append(": ").append(step.message());
            }
            leftOut(step)
                    .ifPresent(line ->
                            text.append('\n').append(step.name()).append(": ").append(line));
            for (String note : step.notes()) {
                text.append('\n').append(step.name()).append(": ").append(note);
            }
        }
        if (report.problem() != null) {
            text.append('\n').append(report.problem());
        }
        if (!report.tornDown()) {
            text.append("\nThe teardown failed. No table depends on it; ")
                    .append("what it should have cleared away may still be there.");
        }
        return text.append('\n').toString();
    }

    /** Rows in are rows out and these; nothing where none was left out. */
    private static Optional<String> leftOut(StepReport step) {
        List<String> parts = new ArrayList<>();
        if (step.rejected() > 0) {
            parts.add(count(step.rejected()) + " rejected");
        }
        if (step.duplicates() > 0) {
            parts.add(count(step.duplicates()) + " duplicates left out");
        }
        return parts.isEmpty()
                ? Optional.empty()
                : Optional.of("of " + count(step.rowsIn()) + " rows read " + count(step.rowsOut()) + " staged, "
                        + String.join(", ", parts));
    }

    private static String outcome(StepReport step) {
        return step.outcome().name().toLowerCase(Locale.ROOT)
                + (step.resumed() ? " (before)" : "")
                + (step.tries() > 1 ? ", " + step.tries() + " tries" : "");
    }

    private static String row(List<String> line, List<List<String>> all) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < line.size(); i++) {
            int column = i;
            int width = all.stream().mapToInt(l -> l.get(column).length()).max().orElse(0);
            boolean right = i >= 2 && i <= 5;
            String cell = line.get(i);
            String padding = " ".repeat(width - cell.length());
            text.append(right ? padding + cell : cell + padding).append("  ");
        }
        return text.toString().stripTrailing();
    }

    /** Reading against writing, of the time that the step's threads spent on either; nothing where it did one only. */
    private static String shares(StepReport step) {
        long sum = step.readingMillis() + step.writingMillis();
        if (step.readingMillis() == 0 || step.writingMillis() == 0 || step.resumed()) {
            return "";
        }
        long reading = Math.round(step.readingMillis() * 100.0 / sum);
        return "reading " + reading + " %, writing " + (100 - reading) + " %";
    }

    /** A count with its thousands set apart. */
    public static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** A size in the unit that suits it, of powers of 1,000. */
    public static String bytes(long number) {
        String[] units = {"B", "kB", "MB", "GB", "TB", "PB"};
        double value = number;
        int unit = 0;
        while (value >= 1000 && unit < units.length - 1) {
            value /= 1000;
            unit++;
        }
        return unit == 0 ? number + " B" : String.format(Locale.ROOT, "%.1f %s", value, units[unit]);
    }

    static String seconds(long millis) {
        return String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
    }
}
