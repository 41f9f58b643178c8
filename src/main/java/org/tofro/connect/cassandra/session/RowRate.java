package org.tofro.connect.cassandra.session;

import org.jspecify.annotations.Nullable;

/** Holds the readers of an extract, or the writers of a load, to so many rows a second together. Safe for many threads. */
public final class RowRate {
    private final @Nullable Integer perSecond;
    private long free = System.nanoTime();

    /** @param perSecond most rows in a second; null for as many as there are */
    public RowRate(@Nullable Integer perSecond) {
        this.perSecond = perSecond;
    }

    /** Takes the time of so many rows, and says how long to wait from now until they have had it, in nanoseconds. */
    public long took(int rows) {
        Integer limit = perSecond;
        if (limit == null) {
            return 0;
        }
        synchronized (this) {
            long now = System.nanoTime();
            free = Math.max(free, now) + rows * 1_000_000_000L / limit;
            return free - now;
        }
    }
}
