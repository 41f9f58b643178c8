package org.tofro.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.tofro.pipeline.Interval;
import org.tofro.pipeline.PipelineSpec;
import org.tofro.pipeline.Variables;
import org.tofro.report.RunRequest;
import org.tofro.run.BeamOptions;
import org.tofro.run.DueIntervals;
import org.tofro.run.HostPlaces;
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
    private final Clock clock;

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

    @Option(
            names = "--scheduled",
            description = "Run what is due by the pipeline's schedule, and nothing where nothing is: what cron calls.")
    private boolean scheduled;

    @Mixin
    private BackfillOptions backfill = new BackfillOptions();

    @Mixin
    private BundleOptions bundle = new BundleOptions();

    @Option(names = "--run-id", hidden = true, description = "The id that the run is to have.")
    private @Nullable String given;

    RunCommand(PrintStream out, PrintStream err, Clock clock) {
        this.out = out;
        this.err = err;
        this.clock = clock;
    }

    @Override
    public Integer call() throws Exception {
        return bundle.in(this::start);
    }

    private int start() throws Exception {
        BeamOptions.prepare();
        LaunchCheck.options(options, reading, backfill, limit, scheduled);
        options.submission = bundle.submission();
        if (backfill.isAsked()) {
            return new Backfill(pipeline, reading, bundle, backfill, options, out, err).run(clock.instant());
        }
        if (scheduled) {
            return runDue();
        }
        options.dueAt = bundle.dueAt();
        Variables variables = reading.variables(clock.instant());
        Loaded loaded = loaded(variables);
        try (HostPlaces places = places(loaded)) {
            return run(loaded, variables, places, bundle.askedAt());
        }
    }

    private HostPlaces places(Loaded loaded) {
        return HostPlaces.of(loaded.settings().limits(), err::println);
    }

    /** Runs the intervals that are due, one after the other, until one does not succeed. */
    private int runDue() throws Exception {
        Instant now = clock.instant();
        Instant askedAt = Instant.now();
        Loaded first = loaded(reading.variables(now));
        try (HostPlaces places = places(first)) {
            LaunchSite site = LaunchSite.placed(first, places, askedAt, err);
            options.dueAt = Instant.now();
            DueIntervals due = DueRuns.of(first.graph().pipeline(), site, now);
            if (due.nothing() != null) {
                err.println(due.nothing());
            }
            for (Interval interval : due.intervals()) {
                Variables variables = reading.variables(schedule -> interval);
                int code = run(loaded(variables), variables, places, askedAt);
                askedAt = Instant.now();
                if (code != ExitCode.OK.code()) {
                    return code;
                }
            }
            return ExitCode.OK.code();
        }
    }

    private Loaded loaded(Variables variables) throws IOException {
        return Loaded.of(bundle.pipeline(pipeline), bundle.runner(reading.runner()), variables);
    }

    private int run(Loaded loaded, Variables variables, HostPlaces places, Instant askedAt) throws Exception {
        PipelineSpec spec = loaded.graph().pipeline();
        Interval interval = variables.on(spec.schedule()).interval();
        Instant now = clock.instant();
        String run = given != null ? given : id(spec.name(), now);
        String date = reading.date() == null ? null : reading.date().text();
        RunRequest request =
                loaded.request(run, reading.runner(), interval, date, variables.values(), false, limit, now);
        LaunchCheck.steps(loaded.graph(), options.steps);
        return new Launch(LaunchSite.of(loaded, places, askedAt, err), clock, out, err)
                .launch(LaunchOrder.of(loaded, bundle.kept(request), options.accepted, options));
    }

    /** A new id for a run. */
    static String id(String pipeline, Instant now) {
        return pipeline + "-" + STAMP.format(now) + "-"
                + String.format("%04x", ThreadLocalRandom.current().nextInt(1 << 16));
    }
}
