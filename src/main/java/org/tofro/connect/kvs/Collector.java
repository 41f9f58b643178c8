package org.tofro.connect.kvs;

import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Puts the rows of one key after another together, as one {@link Collect} says. For one thread. */
interface Collector {
    /** Takes the next row of the key, in the source's order; its texts are not changed any more. */
    void add(List<byte @Nullable []> values);

    /** Bytes that the key's fields have so far. */
    long bytes();

    /**
     * Ends the key and makes ready for the next one.
     *
     * @param cells takes the fields' cells
     * @param at the place of the first
     * @return whether the key had more rows than the fields take
     */
    boolean end(@Nullable ByteBuffer[] cells, int at);

    /** A collector for that source. */
    static Collector of(FieldSource source, SourceLayout layout) {
        return switch (source.collect()) {
            case ONE -> new OneRow(layout, source.onDuplicate() == OnDuplicate.LAST);
            case SET -> new Elements(layout, true, source.maxElements());
            case LIST, TOP_N -> new Elements(layout, false, source.maxElements());
            case MAP -> new Pairs(layout, source.onDuplicate() == OnDuplicate.LAST, source.maxElements());
            case JSON -> new JsonRows(layout, source.maxElements());
            case COUNT -> new RowCount();
        };
    }
}
