package org.tofro.connect.cassandra;

import com.datastax.oss.driver.api.core.AllNodesFailedException;
import com.datastax.oss.driver.api.core.DriverTimeoutException;
import com.datastax.oss.driver.api.core.NoNodeAvailableException;
import com.datastax.oss.driver.api.core.servererrors.InvalidQueryException;
import com.datastax.oss.driver.api.core.servererrors.QueryValidationException;
import com.datastax.oss.driver.api.core.servererrors.ReadFailureException;
import com.datastax.oss.driver.api.core.servererrors.ReadTimeoutException;
import com.datastax.oss.driver.api.core.servererrors.UnauthorizedException;
import com.datastax.oss.driver.api.core.servererrors.UnavailableException;
import org.tofro.connect.cassandra.session.CassandraException;
import org.tofro.connect.cassandra.session.DriverErrors;
import org.tofro.connect.extract.ExtractException;

/** Turns what the driver throws into one sentence, without values and secrets. */
final class CassandraErrors {
    private CassandraErrors() {}

    /** A session that was not had, as an extract says it. */
    static ExtractException connecting(CassandraException e) {
        return new ExtractException(String.valueOf(e.getMessage()), e.transientTrouble(), e);
    }

    static ExtractException translate(CassandraRequest request, Throwable e) {
        return new ExtractException(request.where() + ": " + sentence(request, e), DriverErrors.isTransient(e), e);
    }

    private static String sentence(CassandraRequest request, Throwable e) {
        UnavailableException unavailable = DriverErrors.find(e, UnavailableException.class);
        if (unavailable != null) {
            return DriverErrors.sentence(unavailable);
        }
        ReadTimeoutException timeout = DriverErrors.find(e, ReadTimeoutException.class);
        if (timeout != null) {
            return ("the replicas did not answer in the server's time (consistency %s, %d of %d did); lower 'splits' or set"
                            + " 'max_rows_per_second'")
                    .formatted(timeout.getConsistencyLevel(), timeout.getReceived(), timeout.getBlockFor());
        }
        if (DriverErrors.find(e, ReadFailureException.class) != null) {
            return "replicas failed while they read, mostly because of too many tombstones; their logs say more";
        }
        UnauthorizedException unauthorized = DriverErrors.find(e, UnauthorizedException.class);
        if (unauthorized != null) {
            return "user '%s' may not read table '%s'; GRANT SELECT on it"
                    .formatted(request.connection().user(), request.source().table());
        }
        QueryValidationException invalid = DriverErrors.find(e, QueryValidationException.class);
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
}
