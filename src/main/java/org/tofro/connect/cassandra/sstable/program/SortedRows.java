package org.tofro.connect.cassandra.sstable.program;

import java.io.DataInputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Rows in one array of bytes, which are read out in the order of the ring. Cassandra's own writer for unsorted rows keeps
 * trees of objects several times their size.
 */
final class SortedRows {
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final int TYPICAL_ROW = 64;

    private final int partitionKey;
    private final int key;
    private final byte[] bytes;
    private int used;
    private int count;
    private long first;
    private int[] starts;
    private long[] tokens;

    SortedRows(int capacity, int partitionKey, int key) {
        this.partitionKey = partitionKey;
        this.key = key;
        this.bytes = new byte[capacity];
        this.starts = new int[Math.max(16, capacity / TYPICAL_ROW / 4)];
        this.tokens = new long[starts.length];
    }

    /** Empties it, for rows of which the first has that number. */
    void clear(long firstRow) {
        used = 0;
        count = 0;
        first = firstRow;
    }

    int count() {
        return count;
    }

    int used() {
        return used;
    }

    int capacity() {
        return bytes.length;
    }

    boolean hasRoom(int length) {
        return length <= bytes.length - used;
    }

    /** The number, among all rows from 1 on, of the one that was added as that. */
    long number(int row) {
        return first + row + 1;
    }

    /** Reads a row of that length, for which there must be room. */
    void read(DataInputStream in, int length, CassandraClasses cassandra) throws Throwable {
        if (count == starts.length) {
            starts = Arrays.copyOf(starts, count * 2);
            tokens = Arrays.copyOf(tokens, count * 2);
        }
        in.readFully(bytes, used, length);
        starts[count] = used;
        used += length;
        tokens[count] = cassandra.token(partitionKey(starts[count], used));
        count++;
    }

    /** The partition key as Cassandra writes it; one of several columns has its parts one after the other. */
    private ByteBuffer partitionKey(int start, int end) throws ProgramFailure {
        if (partitionKey == 1) {
            return cell(start, end);
        }
        ByteBuffer whole = ByteBuffer.allocate(end - start);
        int at = start;
        for (int part = 0; part < partitionKey; part++) {
            ByteBuffer cell = cell(at, end);
            at += Integer.BYTES + cell.remaining();
            whole.putShort((short) cell.remaining()).put(cell).put((byte) 0);
        }
        return whole.flip();
    }

    private ByteBuffer cell(int at, int end) throws ProgramFailure {
        int length = length(at);
        if (length < 0 || length > end - at - Integer.BYTES) {
            throw new ProgramFailure(
                    ProgramFailure.Kind.ROW, "row " + number(count) + ": a column of the primary key has no value");
        }
        return ByteBuffer.wrap(bytes, at + Integer.BYTES, length).slice();
    }

    /** The cells of a row; null for one that is left as it is. */
    void cells(int row, @Nullable ByteBuffer[] cells) {
        int at = starts[row];
        for (int i = 0; i < cells.length; i++) {
            int length = length(at);
            at += Integer.BYTES;
            cells[i] = length < 0 ? null : ByteBuffer.wrap(bytes, at, length).slice();
            at += Math.max(0, length);
        }
    }

    /** The rows in the order of the ring, then of their keys' bytes; rows of one key as they came. */
    int[] order() {
        int[] from = new int[count];
        for (int i = 0; i < count; i++) {
            from[i] = i;
        }
        int[] to = new int[count];
        for (int width = 1; width > 0 && width < count; width *= 2) {
            for (int low = 0; low < count; low += 2 * width) {
                merge(from, to, low, Math.min(low + width, count), Math.min(low + 2 * width, count));
            }
            int[] merged = to;
            to = from;
            from = merged;
        }
        return from;
    }

    private void merge(int[] from, int[] to, int low, int middle, int high) {
        int left = low;
        int right = middle;
        for (int i = low; i < high; i++) {
            to[i] = right >= high || (left < middle && compare(from[left], from[right]) <= 0)
                    ? from[left++]
                    : from[right++];
        }
    }

    boolean sameKey(int one, int other) {
        return compare(one, other) == 0;
    }

    private int compare(int one, int other) {
        int order = Long.compare(tokens[one], tokens[other]);
        return order != 0 ? order : compareKeys(starts[one], starts[other]);
    }

    private int compareKeys(int one, int other) {
        // A key of one column is its bytes alone, so that their number comes last.
        int head = partitionKey == 1 ? Integer.BYTES : 0;
        int endOne = end(one, partitionKey);
        int endOther = end(other, partitionKey);
        int order = Arrays.compareUnsigned(bytes, one + head, endOne, bytes, other + head, endOther);
        return order != 0
                ? order
                : Arrays.compareUnsigned(bytes, endOne, end(one, key), bytes, endOther, end(other, key));
    }

    /** Where so many of a row's first cells end. */
    private int end(int start, int cells) {
        int at = start;
        for (int i = 0; i < cells; i++) {
            at += Integer.BYTES + Math.max(0, length(at));
        }
        return at;
    }

    private int length(int at) {
        return (int) INT.get(bytes, at);
    }
}
