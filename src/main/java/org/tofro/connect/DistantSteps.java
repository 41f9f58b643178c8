package org.tofro.connect;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.tofro.data.Progress;
import org.tofro.data.RunContext;
import org.tofro.data.StepLine;

/** The steps of a launch that other JVMs perform, as the launcher sees them. */
public final class DistantSteps implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(DistantSteps.class.getName());
    private static final long PAUSE_MILLIS = 1_000;
    private static final long LAST_WORD_MILLIS = 1_500;

    private final WorkNotes notes;
    private final Thread thread;
    private final Workers workers;

    /** @param run whose rules name the state area */
    public DistantSteps(RunContext run) {
        WorkNotes named = WorkNotes.of(run);
        if (named == null) {
            throw new IllegalArgumentException("the rules of run " + run.run() + " name no state area");
        }
        this.notes = named;
        this.workers = new Workers(named, System::nanoTime);
        this.thread = new Thread(this::watch, "distant-steps");
        thread.setDaemon(true);
        thread.start();
    }

    private void watch() {
        try {
            while (true) {
                Thread.sleep(PAUSE_MILLIS);
                look();
            }
        } catch (InterruptedException closed) {
            // The launch has ended.
        }
    }

    private void look() {
        try {
            workers.look();
        } catch (IOException e) {
            LOG.log(Level.FINE, "how far the steps are cannot be read", e);
        }
    }

    /** How far each step was a moment ago. */
    public List<Progress> progress() {
        return workers.progress();
    }

    /** What the steps have said, and what there is to say of their workers, since this was asked for last. */
    public List<StepLine> said() {
        return workers.said();
    }

    /** Has the workers end the steps, which they do within some seconds. */
    public void cancel() {
        try {
            notes.end("cancelled");
        } catch (IOException e) {
            LOG.log(Level.WARNING, "the workers are not told to end: " + e.getMessage());
        }
    }

    /** Looks for the last time; the last word of a worker may come a moment after the step's outcome. */
    @Override
    public void close() throws InterruptedException {
        thread.interrupt();
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LAST_WORD_MILLIS);
        do {
            look();
            if (workers.progress().stream().allMatch(step -> step.endedAt() != 0)) {
                return;
            }
            Thread.sleep(100);
        } while (System.nanoTime() < deadline);
    }
}
