package org.tofro.connect.cassandra.write;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.BatchableStatement;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Writes rows by CQL: prepared, at the replicas that hold them, rows of one partition that come one after another together
 * in one unlogged batch, and each of them at least once, with the same timestamp. As many are on their way as the cluster
 * answers in good time; what it does not take is written again, with pauses, for as long as there is patience, and then ends
 * the writer: nothing that failed is only logged.
 *
 * <p>Memory: at most 8 MiB of rows on their way, and one batch.
 */
public final class CqlWriter implements RowWriter {
    /** A batch of one partition is one mutation, which no threshold of Cassandra's for batches looks at; it is still one. */
    private static final int BATCH_BYTES = 16 << 10;

    private static final int BATCH_ROWS = 64;
    private static final int ROW_BYTES = 64;

    private final TargetTable table;
    private final WriteFailures failures;
    private final WriteOptions options;
    private final RowStatements statements;
    private final Requests requests;

    private List<BatchableStatement<?>> batch = new ArrayList<>();
    private @Nullable ByteBuffer[] first = {};
    private long batchBytes;

    private CqlWriter(TargetTable table, WriteOptions options, RowStatements statements, Requests requests) {
        this.table = table;
        this.failures = new WriteFailures(table);
        this.options = options;
        this.statements = statements;
        this.requests = requests;
    }

    /**
     * Prepares to write; the session stays the caller's.
     *
     * @throws org.tofro.connect.cassandra.session.CassandraException where the table cannot be written
     */
    public static CqlWriter open(CqlSession session, TargetTable table, WriteOptions options) {
        return open(session, table, options, false);
    }

    /** The same for a writer that also {@link #delete deletes} rows. */
    public static CqlWriter openWithDeletes(CqlSession session, TargetTable table, WriteOptions options) {
        return open(session, table, options, true);
    }

    private static CqlWriter open(CqlSession session, TargetTable table, WriteOptions options, boolean deletes) {
        return new CqlWriter(
                table,
                options,
                RowStatements.prepare(session, table, options, deletes),
                new Requests(session, new WriteFailures(table), options));
    }

    @Override
    public void write(@Nullable ByteBuffer[] cells) throws InterruptedException {
        write(cells, 0);
    }

    /**
     * Takes a row as {@link #write(ByteBuffer[])} does.
     *
     * @param timestamp its write timestamp in microseconds since 1970, where the options have none for all
     */
    public void write(@Nullable ByteBuffer[] cells, long timestamp) throws InterruptedException {
        add(cells, statements.insert(cells, timestamp));
    }

    /**
     * Deletes the row of a key, as far as it is not newer than the write timestamp.
     *
     * @param cells the row's, of which only those of the key are looked at
     * @param timestamp as in {@link #write(ByteBuffer[], long)}
     */
    public void delete(@Nullable ByteBuffer[] cells, long timestamp) throws InterruptedException {
        add(cells, statements.delete(cells, table.key(), timestamp));
    }

    private void add(@Nullable ByteBuffer[] cells, BatchableStatement<?> row) throws InterruptedException {
        long size = ROW_BYTES;
        for (ByteBuffer cell : cells) {
            size += cell == null ? 0 : cell.remaining();
        }
        if (size > MOST_ROW_BYTES) {
            throw failures.tooLarge(size, MOST_ROW_BYTES);
        }
        if (!batch.isEmpty()
                && (batch.size() == BATCH_ROWS || batchBytes + size > BATCH_BYTES || !samePartition(cells))) {
            flush();
        }
        if (batch.isEmpty()) {
            first = cells;
        }
        batch.add(row);
        batchBytes += size;
    }

    private boolean samePartition(@Nullable ByteBuffer[] cells) {
        for (int i = 0; i < table.partitionKey(); i++) {
            ByteBuffer cell = cells[i];
            if (cell == null || !cell.equals(first[i])) {
                return false;
            }
        }
        return true;
    }

    private void flush() throws InterruptedException {
        int rows = batch.size();
        long bytes = batchBytes;
        List<BatchableStatement<?>> full = batch;
        batch = new ArrayList<>(Math.min(BATCH_ROWS, rows + 1));
        batchBytes = 0;
        long wait = options.rate().took(rows);
        if (wait > 0) {
            TimeUnit.NANOSECONDS.sleep(wait);
        }
        requests.send(statements.request(full), rows, bytes);
    }

    @Override
    public Written finish() throws InterruptedException {
        if (!batch.isEmpty()) {
            flush();
        }
        requests.drain();
        return new Written(requests.rows(), requests.bytes());
    }

    /** Rows that were acknowledged so far. */
    public long acknowledged() {
        return requests.rows();
    }

    /** How many rows it now lets be on their way: what it makes of the cluster's answers. */
    public int window() {
        return requests.window().size();
    }

    /** How often a request was made again, so far. */
    public long repeated() {
        return requests.repeated();
    }

    @Override
    public void close() {
        requests.close();
    }
}
