package org.tofro.cli;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.tofro.emr.DeployArea;
import org.tofro.report.ReportStore;
import org.tofro.settings.Settings;

/**
 * Removes what submissions have brought to the state area, and the logs of their clusters there, once it is older than the
 * records of runs become. It is of all pipelines, which share a jar.
 *
 * @param kept how long records of runs are kept
 */
record SubmissionCleaning(Settings settings, Duration kept, ReportStore store, Instant now) {
    /** In the place of a pipeline, for people. */
    private static final String SHOWN = "(submissions)";

    /** In the place of a pipeline where it is noted when that was; no pipeline's name begins so. */
    private static final String NOTED = "-submissions";

    /** What would be removed. */
    Cleaning.Removed look() {
        return inArea(area -> area.outlived(kept, now));
    }

    /** Removes it. */
    Cleaning.Removed clean() {
        return inArea(area -> area.removeOutlived(kept, now));
    }

    /** Removes it unless that was done less long ago; returns what was removed. */
    Optional<Cleaning.Removed> cleanAfter(Duration pause) throws IOException {
        Optional<Instant> last = store.readLastCleaning(NOTED);
        if (last.isPresent() && last.get().plus(pause).isAfter(now)) {
            return Optional.empty();
        }
        Cleaning.Removed removed = clean();
        store.writeLastCleaning(NOTED, now);
        return Optional.of(removed);
    }

    /** Looks through a state area. */
    @FunctionalInterface
    private interface Look {
        DeployArea.Outlived in(DeployArea area);
    }

    private Cleaning.Removed inArea(Look look) {
        // Nothing is submitted by way of a folder.
        if (!settings.stateArea().startsWith("s3:")) {
            return removed(new DeployArea.Outlived(0, 0));
        }
        try (DeployArea area = DeployArea.open(settings.stateArea(), settings.stagingS3())) {
            return removed(look.in(area));
        }
    }

    private static Cleaning.Removed removed(DeployArea.Outlived old) {
        return new Cleaning.Removed(SHOWN, false, List.of(), List.of(), old.files(), old.bytes(), null);
    }
}
