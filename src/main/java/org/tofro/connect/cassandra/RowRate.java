package org.tofro.connect.cassandra;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.extract.Cancellation;

/** Holds the readers of an extract to so many rows a second together. Safe for many threads. */
final class RowRate {
    private final @Nullable Integer perSecond;
    private final Cancellation cancellation;
    private long free = System.nanoTime();

    RowRate(@Nullable Integer perSecond, Cancellation cancellation) {
        this.perSecond = perSecond;
        this.cancellation = cancellation;
    }

    /** Waits until rows that were read have had their time. */
    void took(int rows) throws InterruptedException {
        Integer limit = perSecond;
        if (limit == null) {
            return;
        }
        long until;
        synchronized (this) {
            free = Math.max(free, System.nanoTime()) + rows * 1_000_000_000L / limit;
            until = free;
        }
        long wait = until - System.nanoTime();
        if (wait > 0) {
            cancellation.pause(Duration.ofNanos(wait));
        }
    }
}
