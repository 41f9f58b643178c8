package org.tofro.run;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Whether some work is to end early, and why: who does the work asks, or has itself told. The first reason stands. */
public final class EarlyEnd {
    private final List<Runnable> actions = new ArrayList<>();
    private @Nullable String reason;

    /** Ends the work, for a reason that reads after "the run was ended: ". */
    public void because(String why) {
        List<Runnable> told;
        synchronized (this) {
            if (reason != null) {
                return;
            }
            reason = why;
            told = List.copyOf(actions);
            notifyAll();
        }
        told.forEach(Runnable::run);
    }

    /** Why the work is to end; null where it is not. */
    public synchronized @Nullable String reason() {
        return reason;
    }

    /** Has the action run when the work is to end; at once where that is so already. */
    public void then(Runnable action) {
        synchronized (this) {
            actions.add(action);
            if (reason == null) {
                return;
            }
        }
        action.run();
    }

    /** Waits for that long, or until the work is to end; false where it is. */
    public synchronized boolean pause(Duration time) throws InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0 && reason == null; left = end - System.nanoTime()) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return reason == null;
    }
}
