package org.tofro.connect.kvs;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.RunningSteps;
import org.tofro.kvs.JobVersion;
import org.tofro.kvs.KvsException;
import org.tofro.kvs.VersionsTable;

/** Shows that a version's writer is at work, until it is closed. */
final class Alive implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Alive.class.getName());

    private final ScheduledExecutorService timer;
    private volatile @Nullable KvsException gone;

    private Alive(ScheduledExecutorService timer) {
        this.timer = timer;
    }

    /**
     * Shows it now, waiting for a cluster that does not answer, and then every quarter of the time after which a writer is
     * taken for dead.
     */
    static Alive show(VersionsTable versions, JobVersion version, RunningSteps.Work work) throws InterruptedException {
        var unusedAnswer = UntilAnswered.ask(work, () -> {
            versions.alive(version);
            return true;
        });
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "alive " + version.table());
            thread.setDaemon(true);
            return thread;
        });
        Alive alive = new Alive(timer);
        long pause = VersionsTable.ALIVE.toMillis() / 4;
        var unused =
                timer.scheduleWithFixedDelay(() -> alive.again(versions, version), pause, pause, TimeUnit.MILLISECONDS);
        return alive;
    }

    private void again(VersionsTable versions, JobVersion version) {
        try {
            versions.alive(version);
        } catch (KvsException e) {
            gone = e;
        } catch (RuntimeException e) {
            // The cluster may be back before anybody takes the writer for dead; publishing finds out.
            LOG.log(Level.FINE, "version " + version.table() + " could not be shown to be alive", e);
        }
    }

    /** Throws where the version is not being loaded any more. */
    void demand() {
        KvsException why = gone;
        if (why != null) {
            throw new KvsException(String.valueOf(why.getMessage()), why);
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
