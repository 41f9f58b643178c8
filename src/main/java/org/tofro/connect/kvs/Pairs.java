package org.tofro.connect.kvs;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.cassandra.write.CellEncoder;
import org.tofro.data.RedshiftType;

/** The values of the second column by those of the first; a row in which one is missing adds nothing. */
final class Pairs implements Collector {
    private final CellEncoder[] encoders;
    private final RedshiftType keyType;
    private final boolean last;
    private final int most;
    private final TreeMap<byte[], Pair> pairs = new TreeMap<>(Arrays::compareUnsigned);
    private final SortedBytes order = new SortedBytes();
    private boolean repeated;
    private long bytes;

    private record Pair(ByteBuffer key, ByteBuffer value) {}

    Pairs(SourceLayout layout, boolean last, int most) {
        this.encoders = Scalars.encoders(layout);
        this.keyType = layout.values().get(0).redshift();
        this.last = last;
        this.most = most == 0 ? Integer.MAX_VALUE : most;
    }

    @Override
    public void add(List<byte @Nullable []> values) {
        byte[] key = values.get(0);
        byte[] value = values.get(1);
        if (key == null || value == null) {
            return;
        }
        order.add(keyType, key, false);
        byte[] place = order.take();
        boolean known = pairs.containsKey(place);
        repeated |= known;
        if (known ? !last : pairs.size() >= most) {
            return;
        }
        Pair pair = new Pair(encoders[0].encode(key, 0, key.length), encoders[1].encode(value, 0, value.length));
        Pair before = pairs.put(place, pair);
        bytes += size(pair) - (before == null ? 0 : size(before));
    }

    private static long size(Pair pair) {
        return 2L * Integer.BYTES + pair.key().remaining() + pair.value().remaining();
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public boolean end(@Nullable ByteBuffer[] cells, int at) {
        List<ByteBuffer> parts = new ArrayList<>(2 * pairs.size());
        for (Pair pair : pairs.values()) {
            parts.add(pair.key());
            parts.add(pair.value());
        }
        cells[at] = pairs.isEmpty() ? null : CellEncoder.pack(pairs.size(), parts);
        boolean had = repeated;
        pairs.clear();
        repeated = false;
        bytes = 0;
        return had;
    }
}
