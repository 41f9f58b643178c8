package org.tofro.connect.staging;

import org.jspecify.annotations.Nullable;

/** The staging area did not do what it was asked: one sentence that says which object and why, without secrets. */
public final class StagingException extends RuntimeException {
    private final boolean transientTrouble;

    StagingException(String message, boolean transientTrouble, @Nullable Throwable cause) {
        super(message, cause);
        this.transientTrouble = transientTrouble;
    }

    /** Whether the same work may succeed a moment later: an unreachable endpoint, throttling. */
    public boolean transientTrouble() {
        return transientTrouble;
    }
}
