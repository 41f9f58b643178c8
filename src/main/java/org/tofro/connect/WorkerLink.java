package org.tofro.connect;

import java.io.IOException;
import java.sql.Driver;
import java.util.List;
import java.util.ServiceLoader;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.tofro.data.HostName;
import org.tofro.data.Mask;
import org.tofro.data.StepLine;

/**
 * Ties the steps at work in a worker's JVM to a launcher elsewhere: notes every other second how far they are and what
 * they say, and ends them when the launcher says so. Its thread lives as long as a step is at work, because a worker outlives the job whose classes
 * these are.
 */
final class WorkerLink {
    private static final Logger LOG = Logger.getLogger(WorkerLink.class.getName());
    private static final long PAUSE_MILLIS = 2_000;

    private final WorkNotes notes;
    private final RunningSteps steps;
    private final StepLines lines;
    private final Mask mask;
    private final String worker = UUID.randomUUID().toString().substring(0, 8);
    private final Object telling = new Object();
    private final String where = words();
    private @Nullable WorkerNote noted;
    private long linesNoted;
    private int working;

    /** @param mask for the lines */
    WorkerLink(WorkNotes notes, RunningSteps steps, StepLines lines, Mask mask) {
        this.notes = notes;
        this.steps = steps;
        this.lines = lines;
        this.mask = mask;
        // DriverManager looks for drivers once in a JVM, and would know only those of the first job's classes.
        List<Driver> drivers = ServiceLoader.load(Driver.class, WorkerLink.class.getClassLoader()).stream()
                .map(ServiceLoader.Provider::get)
                .toList();
        LOG.log(Level.FINE, "drivers: {0}", drivers);
    }

    private static String words() {
        String container = System.getenv("CONTAINER_ID");
        return "process " + ProcessHandle.current().pid() + " on " + HostName.ofThisHost()
                + (container == null ? "" : ", YARN's " + container);
    }

    /** This process, for a person who looks for it. */
    String where() {
        return where;
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
            WorkerNote now =
                    new WorkerNote(System.currentTimeMillis(), where, steps.open(), lines.added(), steps.progress());
            WorkerNote before = noted;
            if (now.open().isEmpty()
                    && before != null
                    && before.open().isEmpty()
                    && before.lines() == now.lines()
                    && before.steps().equals(now.steps())) {
                return;
            }
            try {
                if (now.lines() != linesNoted) {
                    // First, because the note sends the launcher there.
                    notes.writeLines(worker, masked());
                    linesNoted = now.lines();
                }
                notes.write(worker, now);
                noted = now;
            } catch (IOException e) {
                LOG.log(Level.FINE, "the launcher does not hear how far the steps are", e);
            }
        }
    }

    private List<StepLine> masked() {
        return lines.kept().stream()
                .map(line ->
                        new StepLine(line.step(), line.number(), line.at(), line.warning(), mask.apply(line.text())))
                .toList();
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
