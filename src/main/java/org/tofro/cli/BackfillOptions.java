package org.tofro.cli;

import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
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
