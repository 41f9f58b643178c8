package org.tofro.kvs;

import com.datastax.oss.driver.api.core.AllNodesFailedException;
import com.datastax.oss.driver.api.core.DriverException;
import com.datastax.oss.driver.api.core.DriverTimeoutException;
import com.datastax.oss.driver.api.core.NoNodeAvailableException;
import com.datastax.oss.driver.api.core.NodeUnavailableException;
import com.datastax.oss.driver.api.core.connection.ClosedConnectionException;
import com.datastax.oss.driver.api.core.connection.HeartbeatException;
import com.datastax.oss.driver.api.core.servererrors.BootstrappingException;
import com.datastax.oss.driver.api.core.servererrors.OverloadedException;
import com.datastax.oss.driver.api.core.servererrors.ReadFailureException;
import com.datastax.oss.driver.api.core.servererrors.ReadTimeoutException;
import com.datastax.oss.driver.api.core.servererrors.ServerError;
import com.datastax.oss.driver.api.core.servererrors.UnavailableException;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.tofro.kvs.KvsReadException.Reason;

/** What the driver's exceptions mean for whoever reads. */
final class ReadErrors {
    private ReadErrors() {}

    /** The exception itself, out of those that stages wrap it in. */
    static Throwable cause(Throwable e) {
        Throwable cause = e;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    /** Whether the table may have been dropped: a server that loses it in the middle of a read answers by errors of all kinds. */
    static boolean mayBeGone(Throwable e) {
        return KvsErrors.isTableGone(e)
                || e instanceof ReadFailureException
                || e instanceof ServerError
                || inner(e).stream().anyMatch(ReadErrors::mayBeGone);
    }

    /** The same as an exception that says what to do; what comes from others than the driver stays as it is. */
    static Throwable wrapped(String what, Throwable thrown) {
        Throwable e = cause(thrown);
        // A session that is closed says so by an IllegalStateException.
        if (!(e instanceof DriverException || e instanceof IOException || e instanceof IllegalStateException)) {
            return e;
        }
        if (KvsErrors.isTableGone(e)) {
            return new KvsReadException(
                    Reason.NO_STORE,
                    what + ": Cassandra has no such table; is the keyspace the one that jobs are materialized in?",
                    e);
        }
        if (isTimeout(e)) {
            return new KvsReadException(Reason.TIMEOUT, what + ": Cassandra did not answer in time; try again", e);
        }
        if (isUnavailable(e)) {
            return new KvsReadException(
                    Reason.UNAVAILABLE,
                    what + ": Cassandra cannot be reached, or too few of its replicas are up; try again",
                    e);
        }
        // The server's own words may hold what was asked for; the cause keeps them for those who look.
        return new KvsReadException(
                Reason.REFUSED, what + ": Cassandra refused (" + e.getClass().getSimpleName() + ")", e);
    }

    private static boolean isTimeout(Throwable e) {
        return e instanceof DriverTimeoutException
                || e instanceof ReadTimeoutException
                || inner(e).stream().anyMatch(ReadErrors::isTimeout);
    }

    private static boolean isUnavailable(Throwable e) {
        return e instanceof NoNodeAvailableException
                || e instanceof NodeUnavailableException
                || e instanceof UnavailableException
                || e instanceof ReadFailureException
                || e instanceof OverloadedException
                || e instanceof BootstrappingException
                || e instanceof ClosedConnectionException
                || e instanceof HeartbeatException
                || e instanceof IOException
                || e instanceof IllegalStateException
                || inner(e).stream().anyMatch(ReadErrors::isUnavailable);
    }

    private static List<Throwable> inner(Throwable e) {
        return e instanceof AllNodesFailedException all
                ? all.getAllErrors().values().stream().flatMap(List::stream).toList()
                : List.of();
    }
}
