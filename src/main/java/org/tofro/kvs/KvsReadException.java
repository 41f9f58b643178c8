package org.tofro.kvs;

import org.jspecify.annotations.Nullable;

/** A read that was not answered: why, and one sentence that says what to do, without a key's values. */
public final class KvsReadException extends RuntimeException {
    /** Why a read was not answered. */
    public enum Reason {
        /** The keyspace holds no store. */
        NO_STORE,
        /** The job never had a version. */
        UNKNOWN_JOB,
        /** The job has no current version. */
        NO_VERSION,
        /** The job has no such version, or not any more. */
        UNKNOWN_VERSION,
        /** The version has no such field. */
        UNKNOWN_FIELD,
        /** The key has too many or too few parts, or one that is not of its column's type. */
        BAD_KEY,
        /** Cassandra did not answer in time; the same read may succeed a moment later. */
        TIMEOUT,
        /** Cassandra cannot be reached, or too few of its replicas; the same read may succeed a moment later. */
        UNAVAILABLE,
        /** Cassandra refused the read. */
        REFUSED
    }

    private final Reason reason;

    KvsReadException(Reason reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    KvsReadException(Reason reason, String message) {
        this(reason, message, null);
    }

    public Reason reason() {
        return reason;
    }
}
