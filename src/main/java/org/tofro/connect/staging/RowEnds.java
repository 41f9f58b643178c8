package org.tofro.connect.staging;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Counts the rows that end in a stream of bytes in the staged form: at each line feed outside of quotes. Most bytes are
 * neither, so eight are looked at together. For one thread.
 */
final class RowEnds {
    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101_0101_0101_0101L;
    private static final long TOPS = 0x8080_8080_8080_8080L;
    private static final long QUOTES = '"' * ONES;
    private static final long LINE_FEEDS = '\n' * ONES;

    private long rows;
    private boolean quoted;

    /** Rows that have ended so far. */
    long rows() {
        return rows;
    }

    /** Takes the next bytes. */
    void count(byte[] bytes, int offset, int length) {
        int end = offset + length;
        int at = offset;
        while (at < end) {
            if (end - at >= Long.BYTES) {
                long word = (long) WORDS.get(bytes, at);
                long marks = zeros(word ^ QUOTES) | zeros(word ^ LINE_FEEDS);
                if (marks == 0) {
                    at += Long.BYTES;
                    continue;
                }
                at += Long.numberOfTrailingZeros(marks) / Byte.SIZE;
            }
            look(bytes[at++]);
        }
    }

    /** A doubled quote leaves the quotes and enters them again. */
    private void look(byte b) {
        quoted ^= b == '"';
        rows += b == '\n' && !quoted ? 1 : 0;
    }

    /** A mark in the top bit of the lowest byte that is zero; 0 where none is. Marks above it may be false. */
    private static long zeros(long word) {
        return (word - ONES) & ~word & TOPS;
    }
}
