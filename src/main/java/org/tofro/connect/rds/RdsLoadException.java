package org.tofro.connect.rds;

import org.jspecify.annotations.Nullable;

/** A load into RDS did not succeed: one sentence that says what was wrong and what to do, without secrets and row data. */
public final class RdsLoadException extends Exception {
    private final boolean transientTrouble;

    RdsLoadException(String message, boolean transientTrouble, @Nullable Throwable cause) {
        super(message, cause);
        this.transientTrouble = transientTrouble;
    }

    /** Whether the same load may succeed a moment later: a lost connection, a deadlock. */
    boolean isTransient() {
        return transientTrouble;
    }
}
