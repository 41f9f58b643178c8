package org.tofro.connect.cassandra;

import com.datastax.oss.driver.api.core.AllNodesFailedException;
import com.datastax.oss.driver.api.core.DriverException;
import com.datastax.oss.driver.api.core.DriverTimeoutException;
import com.datastax.oss.driver.api.core.NoNodeAvailableException;
import com.datastax.oss.driver.api.core.auth.AuthenticationException;
import com.datastax.oss.driver.api.core.servererrors.InvalidQueryException;
import com.datastax.oss.driver.api.core.servererrors.QueryValidationException;
import com.datastax.oss.driver.api.core.servererrors.ReadFailureException;
import com.datastax.oss.driver.api.core.servererrors.ReadTimeoutException;
import com.datastax.oss.driver.api.core.servererrors.UnauthorizedException;
import com.datastax.oss.driver.api.core.servererrors.UnavailableException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.util.List;
import java.util.Map;
import org.tofro.connect.extract.ExtractException;
import org.tofro.settings.CassandraConnection;

/** Turns what the driver throws into one sentence, without values and secrets. */
final class CassandraErrors {
    private CassandraErrors() {}

    /** Why a session was not had. */
    static ExtractException connecting(CassandraConnection connection, DriverException e) {
        String name = "connection '%s': ".formatted(connection.name());
        String points = String.join(", ", connection.contactPoints())
                + (connection.contactPoints().stream().allMatch(point -> point.contains(":"))
                        ? ""
                        : ", port " + connection.port());
        if (find(e, AuthenticationException.class) != null) {
            return ExtractException.permanent(
                    connection.user() == null
                            ? name + points + " asks for a user; give the connection 'user' and 'password'"
                            : name + points + " refuses user '" + connection.user()
                                    + "': wrong password, or no such user");
        }
        if (find(e, UnknownHostException.class) != null || find(e, UnresolvedAddressException.class) != null) {
            return new ExtractException(name + "the host of " + points + " is unknown", false, e);
        }
        return new ExtractException(name + points + " cannot be reached", true, e);
    }

    /** Whether the same page, asked for again, may come. */
    static boolean isTransient(Throwable e) {
        return e instanceof DriverException
                && !(e instanceof QueryValidationException)
                && find(e, QueryValidationException.class) == null
                && find(e, AuthenticationException.class) == null;
    }

    /** Whether nobody answered, rather than with an error: the cluster or the way to it is gone. */
    static boolean isLost(Throwable e) {
        return find(e, ReadTimeoutException.class) == null
                && find(e, UnavailableException.class) == null
                && find(e, ReadFailureException.class) == null
                && !(e instanceof DriverTimeoutException);
    }

    static ExtractException translate(CassandraRequest request, Throwable e) {
        return new ExtractException(request.where() + ": " + sentence(request, e), isTransient(e), e);
    }

    private static String sentence(CassandraRequest request, Throwable e) {
        UnavailableException unavailable = find(e, UnavailableException.class);
        if (unavailable != null) {
            return "consistency %s asks for %d replicas, and %d of them are up; wait for nodes to come back, or lower 'consistency'"
                    .formatted(unavailable.getConsistencyLevel(), unavailable.getRequired(), unavailable.getAlive());
        }
        ReadTimeoutException timeout = find(e, ReadTimeoutException.class);
        if (timeout != null) {
            return ("the replicas did not answer in the server's time (consistency %s, %d of %d did); lower 'splits' or set"
                            + " 'max_rows_per_second'")
                    .formatted(timeout.getConsistencyLevel(), timeout.getReceived(), timeout.getBlockFor());
        }
        if (find(e, ReadFailureException.class) != null) {
            return "replicas failed while they read, mostly because of too many tombstones; their logs say more";
        }
        UnauthorizedException unauthorized = find(e, UnauthorizedException.class);
        if (unauthorized != null) {
            return "user '%s' may not read table '%s'; GRANT SELECT on it"
                    .formatted(request.connection().user(), request.source().table());
        }
        QueryValidationException invalid = find(e, QueryValidationException.class);
        if (invalid != null) {
            return invalid(request, invalid);
        }
        if (e instanceof DriverTimeoutException) {
            return "no answer within 30 s; lower 'splits' or set 'max_rows_per_second'";
        }
        if (e instanceof NoNodeAvailableException || e instanceof AllNodesFailedException) {
            return "no node answers any more";
        }
        return "the driver failed (%s)".formatted(e.getClass().getSimpleName());
    }

    private static String invalid(CassandraRequest request, QueryValidationException e) {
        String said = String.valueOf(e.getMessage());
        if (e instanceof InvalidQueryException && said.contains("ALLOW FILTERING")) {
            boolean select = request.source() instanceof CassandraRequest.OfSelect;
            return "these conditions make the server look at every row; say "
                    + (select ? "ALLOW FILTERING" : "'allow_filtering: true'") + " where that is meant";
        }
        return "the server says: " + said.lines().findFirst().orElse("");
    }

    /** The first of that kind among the causes, and among what each node answered. */
    private static <T extends Throwable> @org.jspecify.annotations.Nullable T find(Throwable e, Class<T> kind) {
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
