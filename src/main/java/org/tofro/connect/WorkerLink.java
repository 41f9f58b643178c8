package org.tofro.connect;

import java.io.IOException;
import java.sql.Driver;
import java.util.List;
import java.util.ServiceLoader;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.tofro.data.Progress;

/**
 * Ties the steps at work in a worker's JVM to a launcher elsewhere: notes every other second how far they are, and ends them
 * when the launcher says so. Its thread lives as long as a step is at work, because a worker outlives the job whose classes
 * these are.
 */
final class WorkerLink {
    private static final Logger LOG = Logger.getLogger(WorkerLink.class.getName());
    private static final long PAUSE_MILLIS = 2_000;

    private final WorkNotes notes;
    private final RunningSteps steps;
    private final String worker = UUID.randomUUID().toString().substring(0, 8);
    private final Object telling = new Object();
    private List<Progress> noted = List.of();
    private int working;

    WorkerLink(WorkNotes notes, RunningSteps steps) {
        this.notes = notes;
        this.steps = steps;
        // DriverManager looks for drivers once in a JVM, and would know only those of the first job's classes.
        List<Driver> drivers = ServiceLoader.load(Driver.class, WorkerLink.class.getClassLoader()).stream()
                .map(ServiceLoader.Provider::get)
                .toList();
        LOG.log(Level.FINE, "drivers: {0}", drivers);
    }

    synchronized void began() {
        if (working++ == 0) {
            Thread thread = new Thread(this::loop, "worker-link");
            thread.setDaemon(true);
            thread.start();
        }
    }

    /** The launcher knows of a step's end before the step is over, and with it perhaps the graph. */
    void ended() {
        tell();
        synchronized (this) {
            working--;
            notifyAll();
        }
    }

    private void loop() {
        while (true) {
            tell();
            if (steps.isCancelled()) {
                return;
            }
            hear();
            synchronized (this) {
                if (working == 0) {
                    return;
                }
                try {
                    wait(PAUSE_MILLIS);
                } catch (InterruptedException e) {
                    return;
                }
            }
        }
    }

    private void tell() {
        synchronized (telling) {
            List<Progress> now = steps.progress();
            boolean atWork = now.stream().anyMatch(step -> step.endedAt() == 0);
            if (!atWork && now.equals(noted)) {
                return;
            }
            try {
                notes.write(worker, now);
                noted = now;
            } catch (IOException e) {
                LOG.log(Level.FINE, "the launcher does not hear how far the steps are", e);
            }
        }
    }

    private void hear() {
        try {
            @Nullable String reason = notes.ended();
            if (reason != null) {
                steps.cancel();
            }
        } catch (IOException e) {
            LOG.log(Level.FINE, "the launcher is not heard", e);
        }
    }
}
