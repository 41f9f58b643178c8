package org.tofro.settings;

import org.jspecify.annotations.Nullable;

/** A secret cannot be had: one sentence that says why and what to do. */
public final class SecretException extends RuntimeException {
    private final boolean transientTrouble;

    public SecretException(String message, boolean transientTrouble, @Nullable Throwable cause) {
        super(message, cause);
        this.transientTrouble = transientTrouble;
    }

    /** Whether the same may succeed later: a service that is busy or away. */
    public boolean transientTrouble() {
        return transientTrouble;
    }
}
