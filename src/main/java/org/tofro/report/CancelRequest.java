package org.tofro.report;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Somebody's wish that a launch of a run ends.
 *
 * @param run the run's id
 * @param token the fencing token of the launch that is meant; a later launch of the run is not
 * @param holder who waits, as its {@link Waiting} names it, where a launch is meant that has not begun; null for one that has
 * @param by who wants it: {@code user@host}
 * @param at when
 */
public record CancelRequest(
        String run, long token, @Nullable String holder, String by, Instant at) {
    /** That a launch ends which has its lease. */
    public static CancelRequest ofLaunch(String run, long token, String by, Instant at) {
        return new CancelRequest(run, token, null, by, at);
    }

    /** That a launch ends which has left this note, and no other of the run. */
    public static CancelRequest of(Waiting waiting, String by, Instant at) {
        return new CancelRequest(waiting.run(), Waiting.TOKEN, waiting.holder(), by, at);
    }

    public boolean means(long launch) {
        return token == launch && holder == null;
    }

    public boolean means(Waiting waiting) {
        return token == Waiting.TOKEN && waiting.holder().equals(holder);
    }
}
