package org.tofro.local.redshift;

import java.io.IOException;
import java.util.Arrays;

/** Rows in PostgreSQL's text format ("COPY", File Formats, postgresql.org), gathered until they are worth sending. */
final class RowBuffer {
    /** So many bytes are worth sending. */
    private static final int ENOUGH = 1 << 16;

    private byte[] bytes = new byte[2 * ENOUGH];
    private int size;

    void value(byte[] from, int start, int end) {
        reserve(2 * (end - start) + 1);
        int done = start;
        for (int i = start; i < end; i++) {
            byte escape = escape(from[i]);
            if (escape != 0) {
                copy(from, done, i);
                bytes[size++] = '\\';
                bytes[size++] = escape;
                done = i + 1;
            }
        }
        copy(from, done, end);
        bytes[size++] = '\t';
    }

    /** Bytes, of which these are the hexadecimal digits. */
    void hex(byte[] from, int start, int end) {
        reserve(end - start + 4);
        bytes[size++] = '\\';
        bytes[size++] = '\\';
        bytes[size++] = 'x';
        copy(from, start, end);
        bytes[size++] = '\t';
    }

    /** What stands behind a backslash for a byte that cannot stand for itself; 0 for all others. */
    private static byte escape(byte b) {
        if (b > '\r' && b != '\\') {
            return 0;
        }
        return switch (b) {
            case '\\' -> '\\';
            case '\n' -> 'n';
            case '\r' -> 'r';
            case '\t' -> 't';
            default -> 0;
        };
    }

    private void copy(byte[] from, int start, int end) {
        System.arraycopy(from, start, bytes, size, end - start);
        size += end - start;
    }

    void nothing() {
        reserve(3);
        bytes[size++] = '\\';
        bytes[size++] = 'N';
        bytes[size++] = '\t';
    }

    /** Ends a row, which has one value at least. */
    void endRow() {
        bytes[size - 1] = '\n';
    }

    private void reserve(int length) {
        if (length > bytes.length - size) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + length));
        }
    }

    int size() {
        return size;
    }

    /** Forgets all but the first so many bytes. */
    void cut(int length) {
        size = length;
    }

    boolean isWorthSending() {
        return size >= ENOUGH;
    }

    /** Sends the rows; false where PostgreSQL has refused an earlier one. */
    boolean flush(Backend.RowSink sink) throws IOException {
        boolean goOn = size == 0 || sink.write(bytes, size);
        size = 0;
        return goOn;
    }
}
