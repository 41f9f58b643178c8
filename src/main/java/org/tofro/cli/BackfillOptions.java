package org.tofro.cli;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.tofro.pipeline.Interval;
import org.tofro.pipeline.LogicalDate;
import org.tofro.pipeline.Schedule;
import picocli.CommandLine.Option;

/** The options of {@code run} that ask for intervals of the past. */
final class BackfillOptions {
    @Option(
            names = "--from",
            paramLabel = "DATE",
            converter = ReadingOptions.Date.class,
            description =
                    "A backfill: run every interval from this logical date on, in order, up to --to, under one lease."
                            + " What is done already is skipped; how far other runs have come is left as it is.")
    @Nullable
    LogicalDate from;

    @Option(
            names = "--to",
            paramLabel = "DATE",
            converter = ReadingOptions.Date.class,
            description = "The end of a backfill, exclusive: the logical date of the first interval that is not run.")
    @Nullable
    LogicalDate to;

    @Option(names = "--again", description = "Run the intervals of a backfill again that are done already.")
    boolean again;

    boolean isAsked() {
        return from != null || to != null || again;
    }

    /** The options as they were given. */
    List<String> arguments() {
        List<String> arguments = new ArrayList<>();
        if (from != null) {
            arguments.add("--from=" + from.text());
        }
        if (to != null) {
            arguments.add("--to=" + to.text());
        }
        if (again) {
            arguments.add("--again");
        }
        return arguments;
    }

    /** From the first date to the last. */
    Interval interval(@Nullable Schedule schedule) {
        ZoneId zone = schedule == null ? ZoneOffset.UTC : schedule.zone();
        try {
            return new Interval(
                    Objects.requireNonNull(from, "checked before").at(zone),
                    Objects.requireNonNull(to, "checked before").at(zone));
        } catch (DateTimeException e) {
            throw new InvalidInputException("--from, --to: " + e.getMessage());
        }
    }

    /** Those that begin between the dates; none of them may last still. */
    List<Interval> intervals(@Nullable Schedule schedule, Instant now) {
        LogicalDate first = Objects.requireNonNull(from, "checked before");
        LogicalDate end = Objects.requireNonNull(to, "checked before");
        List<Interval> intervals;
        try {
            ZoneId zone = schedule == null ? ZoneOffset.UTC : schedule.zone();
            intervals = schedule == null ? days(first, end) : schedule.intervals(first.at(zone), end.at(zone));
        } catch (DateTimeException e) {
            throw new InvalidInputException("--from, --to: " + e.getMessage());
        }
        if (intervals.isEmpty()) {
            throw new InvalidInputException("--from " + first.text() + " --to " + end.text()
                    + ": no interval of the pipeline begins there; --to is the first date that is not run");
        }
        Interval last = intervals.get(intervals.size() - 1);
        if (last.end().isAfter(now)) {
            throw new InvalidInputException("--to " + end.text() + ": the interval that ends at " + last.end()
                    + " is not over; a backfill is for what has passed");
        }
        return intervals;
    }

    private static List<Interval> days(LogicalDate from, LogicalDate to) {
        if (!from.wholeDay() || !to.wholeDay()) {
            throw new DateTimeException("a run of a pipeline without a schedule covers a day; give dates alone");
        }
        List<Interval> days = new ArrayList<>();
        for (Instant day = from.at(ZoneOffset.UTC);
                day.isBefore(to.at(ZoneOffset.UTC));
                day = day.plus(Duration.ofDays(1))) {
            days.add(new Interval(day, day.plus(Duration.ofDays(1))));
        }
        return days;
    }

    /** Who asks for intervals again has said that rows which are appended come again. */
    Map<String, String> accepted(RunOptions options) {
        Map<String, String> accepted = new TreeMap<>(options.accepted);
        if (again) {
            accepted.putIfAbsent("again", "--again was given");
        }
        return accepted;
    }

    /** Throws where the options do not go together. */
    void check(ReadingOptions reading, @Nullable Long limit, boolean scheduled) {
        if (from == null || to == null) {
            throw new InvalidInputException(
                    "--from and --to go together: a backfill runs the intervals from the one up to"
                            + " the other, such as --from 2026-11-01 --to 2026-11-08 for a week");
        }
        if (reading.date() != null || limit != null || scheduled) {
            throw new InvalidInputException(
                    "a backfill takes its dates from --from and --to, and is no trial run; leave "
                            + (reading.date() != null ? "--date" : limit != null ? "--limit" : "--scheduled") + " out");
        }
    }
}
