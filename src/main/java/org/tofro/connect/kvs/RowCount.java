package org.tofro.connect.kvs;

import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How many rows a key has; a key without rows has no count. */
final class RowCount implements Collector {
    private long rows;

    @Override
    public void add(List<byte @Nullable []> values) {
        rows++;
    }

    @Override
    public long bytes() {
        return Long.BYTES;
    }

    @Override
    public boolean end(@Nullable ByteBuffer[] cells, int at) {
        cells[at] = rows == 0 ? null : ByteBuffer.allocate(Long.BYTES).putLong(0, rows);
        rows = 0;
        return false;
    }
}
