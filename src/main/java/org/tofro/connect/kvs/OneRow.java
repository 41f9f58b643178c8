package org.tofro.connect.kvs;

import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.cassandra.write.CellEncoder;

/** The values of one row. */
final class OneRow implements Collector {
    private final CellEncoder[] encoders;
    private final boolean last;
    private List<byte @Nullable []> taken = List.of();
    private long rows;
    private long bytes;

    OneRow(SourceLayout layout, boolean last) {
        this.encoders = Scalars.encoders(layout);
        this.last = last;
    }

    @Override
    public void add(List<byte @Nullable []> values) {
        if (rows++ == 0 || last) {
            taken = values;
            bytes = 0;
            for (byte[] value : values) {
                bytes += value == null ? 0 : value.length;
            }
        }
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public boolean end(@Nullable ByteBuffer[] cells, int at) {
        for (int i = 0; i < encoders.length; i++) {
            cells[at + i] = taken.isEmpty() ? null : encoders[i].encode(taken.get(i));
        }
        boolean repeated = rows > 1;
        taken = List.of();
        rows = 0;
        bytes = 0;
        return repeated;
    }
}
