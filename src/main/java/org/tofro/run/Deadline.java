package org.tofro.run;

import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.tofro.pipeline.RunDeadline;

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

    /**
     * The deadline of a launch.
     *
     * @param rule null for one that never comes
     * @param askedAt since when somebody wants the launch
     * @param action is given why it is to end, as a reason that reads after "the run was ended: "
     */
    static Deadline of(@Nullable RunDeadline rule, Instant askedAt, Consumer<String> action) {
        return rule == null
                ? new Deadline(null, () -> {})
                : new Deadline(
                        Duration.between(Instant.now(), rule.of(askedAt)),
                        () -> action.accept("it did not end " + rule.words() + " (deadline)"));
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
