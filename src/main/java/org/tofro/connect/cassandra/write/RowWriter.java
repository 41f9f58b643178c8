package org.tofro.connect.cassandra.write;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Writes rows to one table, by whatever method. For one thread; the rows that have the same partition key are best given
 * one after another.
 *
 * <p>All its rows have one write timestamp, so that a row that is written again makes the same cells, and an older run that
 * comes late overwrites nothing newer.
 */
public interface RowWriter extends AutoCloseable {
    /**
     * The most bytes that a row's values may have. Cassandra refuses a mutation of more than half of
     * commitlog_segment_size, which is 32 MiB by default (cassandra.yaml: max_mutation_size); a part of it is left for what
     * is not values.
     */
    long MOST_ROW_BYTES = 15L << 20;

    /** What was written. Every row counted here was acknowledged by the consistency level's replicas. */
    record Written(long rows, long bytes) {}

    /**
     * Takes a row, and waits while as much is on its way as the cluster takes.
     *
     * @param cells the values in the order of the table's columns, in the server's own encoding; null leaves a column
     *     that is not of the key as it is, without a tombstone. The writer owns the array and the buffers from now on
     * @throws org.tofro.connect.cassandra.session.CassandraException where an earlier row or this one cannot be written
     */
    void write(@Nullable ByteBuffer[] cells) throws InterruptedException;

    /** Waits until every row taken is written, and says how many those are. */
    Written finish() throws InterruptedException;

    /** Ends it; rows that are on their way and not yet {@link #finish finished} may or may not be written. */
    @Override
    void close();
}
