package org.tofro.cli;

import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.tofro.data.Durations;
import org.tofro.pipeline.CronTimes;
import org.tofro.pipeline.PipelineSpec;
import org.tofro.pipeline.Schedule;
import org.tofro.pipeline.Variables;
import org.tofro.plan.StepGraph;
import org.tofro.problem.ProblemPrinter;
import org.tofro.problem.Problems;
import org.tofro.settings.Environment;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tofro schedule}: the lines by which cron runs pipelines. */
@Command(
        name = "schedule",
        description = "The crontab lines by which cron runs the pipelines that have a schedule.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "(print | install | remove)")
final class ScheduleCommand {
    private final PrintStream out;
    private final Crontab crontab;
    private final ZoneId machine;
    private final Clock clock;

    ScheduleCommand(PrintStream out, Crontab crontab, ZoneId machine, Clock clock) {
        this.out = out;
        this.crontab = crontab;
        this.machine = machine;
        this.clock = clock;
    }

    /** What the lines are made of. */
    static final class Contents {
        @Parameters(
                paramLabel = "PIPELINE",
                arity = "0..*",
                description = "Files, as given or under pipelines/. Default: all there that have a schedule.")
        private List<String> pipelines = new ArrayList<>();

        @Mixin
        private Place place = new Place();

        @Option(
                names = "--env-file",
                paramLabel = "FILE",
                description = "A shell file of NAME=VALUE lines that is read before each run, such as for secrets.")
        private @Nullable Path environmentFile;

        @Option(
                names = "--log-folder",
                paramLabel = "FOLDER",
                description = "Where each pipeline's log goes, a file a month. Default: .tofro/logs in the checkout.")
        private @Nullable Path logs;
    }

    /** Which block of the crontab is meant. */
    static final class Place {
        @Mixin
        private RunnerOption environment = new RunnerOption();

        /** Where cron will look for it, which starts in the checkout. */
        private String forCron() {
            return Files.isRegularFile(Path.of(environment.runner))
                    ? absolute(Path.of(environment.runner)).toString()
                    : environment.runner;
        }
    }

    @Command(description = "Print the lines.", mixinStandardHelpOptions = true)
    int print(@Mixin Contents contents) {
        out.print(block(contents.place).of(lines(contents)));
        return ExitCode.OK.code();
    }

    @Command(
            description = "Put the lines into the crontab, in place of those of this checkout and environment.",
            mixinStandardHelpOptions = true)
    int install(@Mixin Contents contents) {
        List<String> lines = lines(contents);
        CrontabBlock block = block(contents.place);
        boolean changed = change(block, block.of(lines));
        out.println(
                changed
                        ? "The crontab has " + lines.size() + (lines.size() == 1 ? " line" : " lines")
                                + " of this checkout."
                        : "The crontab has these lines already.");
        return ExitCode.OK.code();
    }

    @Command(
            description = "Take the lines of this checkout and environment out of the crontab.",
            mixinStandardHelpOptions = true)
    int remove(@Mixin Place place) {
        out.println(
                change(block(place), "")
                        ? "The crontab has no lines of this checkout any more."
                        : "The crontab has no lines of this checkout.");
        return ExitCode.OK.code();
    }

    private boolean change(CrontabBlock block, String text) {
        String before = crontab.read();
        String after = block.replacedIn(before, text);
        if (after.equals(before)) {
            return false;
        }
        crontab.write(after);
        return true;
    }

    private static CrontabBlock block(Place place) {
        return new CrontabBlock(Checkout.folder(), place.forCron());
    }

    private List<String> lines(Contents contents) {
        Scheduled scheduled = scheduled(contents);
        Path checkout = Checkout.folder();
        Path logs = contents.logs == null ? checkout.resolve(".tofro/logs") : absolute(contents.logs);
        Instant now = clock.instant();
        List<String> lines = new ArrayList<>();
        for (PipelineSpec pipeline : scheduled.pipelines()) {
            Schedule schedule = java.util.Objects.requireNonNull(pipeline.schedule());
            Duration delay = schedule.delayOf(pipeline.name());
            CrontabLine line = new CrontabLine(
                    scheduled.command(),
                    checkout,
                    pipeline.name(),
                    absolute(pipeline.file()),
                    contents.place.forCron(),
                    logs,
                    environment(),
                    contents.environmentFile == null ? null : absolute(contents.environmentFile),
                    delay);
            lines.add("# " + pipeline.name() + ": " + schedule.words()
                    + (delay.isZero() ? "" : ", " + Durations.words(delay) + " later by its jitter"));
            CronTimes.of(schedule, machine, now).forEach(when -> lines.add(line.at(when)));
            if (schedule.catchUp() != Schedule.CatchUp.NONE) {
                // For firings that were missed while the machine was off.
                lines.add(line.at("@reboot"));
            }
        }
        return lines;
    }

    /**
     * What is to be run.
     *
     * @param pipelines in the order of their names
     * @param command how: {@code run}, or {@code submit} where the launcher works on a cluster of its own
     */
    private record Scheduled(List<PipelineSpec> pipelines, String command) {}

    private Scheduled scheduled(Contents contents) {
        boolean all = contents.pipelines.isEmpty();
        List<String> names = all
                ? ScheduledPipelines.all().stream()
                        .filter(found -> found.spec().schedule() != null)
                        .map(found -> found.file().toString())
                        .toList()
                : contents.pipelines;
        Problems problems = new Problems();
        Variables variables = new Variables(
                Map.of(),
                schedule -> Optional.ofNullable(schedule)
                        .map(known -> known.lastComplete(clock.instant()))
                        .orElseGet(() -> org.tofro.pipeline.Interval.ofDay(java.time.LocalDate.EPOCH)),
                null,
                name -> System.getenv().getOrDefault(name, ""));
        PipelineLoader loader = new PipelineLoader(contents.place.environment.runner, variables, problems);
        List<PipelineSpec> found = new ArrayList<>();
        names.forEach(name -> loader.load(name).map(StepGraph::pipeline).ifPresent(found::add));
        if (!problems.isEmpty()) {
            throw new InvalidInputException(
                    new ProblemPrinter().print(problems.all()).stripTrailing());
        }
        found.stream().filter(spec -> spec.schedule() == null).findFirst().ifPresent(spec -> {
            throw new InvalidInputException(spec.file() + " has no 'schedule', so cron cannot run it; one looks like"
                    + " `schedule: \"30 6 * * *\"`");
        });
        if (found.isEmpty()) {
            throw new InvalidInputException(
                    "no pipeline under pipelines/ has a 'schedule'; one looks like" + " `schedule: \"30 6 * * *\"`");
        }
        boolean submitted =
                loader.environment().filter(Environment::isSubmitted).isPresent();
        return new Scheduled(
                found.stream().sorted(Comparator.comparing(PipelineSpec::name)).toList(), submitted ? "submit" : "run");
    }

    private static Map<String, String> environment() {
        Map<String, String> found = new TreeMap<>();
        for (String name : List.of("PATH", "JAVA_HOME", "TOFRO_JAVA_OPTS")) {
            String value = System.getenv(name);
            if (value != null && !value.isEmpty()) {
                found.put(name, value);
            }
        }
        return found;
    }

    private static Path absolute(Path path) {
        return path.toAbsolutePath().normalize();
    }
}
