package org.tofro.connect.cassandra.write;

import java.time.Duration;
import java.util.function.Consumer;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.cassandra.session.RowRate;
import org.tofro.settings.CassandraConnection.Consistency;

/**
 * How rows are written by CQL.
 *
 * @param consistency how many replicas must acknowledge a row
 * @param timestamp the write timestamp of every cell, in microseconds since 1970; null where each row brings its own
 * @param ttlSeconds how long the rows live; null for as long as the table's own default says
 * @param rowsInFlight most rows of one writer that are on their way at the same time
 * @param rate what all writers that share it may write together in a second
 * @param patience how long a cluster that does not answer, or answers that it is overloaded, is waited for
 * @param warnings is told of a request that has to be made again, the first one of a writer
 */
public record WriteOptions(
        Consistency consistency,
        @Nullable Long timestamp,
        @Nullable Integer ttlSeconds,
        int rowsInFlight,
        RowRate rate,
        Duration patience,
        Consumer<String> warnings) {
    private static final Logger LOG = Logger.getLogger(WriteOptions.class.getName());
    private static final int ROWS_IN_FLIGHT = 1024;
    /** For a cluster to come back. */
    public static final Duration PATIENCE = Duration.ofMinutes(5);

    /** LOCAL_QUORUM, no limit of the rate, five minutes of patience, and that write timestamp. */
    public static WriteOptions at(long timestamp) {
        return new WriteOptions(
                Consistency.LOCAL_QUORUM, timestamp, null, ROWS_IN_FLIGHT, new RowRate(null), PATIENCE, LOG::warning);
    }

    public WriteOptions withConsistency(Consistency level) {
        return new WriteOptions(level, timestamp, ttlSeconds, rowsInFlight, rate, patience, warnings);
    }

    /** The same with a write timestamp that comes with each row, by {@link CqlWriter#write(java.nio.ByteBuffer[], long)}. */
    public WriteOptions withTimestampOfEachRow() {
        return new WriteOptions(consistency, null, ttlSeconds, rowsInFlight, rate, patience, warnings);
    }

    public WriteOptions withTtlSeconds(@Nullable Integer seconds) {
        return new WriteOptions(consistency, timestamp, seconds, rowsInFlight, rate, patience, warnings);
    }

    public WriteOptions withRowsInFlight(int rows) {
        return new WriteOptions(consistency, timestamp, ttlSeconds, rows, rate, patience, warnings);
    }

    public WriteOptions withRate(RowRate shared) {
        return new WriteOptions(consistency, timestamp, ttlSeconds, rowsInFlight, shared, patience, warnings);
    }

    public WriteOptions withPatience(Duration longest) {
        return new WriteOptions(consistency, timestamp, ttlSeconds, rowsInFlight, rate, longest, warnings);
    }

    public WriteOptions withWarnings(Consumer<String> taker) {
        return new WriteOptions(consistency, timestamp, ttlSeconds, rowsInFlight, rate, patience, taker);
    }
}
