package org.tofro.connect.extract;

import org.jspecify.annotations.Nullable;

/** An extract did not succeed: one sentence that says what was wrong and what to do, without secrets and row data. */
public final class ExtractException extends RuntimeException {
    private final boolean transientTrouble;

    public ExtractException(String message, boolean transientTrouble, @Nullable Throwable cause) {
        super(message, cause);
        this.transientTrouble = transientTrouble;
    }

    public static ExtractException permanent(String message) {
        return new ExtractException(message, false, null);
    }

    /** Whether the same extract may succeed a moment later: a lost connection, a busy server. */
    public boolean transientTrouble() {
        return transientTrouble;
    }
}
