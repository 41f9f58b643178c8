package org.tofro.run;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.tofro.pipeline.Interval;
import org.tofro.report.ReportStore;
import org.tofro.report.Waiting;

/**
 * A note in the state area that a launch was asked for and has not begun, by which {@code status} shows it and {@code cancel}
 * ends it, until it is closed, or the launch has begun on a cluster and takes the note away.
 */
public final class WaitingNote implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(WaitingNote.class.getName());

    private final ReportStore store;
    private final CancelWatch watch;
    private volatile Waiting waiting;

    private WaitingNote(ReportStore store, Waiting waiting, EarlyEnd end) throws IOException {
        this.store = store;
        this.waiting = waiting;
        store.writeWaiting(waiting);
        watch = new CancelWatch(store, waiting.run(), Waiting.TOKEN, end::because);
    }

    /**
     * What a note of this process says, from now on.
     *
     * @param needs what it waits for, in words
     * @param cluster where it is to begin; null for this process
     */
    public static Waiting ofThisProcess(
            String run, String pipeline, Interval interval, List<String> needs, Waiting.@Nullable Cluster cluster) {
        return new Waiting(
                run,
                pipeline,
                interval.start(),
                interval.end(),
                needs,
                LaunchIdentity.ofThisProcess().holder(),
                Whereabouts.ofThisProcess().words(),
                Instant.now(),
                cluster);
    }

    /**
     * Leaves a note of a launch; who wanted an earlier one to end is forgotten.
     *
     * @param end what ends it, where somebody wants that
     */
    public static WaitingNote leave(ReportStore store, Waiting waiting, EarlyEnd end) throws IOException {
        store.forgetCancelRequest(waiting.run());
        return goOn(store, waiting, end);
    }

    /** The same where the launch has left a note before: who wanted it to end meanwhile is heard. */
    public static WaitingNote goOn(ReportStore store, Waiting waiting, EarlyEnd end) throws IOException {
        return new WaitingNote(store, waiting, end);
    }

    /** Adds which cluster was asked for. What was started goes on where that cannot be noted. */
    public void askedFor(Waiting.Cluster cluster) {
        try {
            boolean stands = stands();
            waiting = waiting.askedFor(cluster, Instant.now());
            if (stands) {
                store.writeWaiting(waiting);
            }
        } catch (IOException e) {
            LOG.log(Level.WARNING, "`tofro status` does not show which cluster was asked for: " + e.getMessage());
        }
    }

    /** Whether nobody has begun the launch, or has put a note of his own in place of this one. */
    public boolean stands() throws IOException {
        return store.readWaiting(waiting.run())
                .filter(found -> found.holder().equals(waiting.holder()))
                .isPresent();
    }

    /** Takes the note away. Whoever asks from now on finds what comes next; who asked before is heard. */
    @Override
    public void close() throws IOException {
        try (watch) {
            if (stands()) {
                store.forgetWaiting(waiting.run());
            }
            watch.look();
        }
    }
}
