package org.tofro.local.redshift;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The fields of one record, without quotation marks and escapes: one array of bytes and where each field ends in it. */
final class RecordFields {
    /** The most that a row may have ("Preparing your input data", t_preparing-input-data.html). */
    private static final int LONGEST_RECORD = 4 << 20;

    private byte[] data = new byte[1 << 12];
    private int size;
    private int[] ends = new int[16];
    private boolean[] quoted = new boolean[16];
    private int count;

    void clear() {
        size = 0;
        count = 0;
    }

    /** How many bytes more the record may have. */
    int room() {
        return LONGEST_RECORD - size;
    }

    void put(byte[] bytes, int from, int to) throws BadRecord {
        int length = to - from;
        if (length > data.length - size) {
            grow(length);
        }
        System.arraycopy(bytes, from, data, size, length);
        size += length;
    }

    void put(int c) throws BadRecord {
        if (size == data.length) {
            grow(1);
        }
        data[size++] = (byte) c;
    }

    private void grow(int length) throws BadRecord {
        if (length > room()) {
            throw new BadRecord("Row size exceeds the limit of 4 MB");
        }
        data = Arrays.copyOf(data, Math.min(LONGEST_RECORD, Math.max(data.length * 2, size + length)));
    }

    void endField(boolean inQuotes) {
        if (count == ends.length) {
            ends = Arrays.copyOf(ends, count * 2);
            quoted = Arrays.copyOf(quoted, count * 2);
        }
        ends[count] = size;
        quoted[count++] = inQuotes;
    }

    int count() {
        return count;
    }

    /** Whether the record is an empty line. */
    boolean isBlank() {
        return count == 1 && size == 0 && !quoted[0];
    }

    /** The bytes that the fields' places refer to. */
    byte[] data() {
        return data;
    }

    int start(int field) {
        return field == 0 ? 0 : ends[field - 1];
    }

    int end(int field) {
        return ends[field];
    }

    String text(int field) {
        return new String(data, start(field), end(field) - start(field), StandardCharsets.UTF_8);
    }
}
