package org.tofro.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.emr.Pace;
import org.tofro.emr.Submission;
import org.tofro.emr.SubmitRequest;
import org.tofro.pipeline.Interval;
import org.tofro.pipeline.PipelineSpec;
import org.tofro.pipeline.Schedule;
import org.tofro.pipeline.Variables;
import org.tofro.problem.ProblemPrinter;
import org.tofro.report.ReportStore;
import org.tofro.report.RunRequest;
import org.tofro.run.DueIntervals;
import org.tofro.run.HostPlaces;
import org.tofro.settings.ClusterConfig;
import org.tofro.settings.FlinkSettings;
import org.tofro.settings.Settings;
import org.tofro.steps.EmrStep;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tofro submit}: runs a pipeline on a cluster of EMR, follows it, and ends as the run does. */
@Command(
        name = "submit",
        description = "Run a pipeline on a cluster of EMR, follow it, and end as the run does.",
        mixinStandardHelpOptions = true)
final class SubmitCommand implements Callable<Integer> {
    private static final Path JAR = Path.of("target/tofro-cluster.jar");

    private final PrintStream out;
    private final PrintStream err;
    private final Clock clock;
    private final Pace pace;
    private final Duration grace;

    @Parameters(paramLabel = "PIPELINE", description = "A pipeline file, or its name under pipelines/.")
    private String pipeline = "";

    @Mixin
    private RunOptions options = new RunOptions();

    @Mixin
    private ReadingOptions reading = new ReadingOptions();

    @Mixin
    private BackfillOptions backfill = new BackfillOptions();

    @Option(names = "--limit", paramLabel = "N", description = "A trial run, as of `run`.")
    private @Nullable Long limit;

    @Option(
            names = "--scheduled",
            description = "Run what is due by the pipeline's schedule, and start no cluster where nothing is.")
    private boolean scheduled;

    @Option(names = "--resume", paramLabel = "RUN", description = "Go on with this run, as `resume` does.")
    private @Nullable String resumed;

    @Option(names = "--edited", description = "With --resume: go on though the pipeline was edited.")
    private boolean edited;

    @Option(
            names = "--cluster",
            paramLabel = "ID|NAME",
            description = "A cluster that is running, in place of one of the run's own.")
    private @Nullable String cluster;

    @Option(
            names = "--jar",
            paramLabel = "FILE",
            description = "Tofro for a cluster, as `mvn -Pcluster package` makes it. Default: the checkout's.")
    private @Nullable Path jar;

    @Option(
            names = "--dry-run",
            description = "Print what would be asked of EMR, and the equal `aws` command lines; open no connection.")
    private boolean dryRun;

    SubmitCommand(PrintStream out, PrintStream err, Clock clock) {
        this(out, err, clock, Pace.DEFAULT, SubmittedLaunch.GRACE);
    }

    /** @param pace how often EMR is asked */
    SubmitCommand(PrintStream out, PrintStream err, Clock clock, Pace pace) {
        this(out, err, clock, pace, SubmittedLaunch.GRACE);
    }

    /** @param grace how long a launcher has at its deadline until the cluster is ended */
    SubmitCommand(PrintStream out, PrintStream err, Clock clock, Pace pace, Duration grace) {
        this.out = out;
        this.err = err;
        this.clock = clock;
        this.pace = pace;
        this.grace = grace;
    }

    @Override
    public Integer call() throws Exception {
        LaunchCheck.options(options, reading, backfill, limit, scheduled);
        if (resumed != null && (backfill.isAsked() || scheduled || limit != null || reading.date() != null)) {
            throw new InvalidInputException("--resume " + resumed + ": what is run was said when it was started; leave"
                    + " its dates, --limit and --scheduled out");
        }
        if (resumed != null && !dryRun && !reading.values().isEmpty()) {
            throw new InvalidInputException(
                    "--resume " + resumed + ": its variables were said when it was started; leave --var out");
        }
        if (resumed != null) {
            ResumedRun.demandId(resumed);
        }
        return scheduled ? submitDue() : submit(null);
    }

    /** Submits the intervals that are due, one after the other, until one does not succeed. */
    private int submitDue() throws Exception {
        Instant now = clock.instant();
        Loaded first = Loaded.of(pipeline, reading.runner(), reading.variables(now));
        DueIntervals due = DueRuns.of(first.graph().pipeline(), LaunchSite.look(first.settings(), err), now);
        if (due.nothing() != null) {
            err.println(due.nothing());
        }
        for (Interval interval : due.intervals()) {
            int code = submit(interval);
            if (code != ExitCode.OK.code()) {
                return code;
            }
        }
        return ExitCode.OK.code();
    }

    /** @param due the interval that is run; null for what the options say */
    private int submit(@Nullable Interval due) throws Exception {
        Instant now = clock.instant();
        Instant askedAt = Instant.now();
        ResumedRun before = null;
        if (resumed != null && !dryRun) {
            Settings settings = Loaded.settings(reading.runner(), List.of());
            SubmittedPipeline.demandCluster(settings);
            ReportStore store = LaunchSite.look(settings, err).store();
            before = ResumedRun.find(store, resumed);
            PrintedReport printed = new PrintedReport(store, options.output, out, err);
            if (before.isDone(printed, ResumeLine.submitted(pipeline, resumed, reading.runner()))) {
                return ExitCode.OK.code();
            }
        }
        Variables variables = before != null ? before.variables() : variables(due, now);
        SubmittedPipeline read = SubmittedPipeline.of(pipeline, reading.runner(), cluster, variables);
        demandLaunch(read.loaded(), before);
        PipelineSpec spec = read.loaded().graph().pipeline();
        String run = resumed != null ? resumed : RunCommand.id(spec.name(), now);
        String id = resumed != null ? resumed + "-" + RunCommand.id("resumed", now) : run;
        Path commands = Checkout.folder().resolve(".tofro/bootstrap").resolve(id + ".sh");
        if (!dryRun) {
            commands.toFile().deleteOnExit();
        }
        SubmitRequest request = request(read, id, arguments(read, run, due, askedAt), commands);
        Submission submission = new Submission(request);
        tell(request.cluster(), read.loaded().settings());
        if (dryRun) {
            submission
                    .dryRun(Checkout.folder().resolve(".tofro/submissions").resolve(id + ".zip"))
                    .forEach(out::println);
            return ExitCode.OK.code();
        }
        try (HostPlaces places = HostPlaces.ofSubmitted(read.loaded().settings().limits(), err::println)) {
            LaunchSite site = LaunchSite.elsewhere(read.loaded(), places, askedAt, err);
            Optional<SubmittedWork> work = backfill.isAsked()
                    ? backfill(read, site, id, now)
                    : Optional.of(SubmittedWork.of(order(
                            read,
                            before != null ? before.request() : newRun(read, run, variables, due, now),
                            before != null ? before.accepted(options) : options.accepted)));
            return work.isEmpty()
                    ? ExitCode.OK.code()
                    : new SubmittedLaunch(site, request, submission, work.get(), pace, grace, clock, out, err)
                            .perform();
        }
    }

    private Variables variables(@Nullable Interval due, Instant now) {
        if (backfill.isAsked()) {
            return reading.variables(
                    schedule -> backfill.intervals(schedule, now).get(0));
        }
        return due == null ? reading.variables(now) : reading.variables(schedule -> due);
    }

    /** Refuses what the launcher would refuse, as far as the pipeline tells. */
    private void demandLaunch(Loaded loaded, @Nullable ResumedRun before) {
        if (backfill.isAsked()) {
            LaunchCheck.backfill(loaded.graph());
        } else if (resumed == null) {
            LaunchCheck.steps(loaded.graph(), options.steps);
        }
        if (before != null) {
            before.demandOf(loaded.graph().pipeline().name());
            if (!edited) {
                before.demandUnedited(loaded);
            }
        }
    }

    /** As the cluster reads it: what only this host knows must not get into a script on S3. */
    private SubmitRequest request(SubmittedPipeline read, String id, List<String> arguments, Path commands)
            throws IOException {
        PipelineSpec spec = read.loaded().graph().pipeline();
        Settings settings = read.loaded().settings();
        return new SubmitRequest(
                id,
                spec.name(),
                MachineCommands.before(read.cluster(), spec.rules().bootstrap(), commands),
                settings.stateArea(),
                jar(),
                read.bundle(),
                arguments,
                read.given(),
                settings.flink().options(),
                spec.steps().stream().anyMatch(step -> step.step() instanceof EmrStep emr && emr.isOnOwnCluster()));
    }

    private void tell(ClusterConfig config, Settings settings) {
        err.print(new ProblemPrinter().print(config.notes()));
        if (settings.flink().place() != FlinkSettings.Place.APPLICATION) {
            err.println("note: without `flink: {application: true}` in runner '" + settings.name()
                    + "' the launcher works alone, on one machine of the cluster");
        }
    }

    private RunRequest newRun(
            SubmittedPipeline read, String run, Variables variables, @Nullable Interval due, Instant now) {
        PipelineSpec spec = read.loaded().graph().pipeline();
        Interval interval = variables.on(spec.schedule()).interval();
        return read.loaded()
                .request(run, read.runner(), interval, date(spec, due), reading.values(), false, limit, now);
    }

    /** The order of a run whose files have the names that they have in the bundle. */
    private LaunchOrder order(SubmittedPipeline read, RunRequest request, Map<String, String> accepted) {
        return new LaunchOrder(
                read.loaded(),
                request.submitted(read.file(), read.runner()),
                accepted,
                options,
                ResumeLine.submitted(pipeline, request.run(), reading.runner()));
    }

    /** The backfill from its first interval on that is not done; empty where all are. */
    private Optional<SubmittedWork> backfill(SubmittedPipeline read, LaunchSite site, String id, Instant now)
            throws IOException {
        Schedule schedule = read.loaded().graph().pipeline().schedule();
        return new BackfillRuns(
                        choice -> read.loaded(reading.variables(choice)),
                        read.runner(),
                        reading.values(),
                        backfill.again,
                        err)
                .first(site.store(), backfill.intervals(schedule, now), now)
                .map(open -> new SubmittedWork(
                        id,
                        backfill.interval(schedule),
                        order(read.of(open.loaded()), open.request(), backfill.accepted(options)),
                        ResumeLine.submitted(pipeline, backfill.arguments(), reading.runner())));
    }

    private Path jar() {
        Path found = jar != null ? jar : Checkout.folder().resolve(JAR);
        if (!Files.isRegularFile(found)) {
            throw new InvalidInputException(
                    "there is no jar " + found + "; make it by `mvn -Pcluster package`, or name one by --jar");
        }
        return found;
    }

    /** What Tofro is told on the cluster. */
    private List<String> arguments(SubmittedPipeline read, String run, @Nullable Interval due, Instant askedAt) {
        List<String> arguments = new ArrayList<>();
        arguments.add(resumed != null ? "resume" : "run");
        arguments.add(resumed != null ? resumed : read.file());
        arguments.add("--runner=" + read.runner());
        arguments.add("--asked-at=" + askedAt.truncatedTo(ChronoUnit.MILLIS));
        options.accepted.forEach((guard, reason) -> arguments.add("--accept=" + guard + "=" + reason));
        if (options.evenIfPaused) {
            arguments.add("--even-if-paused");
        }
        arguments.addAll(options.steps.arguments());
        if (options.needs != RunOptions.Needs.WAIT) {
            arguments.add("--needs=" + options.needs.name().toLowerCase(java.util.Locale.ROOT));
        }
        if (resumed != null) {
            if (edited) {
                arguments.add("--edited");
            }
            return arguments;
        }
        reading.values().forEach((name, value) -> arguments.add("--var=" + name + "=" + value));
        if (backfill.isAsked()) {
            arguments.addAll(backfill.arguments());
            return arguments;
        }
        if (due != null) {
            arguments.add("--due");
        }
        // What no date was given for is the same there, however late the cluster starts.
        arguments.add("--date=" + date(read.loaded().graph().pipeline(), due));
        if (limit != null) {
            arguments.add("--limit=" + limit);
        }
        arguments.add("--run-id=" + run);
        return arguments;
    }

    private String date(PipelineSpec spec, @Nullable Interval due) {
        if (due == null && reading.date() != null) {
            return reading.date().text();
        }
        Interval interval = due != null
                ? due
                : reading.variables(clock.instant()).on(spec.schedule()).interval();
        return spec.schedule() == null
                ? interval.start()
                        .atOffset(java.time.ZoneOffset.UTC)
                        .toLocalDate()
                        .toString()
                : spec.schedule().shown(interval.start());
    }
}
