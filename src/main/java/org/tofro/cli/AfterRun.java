package org.tofro.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.staging.StagingException;
import org.tofro.connect.warehouse.WarehouseException;
import org.tofro.report.LatestRuns;
import org.tofro.report.PipelineRuns;
import org.tofro.report.ReportStore;
import org.tofro.report.ReportTable;
import org.tofro.report.RunReport;
import org.tofro.settings.RedshiftConnection;
import org.tofro.settings.Settings;

/** What a launch does when its run has ended and its lease is given back; none of it makes a run fail. */
final class AfterRun {
    /** Old files need not be looked for more often. */
    private static final Duration BETWEEN_CLEANINGS = Duration.ofHours(20);

    private final Loaded loaded;
    private final ReportStore store;
    private final PrintStream said;

    AfterRun(Loaded loaded, ReportStore store, PrintStream said) {
        this.loaded = loaded;
        this.store = store;
        this.said = said;
    }

    /**
     * Leaves the run's metrics on this host; of one that was submitted, the host that follows it does.
     *
     * @param given the file for the run's metrics that a person has named; null where none was
     */
    void leaveMetrics(RunReport report, @Nullable Path given) {
        String folder = loaded.housekeeping().metricsFolder();
        Path file =
                given != null ? given : folder == null ? null : Path.of(folder, "tofro_" + report.pipeline() + ".prom");
        // A trial run says nothing about its pipeline.
        if (file == null || report.limit() != null) {
            return;
        }
        try {
            PipelineRuns runs = new LatestRuns(store).of(report.pipeline());
            MetricsText text = new MetricsText();
            text.run(
                    PipelineStatus.of(
                            report.pipeline(),
                            Optional.ofNullable(loaded.graph().pipeline().schedule()),
                            runs,
                            Optional.empty(),
                            Optional.empty(),
                            List.of(),
                            report.endedAt()),
                    runs,
                    report);
            WholeFile.write(file, text.text());
        } catch (IOException e) {
            said.println("cannot write the metrics of the run to " + file + ": " + e.getMessage());
        }
    }

    /** Removes what has outlived its time, once a day. */
    void clean(RunReport report, Settings served, RedshiftConnection warehouse, Instant now)
            throws InterruptedException {
        String pipeline = report.pipeline();
        try {
            Optional<Instant> last = store.readLastCleaning(pipeline);
            if (last.isPresent() && last.get().plus(BETWEEN_CLEANINGS).isAfter(now)) {
                return;
            }
            Cleaning cleaning =
                    new Cleaning(served, warehouse, loaded.housekeeping().retention(), store, now, () -> {});
            for (boolean trial : List.of(false, true)) {
                tell(cleaning.clean(pipeline, trial));
            }
            store.writeLastCleaning(pipeline, now);
            new SubmissionCleaning(served, loaded.housekeeping().retention().runs(), store, now)
                    .cleanAfter(BETWEEN_CLEANINGS)
                    .ifPresent(this::tellOfSubmissions);
        } catch (IOException | WarehouseException | StagingException e) {
            said.println("what old runs have left could not be removed: " + e.getMessage());
        }
    }

    private void tellOfSubmissions(Cleaning.Removed removed) {
        if (!removed.nothing()) {
            said.println("removed what old submissions and their clusters had left: "
                    + ReportTable.count(removed.files()) + " files (" + ReportTable.bytes(removed.bytes()) + ")");
        }
    }

    private void tell(Cleaning.Removed removed) {
        if (!removed.nothing() && removed.busy() == null) {
            said.println("removed what old runs had left: " + ReportTable.count(removed.files())
                    + " staged files of " + removed.stagedRuns().size() + " runs ("
                    + ReportTable.bytes(removed.bytes()) + "), reports and logs of "
                    + removed.records().size());
        }
    }
}
