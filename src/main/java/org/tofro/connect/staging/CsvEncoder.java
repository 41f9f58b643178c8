package org.tofro.connect.staging;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.tofro.data.StagedFile;

/**
 * Writes rows in the staged form, byte by byte as the source sent them, into parts that it opens and rolls by itself.
 * For one thread. A value of any length passes through a buffer of fixed size. Nothing is written for no rows.
 */
public final class CsvEncoder {
    private static final int BUFFER_BYTES = 128 << 10;

    private final Parts parts;
    private final byte[] nullMarker;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int filled;
    private boolean midRow;
    private long rows;
    private long flushed;
    private long rowStart;
    private long longestRow;
    private long writingNanos;
    private @Nullable PartWriter part;

    public CsvEncoder(Parts parts, String nullMarker) {
        this.parts = parts;
        this.nullMarker = nullMarker.getBytes(StandardCharsets.US_ASCII);
    }

    /** Adds a NULL to the row. */
    public void nothing() {
        separate(nullMarker.length);
        copy(nullMarker, 0, nullMarker.length);
    }

    /** Adds a value that needs no quotes: a number, a date, a boolean. */
    public void bare(byte[] value) {
        separate(value.length);
        copy(value, 0, value.length);
    }

    /** Adds a string, in UTF-8. */
    public void quoted(byte[] value) {
        separate(2);
        buffer[filled++] = '"';
        int from = 0;
        while (from < value.length) {
            int step = Math.min(value.length - from, (BUFFER_BYTES - filled - 1) / 2);
            if (step <= 0) {
                flush();
                continue;
            }
            int at = filled;
            byte[] target = buffer;
            for (int end = from + step; from < end; from++) {
                byte b = value[from];
                target[at++] = b;
                if (b == '"') {
                    target[at++] = '"';
                }
            }
            filled = at;
        }
        if (filled == BUFFER_BYTES) {
            flush();
        }
        buffer[filled++] = '"';
    }

    /** Ends the row. */
    public void endRow() {
        if (filled == BUFFER_BYTES) {
            flush();
        }
        buffer[filled++] = '\n';
        ended();
    }

    /** Adds a whole row that is in the staged form already, with its line feed. */
    public void encodedRow(byte[] bytes, int offset, int length) {
        midRow = true;
        copy(bytes, offset, length);
        ended();
    }

    private void ended() {
        midRow = false;
        rows++;
        longestRow = Math.max(longestRow, put() - rowStart);
        rowStart = put();
        atRowEnd();
    }

    /** Bytes that were put so far. */
    private long put() {
        return flushed + filled;
    }

    private void atRowEnd() {
        PartWriter open = part;
        if (filled > BUFFER_BYTES - 4096 || (open != null && open.full())) {
            flush();
        }
    }

    /** The rows that were ended so far. */
    public long rows() {
        return rows;
    }

    /** The time spent compressing and writing so far, in nanoseconds. */
    public long writingNanos() {
        return writingNanos;
    }

    /** Ends the last part; every row is stored when this returns. */
    public void finish() {
        flush();
        long start = System.nanoTime();
        PartWriter open = part;
        if (open != null) {
            part = null;
            finish(open);
        }
        writingNanos += System.nanoTime() - start;
    }

    private StagedFile finish(PartWriter open) {
        long longest = longestRow;
        longestRow = 0;
        try {
            return open.finish(longest);
        } catch (RuntimeException e) {
            open.abort();
            throw e;
        }
    }

    /** Gives the open part up; finished ones stay with {@link Parts}. */
    public void abort() {
        PartWriter open = part;
        if (open != null) {
            part = null;
            open.abort();
        }
    }

    private void separate(int expected) {
        if (BUFFER_BYTES - filled < expected + 2) {
            flush();
        }
        if (midRow) {
            buffer[filled++] = ',';
        }
        midRow = true;
    }

    private void copy(byte[] bytes, int offset, int length) {
        int from = offset;
        int end = offset + length;
        while (from < end) {
            int step = Math.min(end - from, BUFFER_BYTES - filled);
            System.arraycopy(bytes, from, buffer, filled, step);
            filled += step;
            from += step;
            if (filled == BUFFER_BYTES) {
                flush();
            }
        }
    }

    private void flush() {
        if (filled == 0) {
            return;
        }
        long start = System.nanoTime();
        PartWriter open = part;
        if (open == null) {
            open = parts.open();
            part = open;
        }
        open.write(buffer, 0, filled);
        flushed += filled;
        filled = 0;
        if (!midRow && open.full()) {
            part = null;
            finish(open);
        }
        writingNanos += System.nanoTime() - start;
    }
}
