package org.tofro.run;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Runs an action when a length of time has passed, unless it is closed before. */
final class Deadline implements AutoCloseable {
    private final Thread thread;

    /** @param length null for a deadline that never comes */
    Deadline(@Nullable Duration length, Runnable action) {
        thread = new Thread(
                () -> {
                    try {
                        if (length != null) {
                            Thread.sleep(Math.max(0, length.toMillis()));
                            action.run();
                        }
                    } catch (InterruptedException closed) {
                        // The work has ended in time.
                    }
                },
                "deadline");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
