package org.tofro.cli;

import java.io.PrintStream;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.tofro.pipeline.Interval;
import org.tofro.pipeline.Variables;
import org.tofro.report.RunRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs a pipeline. */
@Command(name = "run", description = "Run a pipeline.", mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final PrintStream out;
    private final PrintStream err;

    @Parameters(paramLabel = "PIPELINE", description = "A pipeline file, or its name under pipelines/.")
    private String pipeline = "";

    @Mixin
    private RunOptions options = new RunOptions();

    @Option(names = "--var", paramLabel = "NAME=VALUE", description = "A value for ${var:NAME}.")
    private Map<String, String> variables = new TreeMap<>();

    @Option(names = "--date", paramLabel = "DAY", description = "The logical date, such as 2026-11-23. Default: today.")
    private @Nullable String date;

    @Option(
            names = "--limit",
            paramLabel = "N",
            description = "A trial run: N rows of each extract, into tables of its own that end in _trial.")
    private @Nullable Long limit;

    RunCommand(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    @Override
    public Integer call() throws Exception {
        options.check();
        if (limit != null && limit < 1) {
            throw new InvalidInputException("--limit " + limit + ": a trial run takes at least 1 row");
        }
        Interval interval = interval(date);
        Loaded loaded =
                Loaded.of(pipeline, options.runner, new Variables(variables, interval, System::getenv));
        String name = loaded.graph().pipeline().name();
        Instant now = Instant.now();
        RunRequest request = new RunRequest(
                name + "-" + STAMP.format(now) + "-" + String.format("%04x", ThreadLocalRandom.current().nextInt(1 << 16)),
                name,
                loaded.graph().pipeline().file().toString(),
                loaded.graph().pipeline().text(),
                loaded.planHash(),
                options.runner,
                interval.start(),
                interval.end(),
                date,
                variables,
                limit,
                now);
        return Launch.prepare(loaded.settings(), loaded.connections(), out, err)
                .launch(loaded, request, options.accepted, options.output);
    }

    static Interval interval(@Nullable String date) {
        try {
            return Interval.ofDay(date == null ? LocalDate.now(ZoneOffset.UTC) : LocalDate.parse(date));
        } catch (DateTimeParseException e) {
            throw new InvalidInputException("--date " + date + ": a date looks like 2026-11-23");
        }
    }
}
