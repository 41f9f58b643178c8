package org.tofro.connect.extract;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** A handle by which another thread ends an extract: its running statements are cancelled, its parts given up. */
public final class Cancellation {
    private final Set<Runnable> actions = new HashSet<>();
    private boolean cancelled;

    /** Ends the extract within a second or two; may be called at any time, more than once, from any thread. */
    public void cancel() {
        List<Runnable> pending;
        synchronized (this) {
            cancelled = true;
            pending = List.copyOf(actions);
            notifyAll();
        }
        pending.forEach(Runnable::run);
    }

    public synchronized boolean isCancelled() {
        return cancelled;
    }

    /** Waits for that long, or until cancelled. */
    public synchronized void pause(Duration time) throws InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0 && !cancelled; left = end - System.nanoTime()) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
    }

    /** Runs the action when cancelled, at once where that has happened already. */
    public void onCancel(Runnable action) {
        boolean now;
        synchronized (this) {
            now = cancelled;
            actions.add(action);
        }
        if (now) {
            action.run();
        }
    }

    public synchronized void forget(Runnable action) {
        actions.remove(action);
    }
}
