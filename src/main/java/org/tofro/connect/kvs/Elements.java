package org.tofro.connect.kvs;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.cassandra.write.CellEncoder;
import org.tofro.data.RedshiftType;

/** For each value column the values that there are, as a set or a list; a row without a value adds nothing to it. */
final class Elements implements Collector {
    private final List<OfColumn> columns = new ArrayList<>();
    private final SortedBytes order = new SortedBytes();
    private final boolean distinct;
    private final int most;
    private long bytes;

    /** The elements of a column; those of a set by the bytes that put them into their type's order. */
    private static final class OfColumn {
        private final CellEncoder encoder;
        private final RedshiftType type;
        private final List<ByteBuffer> list = new ArrayList<>();
        private final TreeMap<byte[], ByteBuffer> set = new TreeMap<>(Arrays::compareUnsigned);

        OfColumn(SourceLayout.Value value) {
            this.encoder = Scalars.encoder(value);
            this.type = value.redshift();
        }
    }

    /** @param most elements that are taken; 0 for all */
    Elements(SourceLayout layout, boolean distinct, int most) {
        layout.values().forEach(value -> columns.add(new OfColumn(value)));
        this.distinct = distinct;
        this.most = most == 0 ? Integer.MAX_VALUE : most;
    }

    @Override
    public void add(List<byte @Nullable []> values) {
        for (int i = 0; i < columns.size(); i++) {
            byte[] text = values.get(i);
            if (text != null) {
                add(columns.get(i), text);
            }
        }
    }

    private void add(OfColumn column, byte[] text) {
        if (column.list.size() + column.set.size() >= most) {
            return;
        }
        byte[] place = {};
        if (distinct) {
            order.add(column.type, text, false);
            place = order.take();
            if (column.set.containsKey(place)) {
                return;
            }
        }
        ByteBuffer cell = column.encoder.encode(text, 0, text.length);
        if (distinct) {
            column.set.put(place, cell);
        } else {
            column.list.add(cell);
        }
        bytes += Integer.BYTES + cell.remaining();
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public boolean end(@Nullable ByteBuffer[] cells, int at) {
        for (int i = 0; i < columns.size(); i++) {
            OfColumn column = columns.get(i);
            List<ByteBuffer> elements = distinct ? List.copyOf(column.set.values()) : column.list;
            cells[at + i] = elements.isEmpty() ? null : CellEncoder.pack(elements.size(), elements);
            column.set.clear();
            column.list.clear();
        }
        bytes = 0;
        return false;
    }
}
