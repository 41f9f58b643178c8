package org.tofro.cli;

import java.io.PrintStream;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.tofro.pipeline.Interval;
import org.tofro.pipeline.Variables;
import org.tofro.report.RunRequest;
import org.tofro.run.BeamOptions;
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

    @Mixin
    private ReadingOptions reading = new ReadingOptions();

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
        BeamOptions.prepare();
        options.check();
        if (limit != null && limit < 1) {
            throw new InvalidInputException("--limit " + limit + ": a trial run takes at least 1 row");
        }
        Variables variables = reading.variables();
        Interval interval = variables.interval();
        Loaded loaded = Loaded.of(pipeline, reading.runner(), variables);
        String name = loaded.graph().pipeline().name();
        Instant now = Instant.now();
        RunRequest request = new RunRequest(
                name + "-" + STAMP.format(now) + "-"
                        + String.format("%04x", ThreadLocalRandom.current().nextInt(1 << 16)),
                name,
                loaded.graph().pipeline().file().toString(),
                loaded.graph().pipeline().text(),
                loaded.planHash(),
                reading.runner(),
                interval.start(),
                interval.end(),
                reading.date() == null ? null : reading.date().toString(),
                variables.values(),
                limit,
                now);
        return Launch.prepare(loaded, out, err).launch(loaded, request, options.accepted, options);
    }
}
