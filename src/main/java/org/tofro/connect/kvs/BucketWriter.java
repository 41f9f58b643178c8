package org.tofro.connect.kvs;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.cassandra.write.RowWriter;

/**
 * One bucket's use of a writer that is dear to start and hence serves several. Its {@link #finish} says what was handed over;
 * whether that is written, the shared writer's own says for all buckets together.
 */
final class BucketWriter implements RowWriter {
    private final RowWriter shared;
    private long rows;
    private long bytes;

    BucketWriter(RowWriter shared) {
        this.shared = shared;
    }

    @Override
    public void write(@Nullable ByteBuffer[] cells) throws InterruptedException {
        for (ByteBuffer cell : cells) {
            bytes += cell == null ? 0 : cell.remaining();
        }
        shared.write(cells);
        rows++;
    }

    @Override
    public Written finish() {
        return new Written(rows, bytes);
    }

    @Override
    public void close() {
        // The shared writer is its owner's.
    }
}
