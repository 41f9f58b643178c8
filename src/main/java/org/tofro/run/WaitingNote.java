package org.tofro.run;

import java.io.IOException;
import java.time.Duration;
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
 * ends it, until it is closed, or the launch has begun on a cluster and takes the note away. It is renewed as long as this
 * process lives, until a cluster is asked for: a note that is not was left by one that died.
 */
public final class WaitingNote implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(WaitingNote.class.getName());

    /** For how long a note says that its process lives; it says so again after a third of that. */
    static final Duration LIFE = Duration.ofSeconds(60);

    private final ReportStore store;
    private final Duration life;
    private final CancelWatch watch;
    private final Thread renewal;
    private Waiting waiting;
    private boolean closed;

    private WaitingNote(ReportStore store, Waiting waiting, EarlyEnd end, Duration life) throws IOException {
        this.store = store;
        this.life = life;
        this.waiting = waiting.renewed(Instant.now().plus(life));
        store.writeWaiting(this.waiting);
        watch = new CancelWatch(store, waiting.run(), request -> request.means(waiting), end::because);
        renewal = new Thread(this::renew, "waiting-note");
        renewal.setDaemon(true);
        renewal.start();
    }

    /**
     * What a note of this process says, from now on.
     *
     * @param launch who waits, the same in all notes of one launch: who wanted it to end while an earlier one stood is heard
     * @param needs what it waits for, in words
     * @param cluster where it is to begin; null for this process
     * @param aside whether the run will say nothing of how its interval stands
     */
    public static Waiting ofThisProcess(
            LaunchIdentity launch,
            String run,
            String pipeline,
            Interval interval,
            List<String> needs,
            Waiting.@Nullable Cluster cluster,
            boolean aside) {
        return new Waiting(
                run,
                pipeline,
                interval.start(),
                interval.end(),
                needs,
                launch.holder(),
                Whereabouts.ofThisProcess().words(),
                Instant.now(),
                cluster,
                aside,
                null);
    }

    /**
     * Leaves a note of a launch; who wanted an earlier one to end is not heard.
     *
     * @param end what ends it, where somebody wants that
     */
    public static WaitingNote leave(ReportStore store, Waiting waiting, EarlyEnd end) throws IOException {
        return leave(store, waiting, end, LIFE);
    }

    static WaitingNote leave(ReportStore store, Waiting waiting, EarlyEnd end, Duration life) throws IOException {
        return new WaitingNote(store, waiting, end, life);
    }

    /** Adds which cluster was asked for. What was started goes on where that cannot be noted. */
    public synchronized void askedFor(Waiting.Cluster cluster) {
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

    private void renew() {
        try {
            do {
                Thread.sleep(life.toMillis() / 3);
            } while (renewOnce());
        } catch (InterruptedException over) {
            // Nothing is waited for any more.
        }
    }

    /** Whether it is to be renewed again. The launcher on a cluster takes the note away, and must not find it again. */
    private synchronized boolean renewOnce() {
        if (closed || waiting.namesCluster()) {
            return false;
        }
        try {
            if (stands()) {
                waiting = waiting.renewed(Instant.now().plus(life));
                store.writeWaiting(waiting);
            }
        } catch (IOException e) {
            LOG.log(Level.FINE, "the note of run " + waiting.run() + " cannot be renewed", e);
        }
        return true;
    }

    /** Whether nobody has begun the launch, or has put a note of his own in place of this one. */
    public synchronized boolean stands() throws IOException {
        return store.readWaiting(waiting.run())
                .filter(found -> found.holder().equals(waiting.holder()))
                .isPresent();
    }

    /** Takes the note away. Whoever asks from now on finds what comes next; who asked before is heard. */
    @Override
    public synchronized void close() throws IOException {
        closed = true;
        renewal.interrupt();
        try (watch) {
            if (stands()) {
                store.forgetWaiting(waiting.run());
            }
            watch.look();
        }
    }
}
