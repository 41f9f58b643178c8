package org.tofro.local;

import org.jspecify.annotations.Nullable;

/** A stand-in cannot be served; the message is one sentence for the user, with what to do about it. */
public final class StackException extends RuntimeException {
    public StackException(String message) {
        super(message);
    }

    public StackException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
