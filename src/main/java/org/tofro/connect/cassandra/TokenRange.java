package org.tofro.connect.cassandra;

import org.jspecify.annotations.Nullable;

/**
 * A stretch of the ring of tokens, which does not wrap.
 *
 * @param after the token before its first one; null where it begins at the ring's beginning, the least token in it
 * @param upTo its last token; null where it goes to the ring's end
 */
record TokenRange(@Nullable Long after, @Nullable Long upTo) {
    static final TokenRange RING = new TokenRange(null, null);

    boolean holds(long token) {
        return (after == null || token > after) && (upTo == null || token <= upTo);
    }

    /** As the plan prints it. */
    @Override
    public String toString() {
        if (after == null) {
            return upTo == null ? "the whole ring" : "tokens up to " + upTo;
        }
        return upTo == null ? "tokens after " + after : "tokens after " + after + " up to " + upTo;
    }
}
