package org.tofro.connect.jdbc;

import org.jspecify.annotations.Nullable;

/** An extract did not succeed: one sentence that says what was wrong and what to do, without secrets and row data. */
public final class ExtractException extends RuntimeException {
    private final boolean transientTrouble;

    ExtractException(String message, boolean transientTrouble, @Nullable Throwable cause) {
        super(message, cause);
        this.transientTrouble = transientTrouble;
    }

    static ExtractException permanent(String message) {
        return new ExtractException(message, false, null);
    }

    /** Whether the same extract may succeed a moment later: a lost connection, a busy server. */
    public boolean transientTrouble() {
        return transientTrouble;
    }
}
