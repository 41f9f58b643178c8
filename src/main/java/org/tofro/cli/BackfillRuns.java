package org.tofro.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.tofro.pipeline.Interval;
import org.tofro.pipeline.PipelineSpec;
import org.tofro.pipeline.Schedule;
import org.tofro.pipeline.Variables;
import org.tofro.report.ReportStore;
import org.tofro.report.RunEntry;
import org.tofro.report.RunIndex;
import org.tofro.report.RunReport;
import org.tofro.report.RunRequest;

/**
 * Which runs a backfill consists of. The id of each follows from its interval, so that a backfill that is started again goes
 * on with the very run that was cut off.
 *
 * @param reading reads the pipeline for an interval
 * @param runner the environment, as it was given
 * @param values what was given by {@code --var}
 * @param again whether intervals that are done already are run again
 * @param said takes by which run an interval is done
 */
record BackfillRuns(Reading reading, String runner, Map<String, String> values, boolean again, PrintStream said) {
    private static final DateTimeFormatter START =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmm", Locale.ROOT).withZone(ZoneOffset.UTC);

    /** Reads the pipeline for an interval. */
    @FunctionalInterface
    interface Reading {
        Loaded of(Variables.IntervalChoice choice) throws IOException;
    }

    /** An interval that is not done, and what is to be run for it. */
    record Open(Loaded loaded, RunRequest request) {
        /** The interval as people name it. */
        String shown() {
            return BackfillRuns.shown(loaded, request.intervalStart());
        }
    }

    /**
     * What is to be run for the interval; empty where it is done, which is said. To be asked when its turn comes, as another
     * may have run it meanwhile.
     */
    Optional<Open> open(ReportStore store, Interval interval, Instant now) throws IOException {
        Loaded loaded = reading.of(schedule -> interval);
        try {
            List<RunEntry> earlier =
                    new RunIndex(store).of(loaded.graph().pipeline().name(), interval.start(), interval.end());
            Optional<RunEntry> done = earlier.stream()
                    .filter(run -> !again && run.result() == RunEntry.Result.SUCCEEDED)
                    .findFirst();
            if (done.isPresent()) {
                said.println(shown(loaded, interval.start()) + ": done by run "
                        + done.get().run());
                return Optional.empty();
            }
            return Optional.of(new Open(loaded, request(store, loaded, interval, earlier, now)));
        } catch (IOException e) {
            throw new FailedException(
                    "cannot look in the state area " + store.area() + " what has been run: " + e.getMessage());
        }
    }

    /** The first of the intervals that is not done; empty where all are. */
    Optional<Open> first(ReportStore store, List<Interval> intervals, Instant now) throws IOException {
        for (Interval interval : intervals) {
            Optional<Open> open = open(store, interval, now);
            if (open.isPresent()) {
                return open;
            }
        }
        tell(0, intervals.size());
        return Optional.empty();
    }

    /** Says how many of the intervals were run. */
    void tell(int done, int all) {
        said.println("backfill: " + done + " of " + all + " intervals run, " + (all - done) + " were done already");
    }

    private static String shown(Loaded loaded, Instant start) {
        Schedule schedule = loaded.graph().pipeline().schedule();
        return schedule == null ? start.atOffset(ZoneOffset.UTC).toLocalDate().toString() : schedule.shown(start);
    }

    /** The first run of the interval that is not done: one that was cut off, or a new one. */
    private RunRequest request(ReportStore store, Loaded loaded, Interval interval, List<RunEntry> earlier, Instant now)
            throws IOException {
        PipelineSpec spec = loaded.graph().pipeline();
        Set<String> known = earlier.stream().map(RunEntry::run).collect(Collectors.toSet());
        for (int number = 1; ; number++) {
            String run = spec.name() + "-" + START.format(interval.start()) + "-backfill"
                    + (number == 1 ? "" : "-" + number);
            Optional<RunRequest> before = store.readRequest(run);
            // The ledger knows what a run of this id has done, though nothing else may any more.
            if (known.contains(run)
                    && (before.isEmpty() || store.readCleaned(run).isPresent())) {
                continue;
            }
            if (before.isEmpty()) {
                return loaded.request(run, runner, interval, null, values, true, null, now);
            }
            boolean succeeded = store.readReport(run)
                    .map(report -> report.result() == RunReport.Result.SUCCEEDED)
                    .orElse(false);
            if (!succeeded) {
                demandUnedited(before.get(), loaded);
                return before.get();
            }
        }
    }

    private static void demandUnedited(RunRequest before, Loaded loaded) {
        if (!before.planHash().equals(loaded.planHash())) {
            throw new InvalidInputException("run " + before.run() + " was cut off, and " + before.file()
                    + " was edited since; end that run first by `tofro resume " + before.run()
                    + " --edited`, then start the backfill again");
        }
    }
}
