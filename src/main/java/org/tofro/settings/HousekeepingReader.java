package org.tofro.settings;

import static org.tofro.yaml.FieldReader.quoted;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.tofro.problem.Problems;
import org.tofro.settings.Housekeeping.Retention;
import org.tofro.yaml.FieldReader;
import org.tofro.yaml.Node;

/** Reads {@code retention} and {@code metrics} of a runner file. */
final class HousekeepingReader {
    private static final Pattern LENGTH = Pattern.compile("(?<number>[0-9]{1,6})\\s*(?<unit>hours?|days?)");

    private final Function<Node.Scalar, Node.@Nullable Scalar> expand;
    private final Problems problems;

    HousekeepingReader(Function<Node.Scalar, Node.@Nullable Scalar> expand, Problems problems) {
        this.expand = expand;
        this.problems = problems;
    }

    Housekeeping read(FieldReader runner) {
        return new Housekeeping(retention(runner.entries("retention")), metrics(runner.entries("metrics")));
    }

    private Retention retention(Node.@Nullable Entries entries) {
        if (entries == null) {
            return Retention.DEFAULT;
        }
        FieldReader reader = new FieldReader("retention", entries, problems, expand);
        Duration runs = length(reader, "runs", Retention.DEFAULT.runs());
        Duration failed = length(reader, "failed", Retention.DEFAULT.failed());
        Duration staged = length(reader, "staged", Retention.DEFAULT.staged());
        reader.finish();
        if (failed.compareTo(runs) > 0 || staged.compareTo(runs) > 0) {
            problems.add(
                    entries.span(),
                    "'retention' keeps staged files for longer than the runs that they belong to; make 'runs' the"
                            + " longest (" + Retention.DEFAULT.runs().toDays() + " days where it is missing)");
        }
        return new Retention(runs, failed, staged);
    }

    private Duration length(FieldReader reader, String field, Duration missing) {
        Node.Scalar given = reader.scalar(field);
        if (given == null) {
            return missing;
        }
        Optional<Duration> read = parse(given.text());
        if (read.isEmpty()) {
            problems.add(
                    given.span(),
                    "'" + field + "' takes a whole number of days or hours such as '14 days', not "
                            + quoted(given.text()));
        }
        return read.orElse(missing);
    }

    private static Optional<Duration> parse(String text) {
        Matcher length = LENGTH.matcher(text.strip().toLowerCase(Locale.ROOT));
        if (!length.matches()) {
            return Optional.empty();
        }
        long number = Long.parseLong(length.group("number"));
        return Optional.of(length.group("unit").startsWith("h") ? Duration.ofHours(number) : Duration.ofDays(number));
    }

    private @Nullable String metrics(Node.@Nullable Entries entries) {
        if (entries == null) {
            return null;
        }
        FieldReader reader = new FieldReader("metrics", entries, problems, expand);
        Node.Scalar folder = reader.scalar("textfile");
        if (folder == null) {
            reader.missing("textfile");
        }
        reader.finish();
        if (folder == null) {
            return null;
        }
        try {
            return Path.of(folder.text()).toString();
        } catch (InvalidPathException impossible) {
            problems.add(folder.span(), "'textfile' takes a folder of this machine, not " + quoted(folder.text()));
            return null;
        }
    }
}
