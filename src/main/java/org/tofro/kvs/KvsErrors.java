package org.tofro.kvs;

import com.datastax.oss.driver.api.core.AllNodesFailedException;
import com.datastax.oss.driver.api.core.DriverTimeoutException;
import com.datastax.oss.driver.api.core.NoNodeAvailableException;
import com.datastax.oss.driver.api.core.connection.ClosedConnectionException;
import com.datastax.oss.driver.api.core.connection.HeartbeatException;
import com.datastax.oss.driver.api.core.servererrors.CASWriteUnknownException;
import com.datastax.oss.driver.api.core.servererrors.InvalidQueryException;
import com.datastax.oss.driver.api.core.servererrors.ServerError;
import com.datastax.oss.driver.api.core.servererrors.WriteFailureException;
import com.datastax.oss.driver.api.core.servererrors.WriteTimeoutException;
import java.util.List;

/** What the driver's exceptions mean for the store. */
final class KvsErrors {
    private KvsErrors() {}

    /** Whether the request may have been carried out though its answer is an error. */
    static boolean isUnknown(Throwable e) {
        if (e instanceof AllNodesFailedException all && !(e instanceof NoNodeAvailableException)) {
            return all.getAllErrors().values().stream().flatMap(List::stream).anyMatch(KvsErrors::isUnknown);
        }
        return e instanceof DriverTimeoutException
                || e instanceof WriteTimeoutException
                || e instanceof WriteFailureException
                || e instanceof CASWriteUnknownException
                || e instanceof ClosedConnectionException
                || e instanceof HeartbeatException;
    }

    /** Whether the server knows no such table, no longer or not yet: it tells of one some moments before it can be read. */
    static boolean isTableGone(Throwable e) {
        if (e instanceof AllNodesFailedException all) {
            return all.getAllErrors().values().stream().flatMap(List::stream).anyMatch(KvsErrors::isTableGone);
        }
        if (e instanceof ServerError) {
            return String.valueOf(e.getMessage()).contains("Unknown CF ");
        }
        return e instanceof InvalidQueryException
                && String.valueOf(e.getMessage())
                        .matches("(?s).*(unconfigured table|does not exist|Unknown keyspace/cf pair).*");
    }
}
