package org.tofro.connect.cassandra.write;

import com.datastax.oss.driver.api.core.type.DataType;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Encodes a column's values: from their text, as staged files hold it, to the bytes that Cassandra keeps. A value is encoded
 * exactly or refused; nothing is rounded, cut or replaced. Safe for many threads.
 *
 * <p>The text is that of Redshift's CSV: numbers in digits, {@code t} and {@code f} (or {@code true} and {@code false}),
 * {@code 2026-11-23}, {@code 07:04:56.000001}, {@code 2026-11-23 07:04:56.25+00} (also with T or Z; without an offset it is
 * UTC), blobs in hexadecimal digits (with or without 0x), durations in ISO 8601. Lists, sets, vectors and tuples are arrays
 * of JSON, maps and user-defined types objects; what stands in them has the same text, bare or in quotes.
 */
public final class CellEncoder {
    private final String column;
    private final String type;
    private final Cell cell;

    private CellEncoder(String column, String type, Cell cell) {
        this.column = column;
        this.type = type;
        this.cell = cell;
    }

    /**
     * The encoder of a column.
     *
     * @throws IllegalArgumentException where its type is not one that values can be encoded in: a counter, a type of a
     *     user's own (which {@link #of(String, DataType)} takes), no type at all
     */
    public static CellEncoder of(TargetColumn column) {
        return of(column.name(), TypeText.parse(column.type()));
    }

    /** The encoder of a column whose type the cluster's metadata tells; throws what {@link #of(TargetColumn)} does. */
    public static CellEncoder of(String column, DataType type) {
        return new CellEncoder(column, type.asCql(true, false), Cells.of(type));
    }

    /**
     * The bytes of a value, null for NULL.
     *
     * @param text which the result may share: it must not change any more
     * @throws CellException where the column's type has no place for the value as it is
     */
    public @Nullable ByteBuffer encode(byte @Nullable [] text) {
        return text == null ? null : encode(text, 0, text.length);
    }

    /** The same for a text within an array, which may be filled anew afterwards unless the text is all of it. */
    public ByteBuffer encode(byte[] bytes, int from, int to) {
        try {
            return cell.of(bytes, from, to);
        } catch (Cell.Unfit e) {
            throw new CellException(column, type, e.how());
        }
    }

    /**
     * The bytes of a list or a set of encoded elements, or of a map of its keys and values in turn.
     *
     * @param size how many elements, or pairs, those are
     */
    public static ByteBuffer pack(int size, List<ByteBuffer> parts) {
        int bytes = Integer.BYTES;
        for (ByteBuffer part : parts) {
            bytes += Integer.BYTES + part.remaining();
        }
        ByteBuffer packed = ByteBuffer.allocate(bytes).putInt(size);
        for (ByteBuffer part : parts) {
            packed.putInt(part.remaining()).put(part.duplicate());
        }
        return packed.flip();
    }
}
