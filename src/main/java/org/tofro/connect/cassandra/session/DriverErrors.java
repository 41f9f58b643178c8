package org.tofro.connect.cassandra.session;

import com.datastax.oss.driver.api.core.AllNodesFailedException;
import com.datastax.oss.driver.api.core.DriverException;
import com.datastax.oss.driver.api.core.DriverTimeoutException;
import com.datastax.oss.driver.api.core.auth.AuthenticationException;
import com.datastax.oss.driver.api.core.servererrors.QueryValidationException;
import com.datastax.oss.driver.api.core.servererrors.ReadFailureException;
import com.datastax.oss.driver.api.core.servererrors.ReadTimeoutException;
import com.datastax.oss.driver.api.core.servererrors.UnavailableException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the driver's exceptions mean for whoever made the request. */
public final class DriverErrors {
    private DriverErrors() {}

    /** Whether the same request, made again, may succeed. */
    public static boolean isTransient(Throwable e) {
        return e instanceof DriverException
                && !(e instanceof QueryValidationException)
                && find(e, QueryValidationException.class) == null
                && find(e, AuthenticationException.class) == null;
    }

    /** Whether nobody answered, rather than with an error: the cluster or the way to it is gone. */
    public static boolean isLost(Throwable e) {
        return find(e, ReadTimeoutException.class) == null
                && find(e, UnavailableException.class) == null
                && find(e, ReadFailureException.class) == null
                && !(e instanceof DriverTimeoutException);
    }

    /** What to do about replicas that are down. */
    public static String sentence(UnavailableException e) {
        return "consistency %s asks for %d replicas, and %d of them are up; wait for nodes to come back, or lower 'consistency'"
                .formatted(e.getConsistencyLevel(), e.getRequired(), e.getAlive());
    }

    /** The first of that kind among the causes, and among what each node answered. */
    public static <T extends Throwable> @Nullable T find(Throwable e, Class<T> kind) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (kind.isInstance(cause)) {
                return kind.cast(cause);
            }
            if (cause instanceof AllNodesFailedException all) {
                for (Map.Entry<?, List<Throwable>> node : all.getAllErrors().entrySet()) {
                    for (Throwable error : node.getValue()) {
                        T found = find(error, kind);
                        if (found != null) {
                            return found;
                        }
                    }
                }
            }
        }
        return null;
    }
}
