package org.tofro.kvs;

import org.jspecify.annotations.Nullable;

/** The store did not do what it was asked: one sentence that says what to do, without a key's values. */
public final class KvsException extends RuntimeException {
    public KvsException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    public KvsException(String message) {
        this(message, null);
    }
}
