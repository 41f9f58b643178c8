package org.tofro.connect.jdbc;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

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
        }
        pending.forEach(Runnable::run);
    }

    public synchronized boolean isCancelled() {
        return cancelled;
    }

    /** Runs the action when cancelled, at once where that has happened already. */
    void onCancel(Runnable action) {
        boolean now;
        synchronized (this) {
            now = cancelled;
            actions.add(action);
        }
        if (now) {
            action.run();
        }
    }

    synchronized void forget(Runnable action) {
        actions.remove(action);
    }
}
