package org.tofro.cli;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.tofro.pipeline.Interval;
import org.tofro.pipeline.Variables;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options of every command that reads a pipeline. */
final class ReadingOptions {
    @Option(
            names = "--runner",
            paramLabel = "NAME",
            description = "The environment: a name under runners/ or a file. Default: ${DEFAULT-VALUE}.",
            defaultValue = "local")
    private String runner = "local";

    @Option(
            names = "--date",
            paramLabel = "DATE",
            converter = Day.class,
            description = "The logical date: the run covers that day in UTC. Default: today.")
    private @Nullable LocalDate date;

    @Option(
            names = "--var",
            paramLabel = "NAME=VALUE",
            description = "What $${var:NAME} stands for in the pipeline; may be given several times.")
    private Map<String, String> values = new LinkedHashMap<>();

    String runner() {
        return runner;
    }

    /** The logical date as given; null where none was. */
    @Nullable
    LocalDate date() {
        return date;
    }

    Variables variables() {
        LocalDate day = date == null ? LocalDate.now(ZoneOffset.UTC) : date;
        return new Variables(values, Interval.ofDay(day), System::getenv);
    }

    /** A day as a user writes it. */
    static final class Day implements ITypeConverter<LocalDate> {
        @Override
        public LocalDate convert(String text) {
            try {
                return LocalDate.parse(text);
            } catch (DateTimeParseException e) {
                throw new TypeConversionException("'" + text + "' is no date; one looks like 2026-11-23");
            }
        }
    }
}
