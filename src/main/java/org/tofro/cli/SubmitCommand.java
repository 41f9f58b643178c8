package org.tofro.cli;

import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.emr.Pace;
import org.tofro.emr.Submission;
import org.tofro.emr.SubmitRequest;
import org.tofro.pipeline.Interval;
import org.tofro.pipeline.PipelineSpec;
import org.tofro.pipeline.Variables;
import org.tofro.plan.StepGraph;
import org.tofro.problem.ProblemPrinter;
import org.tofro.problem.Problems;
import org.tofro.run.DueIntervals;
import org.tofro.settings.ClusterConfig;
import org.tofro.settings.Environment;
import org.tofro.settings.FlinkSettings;
import org.tofro.settings.Settings;
import org.tofro.settings.SettingsReader;
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
        this(out, err, clock, Pace.DEFAULT);
    }

    /** @param pace how often EMR is asked */
    SubmitCommand(PrintStream out, PrintStream err, Clock clock, Pace pace) {
        this.out = out;
        this.err = err;
        this.clock = clock;
        this.pace = pace;
    }

    @Override
    public Integer call() throws Exception {
        options.check();
        if (backfill.isAsked()) {
            backfill.check(reading, limit, scheduled);
        }
        if (resumed != null && (backfill.isAsked() || scheduled || limit != null || reading.date() != null)) {
            throw new InvalidInputException("--resume " + resumed + ": what is run was said when it was started; leave"
                    + " its dates, --limit and --scheduled out");
        }
        if (!scheduled) {
            return submit(null);
        }
        if (reading.date() != null || limit != null) {
            throw new InvalidInputException("--scheduled takes its date from the schedule, and is no trial run; leave "
                    + (limit == null ? "--date" : "--limit") + " out");
        }
        return submitDue();
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
        Variables variables = due == null ? reading.variables(now) : reading.variables(schedule -> due);
        Problems problems = new Problems();
        Path runner = SettingsReader.find(reading.runner(), Checkout.folder(), problems)
                .orElseThrow(() -> Loaded.invalid(problems));
        PipelineLoader here = new PipelineLoader(reading.runner(), variables, problems);
        Optional<StepGraph> graph = here.load(pipeline);
        Optional<Environment> environment = here.environment();
        if (graph.isEmpty() || environment.isEmpty() || !problems.isEmpty()) {
            throw Loaded.invalid(problems);
        }
        PipelineSpec spec = graph.get().pipeline();
        ClusterConfig described = spec.cluster().over(environment.get().cluster());
        described.lacking().forEach(problems::add);
        if (!problems.isEmpty()) {
            throw Loaded.invalid(problems);
        }
        ClusterConfig wanted = cluster == null ? described : described.on(cluster);
        Map<String, String> given = given(wanted, variables);
        Loaded there = there(variables.in(given::get), wanted);
        Settings settings = there.settings();
        if (!settings.stateArea().startsWith("s3:") || settings.runner() != Settings.Runner.FLINK) {
            throw new InvalidInputException("runner '" + settings.name() + "' is not for a cluster of EMR: it takes"
                    + " `runner: flink`, and a staging_area and state_area on S3; runners/emr.yaml is one");
        }
        PipelineBundle bundle =
                PipelineBundle.of(spec, runner, environment.get().certificates(), problems);
        if (!problems.isEmpty()) {
            throw Loaded.invalid(problems);
        }
        String run = resumed != null ? resumed : RunCommand.id(spec.name(), now);
        String id = resumed != null ? resumed + "-" + RunCommand.id("resumed", now) : run;
        Path commands = Checkout.folder().resolve(".tofro/bootstrap").resolve(id + ".sh");
        if (!dryRun) {
            commands.toFile().deleteOnExit();
        }
        // As the cluster reads them: what only this host knows must not get into a script on S3.
        ClusterConfig config =
                MachineCommands.before(wanted, there.graph().pipeline().rules().bootstrap(), commands);
        SubmitRequest request = new SubmitRequest(
                id,
                spec.name(),
                config,
                settings.stateArea(),
                jar(),
                bundle.bundle(),
                arguments(bundle.pipeline(), runner, spec, run, due),
                given,
                settings.flink().options(),
                spec.steps().stream().anyMatch(step -> step.step() instanceof EmrStep emr && emr.isOnOwnCluster()));
        Submission submission = new Submission(request);
        err.print(new ProblemPrinter().print(config.notes()));
        if (settings.flink().place() != FlinkSettings.Place.APPLICATION) {
            err.println("note: without `flink: {application: true}` in runner '" + settings.name()
                    + "' the launcher works alone, on one machine of the cluster");
        }
        if (dryRun) {
            submission.dryRun().forEach(out::println);
            return ExitCode.OK.code();
        }
        String resume = ResumeLine.submitted(pipeline, run, reading.runner());
        return new SubmittedLaunch(
                        there,
                        request,
                        submission,
                        work(there, bundle.pipeline(), nameOf(runner), run, variables, due, now),
                        options,
                        resume,
                        clock,
                        pace,
                        out,
                        err)
                .perform();
    }

    private SubmittedLaunch.Work work(
            Loaded there,
            String file,
            String runner,
            String run,
            Variables variables,
            @Nullable Interval due,
            Instant now) {
        PipelineSpec spec = there.graph().pipeline();
        if (backfill.isAsked()) {
            return new SubmittedLaunch.Others(run, backfill.interval(spec.schedule()));
        }
        Interval interval = variables.on(spec.schedule()).interval();
        return resumed != null
                ? new SubmittedLaunch.Others(run, interval)
                : new SubmittedLaunch.Run(
                        there.request(run, runner, interval, date(spec, due), reading.values(), false, limit, now)
                                .withFile(file));
    }

    /** The variables that the cluster is given. */
    private static Map<String, String> given(ClusterConfig config, Variables variables) {
        Map<String, String> given = new TreeMap<>();
        List<String> lacking = new ArrayList<>();
        for (String name : config.environment()) {
            String value = variables.environment().apply(name);
            if (value == null) {
                lacking.add(name);
            } else {
                given.put(name, value);
            }
        }
        if (!lacking.isEmpty()) {
            throw new InvalidInputException(
                    "`environment` of emr_cluster_config names variables that are not set here: "
                            + String.join(", ", lacking));
        }
        return given;
    }

    /** The pipeline and its environment as the cluster will read them. */
    private Loaded there(Variables variables, ClusterConfig config) {
        try {
            return Loaded.of(pipeline, reading.runner(), variables);
        } catch (InvalidInputException e) {
            throw new InvalidInputException(e.getMessage() + "\nThe cluster is given "
                    + (config.environment().isEmpty()
                            ? "no environment variables"
                            : "these environment variables alone: " + String.join(", ", config.environment()))
                    + ". Name others in `environment` of emr_cluster_config where they are no secrets, which everybody"
                    + " would see in the step's arguments; a secret stands as ${aws-secret:...}, which the cluster asks"
                    + " for itself");
        }
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
    private List<String> arguments(String file, Path runner, PipelineSpec spec, String run, @Nullable Interval due) {
        List<String> arguments = new ArrayList<>();
        arguments.add(resumed != null ? "resume" : "run");
        arguments.add(resumed != null ? resumed : file);
        arguments.add("--runner=" + nameOf(runner));
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
        // What no date was given for is the same there, however late the cluster starts.
        arguments.add("--date=" + date(spec, due));
        if (limit != null) {
            arguments.add("--limit=" + limit);
        }
        arguments.add("--run-id=" + run);
        return arguments;
    }

    /** What the runner file is called on the cluster. */
    private static String nameOf(Path runner) {
        return String.valueOf(runner.getFileName()).replaceFirst("\\.[Yy][Aa]?[Mm][Ll]$", "");
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
