package org.tofro.run;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.tofro.report.ReportStore;
import org.tofro.report.Waiting;

/**
 * Launches that were asked for and have not begun, as their notes in the state area tell.
 *
 * @param store the state area
 */
public record WaitingLaunches(ReportStore store) {
    /** A cluster that has not begun its run by then has failed to start. */
    private static final Duration CLUSTER_START = Duration.ofHours(1);

    /** A step waits for those that its cluster was given before, as long as they may take. */
    private static final Duration STEP_START = Duration.ofHours(6);

    private static final Duration LOOK = Duration.ofSeconds(1);

    /** All that may still begin, as far as a look can tell: also of hosts that have just died. */
    List<Waiting> all() throws IOException {
        LaunchIdentity here = LaunchIdentity.ofThisProcess();
        return store.readAllWaiting().stream()
                .filter(each -> mayBegin(each, here, Instant.now()))
                .toList();
    }

    /**
     * Those of a pipeline that will begin. Where it is not known whether somebody lives who waits, such as a process that
     * this host had before it was started again, this lasts until his note is renewed or was not in time, a minute at most.
     */
    public List<Waiting> of(String pipeline) throws IOException, InterruptedException {
        LaunchIdentity here = LaunchIdentity.ofThisProcess();
        Map<String, Waiting> first = new HashMap<>();
        long deadline = System.nanoTime() + WaitingNote.LIFE.toNanos();
        while (true) {
            List<Waiting> waiting = all().stream()
                    .filter(each -> each.pipeline().equals(pipeline))
                    .toList();
            waiting.forEach(each -> first.putIfAbsent(each.run(), each));
            List<Waiting> sure = waiting.stream()
                    .filter(each -> isSure(each, first.get(each.run()), here))
                    .toList();
            // Clocks may differ; who has not renewed his note for so long by this one is no more.
            if (sure.size() == waiting.size() || System.nanoTime() > deadline) {
                return sure;
            }
            Thread.sleep(LOOK.toMillis());
        }
    }

    private static boolean mayBegin(Waiting waiting, LaunchIdentity here, Instant now) {
        return waiting.namesCluster()
                ? here.knowsAlive(waiting.holder())
                        || now.isBefore(waiting.since().plus(beginsWithin(waiting)))
                : !here.knowsDead(waiting.holder()) && !waiting.isSilent(now);
    }

    private static Duration beginsWithin(Waiting waiting) {
        Waiting.Cluster cluster = waiting.cluster();
        return cluster == null || cluster.step() == null ? CLUSTER_START : STEP_START;
    }

    private static boolean isSure(Waiting waiting, @Nullable Waiting before, LaunchIdentity here) {
        return waiting.namesCluster() || here.knowsAlive(waiting.holder()) || !waiting.equals(before);
    }
}
