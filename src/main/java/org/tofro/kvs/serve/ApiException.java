package org.tofro.kvs.serve;

import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.tofro.kvs.KvsReadException;

/** A request that is answered by an error: its status, a code for programs, and a sentence for people. */
final class ApiException extends RuntimeException {
    private final int status;
    private final String code;

    ApiException(int status, String code, String message) {
        this(status, code, message, null);
    }

    private ApiException(int status, String code, @Nullable String message, @Nullable Throwable cause) {
        super(message, cause);
        this.status = status;
        this.code = code;
    }

    int status() {
        return status;
    }

    String code() {
        return code;
    }

    String sentence() {
        return String.valueOf(getMessage());
    }

    /** Whether the same request may succeed a moment later. */
    boolean passes() {
        return status == 503 || status == 504;
    }

    /** What a failure means for whoever asked. */
    static ApiException of(Throwable thrown) {
        Throwable e = thrown;
        while (e instanceof CompletionException && e.getCause() != null) {
            e = e.getCause();
        }
        if (e instanceof ApiException known) {
            return known;
        }
        if (e instanceof TimeoutException) {
            return new ApiException(504, "timeout", "the answer took longer than this service waits; try again", e);
        }
        if (e instanceof KvsReadException read) {
            return switch (read.reason()) {
                case UNKNOWN_JOB -> known(404, "unknown_job", read);
                case NO_VERSION -> known(404, "no_version", read);
                case UNKNOWN_VERSION -> known(404, "unknown_version", read);
                case UNKNOWN_FIELD -> known(400, "unknown_field", read);
                case BAD_KEY -> known(400, "bad_key", read);
                case NO_STORE -> known(503, "no_store", read);
                case UNAVAILABLE -> known(503, "unavailable", read);
                case TIMEOUT -> known(504, "timeout", read);
                case REFUSED -> known(500, "internal", read);
            };
        }
        return new ApiException(500, "internal", "the service failed; its log says more", e);
    }

    private static ApiException known(int status, String code, KvsReadException e) {
        return new ApiException(status, code, e.getMessage(), e);
    }
}
