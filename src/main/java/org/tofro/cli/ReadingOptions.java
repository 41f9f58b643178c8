package org.tofro.cli;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.tofro.pipeline.Interval;
import org.tofro.pipeline.LogicalDate;
import org.tofro.pipeline.Schedule;
import org.tofro.pipeline.Variables;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options of every command that reads a pipeline. */
final class ReadingOptions {
    @Mixin
    private RunnerOption environment = new RunnerOption();

    @Option(
            names = "--date",
            paramLabel = "DATE",
            converter = Date.class,
            description =
                    "The logical date: the run covers the interval that begins then, such as the day 2026-11-23 or,"
                            + " by an hourly schedule, the hour 2026-11-23T05, in the time zone of the pipeline's schedule."
                            + " Default: the last interval of the schedule that has passed; today in UTC where there is none.")
    private @Nullable LogicalDate date;

    @Option(
            names = "--var",
            paramLabel = "NAME=VALUE",
            description = "What $${var:NAME} stands for in the pipeline; may be given several times.")
    private Map<String, String> values = new LinkedHashMap<>();

    String runner() {
        return environment.runner;
    }

    /** The logical date as given; null where none was. */
    @Nullable
    LogicalDate date() {
        return date;
    }

    /** What was given by {@code --var}. */
    Map<String, String> values() {
        return values;
    }

    Variables variables() {
        return variables(Clock.systemUTC().instant());
    }

    /** @param now decides which interval is meant where no date was given */
    Variables variables(Instant now) {
        return variables(schedule -> interval(schedule, now));
    }

    /** The variables of a run whose interval is chosen by other means than the date. */
    Variables variables(Variables.IntervalChoice choice) {
        return new Variables(values, choice, null, System::getenv);
    }

    private Interval interval(@Nullable Schedule schedule, Instant now) {
        LogicalDate given = date;
        if (schedule == null) {
            if (given != null && !given.wholeDay()) {
                throw new InvalidInputException("--date " + given.text()
                        + ": a run of a pipeline without a schedule covers a day; give its date alone");
            }
            return Interval.ofDay(
                    given == null
                            ? LocalDate.ofInstant(now, ZoneOffset.UTC)
                            : given.time().toLocalDate());
        }
        try {
            return given == null ? schedule.lastComplete(now) : schedule.intervalOf(given);
        } catch (DateTimeException e) {
            throw new InvalidInputException("--date: " + e.getMessage());
        }
    }

    /** A date as a user writes it. */
    static final class Date implements ITypeConverter<LogicalDate> {
        @Override
        public LogicalDate convert(String text) {
            try {
                return LogicalDate.parse(text);
            } catch (DateTimeException e) {
                throw new TypeConversionException(String.valueOf(e.getMessage()));
            }
        }
    }
}
