package org.tofro.connect.emr;

import org.jspecify.annotations.Nullable;

/** EMR refused or failed, or something on a cluster did; the message says what to do. */
public final class EmrException extends RuntimeException {
    public EmrException(String message) {
        super(message);
    }

    EmrException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
