package org.tofro.connect.kvs;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.RunningSteps;
import org.tofro.connect.cassandra.session.DriverErrors;
import org.tofro.connect.cassandra.write.WriteOptions;

/**
 * Asks a cluster again that does not answer, or that has no room for the request, as long as a write would be tried again: after
 * a load of hours a read must not be what it fails by. For what may be asked any number of times.
 */
final class UntilAnswered {
    private static final long PAUSE_MILLIS = 1000;

    private UntilAnswered() {}

    static <T extends @Nullable Object> T ask(RunningSteps.Work work, Supplier<T> question)
            throws InterruptedException {
        long end = System.nanoTime() + WriteOptions.PATIENCE.toNanos();
        boolean said = false;
        while (true) {
            try {
                return question.get();
            } catch (RuntimeException e) {
                if (!DriverErrors.isTransient(e) || work.isCancelled() || System.nanoTime() > end) {
                    throw e;
                }
                if (!said) {
                    work.warn("no answer, or not from enough replicas; asking again for up to "
                            + WriteOptions.PATIENCE.toMinutes() + " minutes");
                    said = true;
                }
                work.pause(PAUSE_MILLIS);
            }
        }
    }
}
