package org.tofro.run;

import java.io.IOException;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.tofro.report.RunEntry;
import org.tofro.report.RunIndex;
import org.tofro.report.RunRequest;

/**
 * A launch of a run that began after another that waits still, perhaps on another host, or a success that came meanwhile:
 * what it has left counts, and not that the other has waited in vain.
 */
final class LaterLaunch {
    private LaterLaunch() {}

    /**
     * Who only waits holds no lease: a launch that begins in this very moment is not seen. It writes its own report over that
     * of the launch that has waited, when it ends.
     *
     * @throws BusyException where there is one
     */
    static void demandNone(RunIndex index, Launched launched) throws IOException, BusyException {
        RunRequest request = launched.request();
        Optional<RunEntry> later = index.entry(request.pipeline(), request.intervalStart(), request.run())
                .filter(entry ->
                        entry.startedAt().isAfter(launched.startedAt()) || entry.result() == RunEntry.Result.SUCCEEDED);
        if (later.isPresent()) {
            throw new BusyException("run " + request.run() + " " + words(later.get())
                    + " while this launch waited; this launch ends, and leaves the run's report as it is");
        }
    }

    private static String words(RunEntry later) {
        if (later.marked()) {
            return "was marked as done";
        }
        String launched = "was launched again" + (later.place() == null ? "" : " by " + later.place()) + " at "
                + later.startedAt().truncatedTo(ChronoUnit.SECONDS);
        return launched
                + switch (later.result()) {
                    case RUNNING -> "";
                    case SUCCEEDED -> " and has succeeded";
                    case FAILED -> " and has failed";
                    case PARTIAL -> " and has done what it was asked for";
                    case NOT_READY -> " and was not ready";
                };
    }
}
