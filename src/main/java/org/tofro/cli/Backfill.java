package org.tofro.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.tofro.pipeline.Interval;
import org.tofro.pipeline.LogicalDate;
import org.tofro.pipeline.PipelineSpec;
import org.tofro.pipeline.Schedule;
import org.tofro.pipeline.Variables;
import org.tofro.plan.BackfillCheck;
import org.tofro.problem.Problems;
import org.tofro.report.ReportStore;
import org.tofro.report.RunEntry;
import org.tofro.report.RunIndex;
import org.tofro.report.RunReport;
import org.tofro.report.RunRequest;
import org.tofro.run.HostPlaces;

/**
 * Runs the intervals of a stretch of time, one after the other under one lease, until one does not succeed. Each of them is
 * a run of its own whose id follows from its interval: a backfill that is started again goes on with the very run that was
 * cut off, and finds in the ledger what that one has published.
 */
final class Backfill {
    private static final DateTimeFormatter START =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmm", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final String pipeline;
    private final ReadingOptions reading;
    private final BundleOptions bundle;
    private final BackfillOptions asked;
    private final RunOptions options;
    private final PrintStream out;
    private final PrintStream err;

    Backfill(
            String pipeline,
            ReadingOptions reading,
            BundleOptions bundle,
            BackfillOptions asked,
            RunOptions options,
            PrintStream out,
            PrintStream err) {
        this.pipeline = pipeline;
        this.reading = reading;
        this.bundle = bundle;
        this.asked = asked;
        this.options = options;
        this.out = out;
        this.err = err;
    }

    /** Runs what is not done; returns the exit code of the first run that did not succeed. */
    int run(Instant now) throws Exception {
        Loaded first = loaded(schedule -> intervals(schedule, now).get(0));
        Problems problems = new Problems();
        BackfillCheck.check(first.graph(), problems);
        if (!problems.isEmpty()) {
            throw Loaded.invalid(problems);
        }
        List<Interval> intervals = intervals(first.graph().pipeline().schedule(), now);
        try (HostPlaces places = HostPlaces.of(first.settings().limits(), err::println)) {
            LaunchSite site = LaunchSite.placed(first, places, Instant.now(), err);
            return run(site, intervals, now);
        }
    }

    private int run(LaunchSite site, List<Interval> intervals, Instant now) throws Exception {
        Launch launch = new Launch(site, Clock.systemUTC(), out, err);
        int done = 0;
        try (KeptLease lease = launch.keepLease()) {
            for (Interval interval : intervals) {
                Loaded loaded = loaded(schedule -> interval);
                Optional<String> earlier = asked.again ? Optional.empty() : done(site, loaded, interval);
                if (earlier.isPresent()) {
                    err.println(shown(loaded, interval) + ": done by run " + earlier.get());
                    continue;
                }
                RunRequest request = request(site, loaded, interval, now);
                int code = launch.launch(LaunchOrder.of(loaded, bundle.kept(request), accepted(), options));
                if (code != ExitCode.OK.code()) {
                    err.println(
                            "the backfill ends at " + shown(loaded, interval) + "; start it again to go on from there");
                    return code;
                }
                done++;
            }
        }
        err.println("backfill: " + done + " of " + intervals.size() + " intervals run, " + (intervals.size() - done)
                + " were done already");
        return ExitCode.OK.code();
    }

    /** Who asks for intervals again has said that rows which are appended come again. */
    private Map<String, String> accepted() {
        Map<String, String> accepted = new TreeMap<>(options.accepted);
        if (asked.again) {
            accepted.putIfAbsent("again", "--again was given");
        }
        return accepted;
    }

    private Loaded loaded(Variables.IntervalChoice choice) throws IOException {
        return Loaded.of(bundle.pipeline(pipeline), bundle.runner(reading.runner()), reading.variables(choice));
    }

    /** Those that begin between the dates; none of them may last still. */
    private List<Interval> intervals(@Nullable Schedule schedule, Instant now) {
        LogicalDate from = Objects.requireNonNull(asked.from, "checked before");
        LogicalDate to = Objects.requireNonNull(asked.to, "checked before");
        List<Interval> intervals;
        try {
            ZoneId zone = schedule == null ? ZoneOffset.UTC : schedule.zone();
            intervals = schedule == null ? days(from, to) : schedule.intervals(from.at(zone), to.at(zone));
        } catch (DateTimeException e) {
            throw new InvalidInputException("--from, --to: " + e.getMessage());
        }
        if (intervals.isEmpty()) {
            throw new InvalidInputException("--from " + from.text() + " --to " + to.text()
                    + ": no interval of the pipeline begins there; --to is the first date that is not run");
        }
        Interval last = intervals.get(intervals.size() - 1);
        if (last.end().isAfter(now)) {
            throw new InvalidInputException("--to " + to.text() + ": the interval that ends at " + last.end()
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

    private static String shown(Loaded loaded, Interval interval) {
        Schedule schedule = loaded.graph().pipeline().schedule();
        return schedule == null
                ? interval.start().atOffset(ZoneOffset.UTC).toLocalDate().toString()
                : schedule.shown(interval.start());
    }

    /** The run that has done the interval, if one has; asked when its turn comes, as another may have run meanwhile. */
    private static Optional<String> done(LaunchSite site, Loaded loaded, Interval interval) {
        try {
            return new RunIndex(site.store())
                    .of(loaded.graph().pipeline().name(), interval.start(), interval.end()).stream()
                            .filter(run -> run.result() == RunEntry.Result.SUCCEEDED)
                            .map(RunEntry::run)
                            .findFirst();
        } catch (IOException e) {
            throw unreadable(site, e);
        }
    }

    /** The first run of the interval that is not done: one that was cut off, or a new one. */
    private RunRequest request(LaunchSite site, Loaded loaded, Interval interval, Instant now) {
        PipelineSpec spec = loaded.graph().pipeline();
        ReportStore store = site.store();
        try {
            Set<String> earlier = new RunIndex(store)
                    .of(spec.name(), interval.start(), interval.end()).stream()
                            .map(RunEntry::run)
                            .collect(Collectors.toSet());
            for (int number = 1; ; number++) {
                String run = spec.name() + "-" + START.format(interval.start()) + "-backfill"
                        + (number == 1 ? "" : "-" + number);
                Optional<RunRequest> before = store.readRequest(run);
                // The ledger knows what a run of this id has done, though nothing else may any more.
                if (earlier.contains(run)
                        && (before.isEmpty() || store.readCleaned(run).isPresent())) {
                    continue;
                }
                if (before.isEmpty()) {
                    return loaded.request(
                            run,
                            reading.runner(),
                            interval,
                            null,
                            reading.variables(schedule -> interval).values(),
                            true,
                            null,
                            now);
                }
                boolean succeeded = store.readReport(run)
                        .map(report -> report.result() == RunReport.Result.SUCCEEDED)
                        .orElse(false);
                if (!succeeded) {
                    demandUnedited(before.get(), loaded);
                    return before.get();
                }
            }
        } catch (IOException e) {
            throw unreadable(site, e);
        }
    }

    private static void demandUnedited(RunRequest before, Loaded loaded) {
        if (!before.planHash().equals(loaded.planHash())) {
            throw new InvalidInputException("run " + before.run() + " was cut off, and " + before.file()
                    + " was edited since; end that run first by `tofro resume " + before.run()
                    + " --edited`, then start the backfill again");
        }
    }

    private static FailedException unreadable(LaunchSite site, IOException e) {
        return new FailedException(
                "cannot look in the state area " + site.store().area() + " what has been run: " + e.getMessage());
    }
}
