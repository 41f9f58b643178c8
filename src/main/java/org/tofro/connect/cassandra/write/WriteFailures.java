package org.tofro.connect.cassandra.write;

import com.datastax.oss.driver.api.core.DriverTimeoutException;
import com.datastax.oss.driver.api.core.servererrors.OverloadedException;
import com.datastax.oss.driver.api.core.servererrors.QueryValidationException;
import com.datastax.oss.driver.api.core.servererrors.ServerError;
import com.datastax.oss.driver.api.core.servererrors.UnauthorizedException;
import com.datastax.oss.driver.api.core.servererrors.UnavailableException;
import com.datastax.oss.driver.api.core.servererrors.WriteFailureException;
import com.datastax.oss.driver.api.core.servererrors.WriteTimeoutException;
import java.time.Duration;
import java.util.stream.Collectors;
import org.tofro.connect.cassandra.session.CassandraException;
import org.tofro.connect.cassandra.session.DriverErrors;

/** What ends a writer, as one sentence without values. */
final class WriteFailures {
    private final TargetTable table;

    WriteFailures(TargetTable table) {
        this.table = table;
    }

    /** Whether the cluster may take the same later, when it is back or has less to do: it is waited for. */
    static boolean mayPass(Throwable e) {
        return DriverErrors.isTransient(e)
                && DriverErrors.find(e, WriteFailureException.class) == null
                && DriverErrors.find(e, ServerError.class) == null;
    }

    /** Whether it is a few tries' worth: a replica or the server failed, and does not say at what. */
    static boolean mayBeChance(Throwable e) {
        return DriverErrors.isTransient(e);
    }

    /** Whether the cluster said, or showed, that it has too much to do. */
    static boolean isOverload(Throwable e) {
        return DriverErrors.find(e, OverloadedException.class) != null
                || DriverErrors.find(e, WriteTimeoutException.class) != null
                || e instanceof DriverTimeoutException;
    }

    CassandraException tooLarge(long bytes, long most) {
        String key = table.columns().subList(0, table.key()).stream()
                .map(TargetColumn::name)
                .collect(Collectors.joining(", "));
        return CassandraException.permanent(
                "table %s: a row has %d bytes, and Cassandra takes no more than %d in one write; shorten it in the query, or split it over several rows by a clustering column (the key is %s)"
                        .formatted(shown(), bytes, most, key));
    }

    CassandraException gaveUp(Throwable e, Duration waited, int tries) {
        String tried = waited.toSeconds() > 0
                ? "; it was tried for %d s".formatted(waited.toSeconds())
                : "; it was tried %d times".formatted(tries);
        return new CassandraException(
                "table %s: %s%s. `resume` writes all its rows again, which changes nothing about those that are there"
                        .formatted(shown(), sentence(e), tried),
                true,
                e);
    }

    /** What trying again is of no use for. */
    CassandraException refused(Throwable e) {
        return new CassandraException("table %s: %s".formatted(shown(), sentence(e)), mayPass(e), e);
    }

    private String shown() {
        return table.keyspace() + "." + table.name();
    }

    private String sentence(Throwable e) {
        UnavailableException unavailable = DriverErrors.find(e, UnavailableException.class);
        if (unavailable != null) {
            return DriverErrors.sentence(unavailable);
        }
        WriteTimeoutException timeout = DriverErrors.find(e, WriteTimeoutException.class);
        if (timeout != null) {
            return "the replicas did not acknowledge a row in the server's time (consistency %s, %d of %d did); set or lower 'max_writes_per_second'"
                    .formatted(timeout.getConsistencyLevel(), timeout.getReceived(), timeout.getBlockFor());
        }
        if (DriverErrors.find(e, OverloadedException.class) != null) {
            return "the cluster says that it is overloaded; set or lower 'max_writes_per_second'";
        }
        WriteFailureException failure = DriverErrors.find(e, WriteFailureException.class);
        if (failure != null) {
            return "%d replicas failed while they wrote a row; their logs say more".formatted(failure.getNumFailures());
        }
        UnauthorizedException unauthorized = DriverErrors.find(e, UnauthorizedException.class);
        if (unauthorized != null) {
            return "the connection's user may not change it; GRANT MODIFY on it";
        }
        if (DriverErrors.find(e, QueryValidationException.class) != null
                || DriverErrors.find(e, ServerError.class) != null) {
            // What it says of a value may quote it.
            return "the server refuses a row (%s)".formatted(kind(e));
        }
        if (e instanceof DriverTimeoutException) {
            return "no answer within 30 s; set or lower 'max_writes_per_second'";
        }
        return "no node answers any more";
    }

    private static String kind(Throwable e) {
        QueryValidationException invalid = DriverErrors.find(e, QueryValidationException.class);
        Throwable said = invalid == null ? e : invalid;
        String message = String.valueOf(said.getMessage()).lines().findFirst().orElse("");
        return message.replaceAll("'[^']*'|\"[^\"]*\"|0x[0-9a-fA-F]+", "...");
    }
}
