package org.tofro.connect.eventlog;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * The lines of a file, or of the stretch of one in which they begin. A line ends with a line feed, with or without a
 * carriage return before it, or with the file. A byte order mark at the beginning of a file is no part of its first line.
 * Of a line that is too long only the beginning is kept. For one thread.
 */
final class Lines implements Closeable {
    /** "The maximum size of a single input row from any source is 4 MB": "COPY", Database Developer Guide. */
    static final int LONGEST = 4 << 20;

    private final InputStream in;
    private final long ownEnd;
    private byte[] buffer = new byte[128 << 10];
    private int filled;
    private boolean ended;
    private long bufferOffset;
    private int from;
    private int to;
    private int next;
    private int firstNext;
    private boolean tooLong;
    private long lines;
    private int inRecord;

    /**
     * @param in at the byte before the stretch, or at the beginning of the file
     * @param start where the stretch begins
     * @param ownEnd where it ends: lines that begin there or later are another's
     */
    Lines(InputStream in, long start, long ownEnd) throws IOException {
        this.in = in;
        this.ownEnd = ownEnd;
        this.bufferOffset = Math.max(start - 1, 0);
        if (start > 0) {
            // The line that reaches into the stretch belongs to the one before.
            int end = lineFeed(0);
            while (end < 0 && !ended) {
                bufferOffset += filled;
                filled = 0;
                end = lineFeed(0);
            }
            next = end < 0 ? filled : end + 1;
        } else {
            while (filled < 3 && fill()) {
                // A file can come in pieces of one byte.
            }
            boolean mark = filled >= 3
                    && buffer[0] == (byte) 0xef
                    && buffer[1] == (byte) 0xbb
                    && buffer[2] == (byte) 0xbf;
            next = mark ? 3 : 0;
        }
    }

    /** Goes to the next line; false where there is none. */
    boolean next() throws IOException {
        if (bufferOffset + next >= ownEnd || (next == filled && !fillFrom(next))) {
            return false;
        }
        from = next;
        tooLong = false;
        inRecord = 1;
        lines++;
        takeLine(from);
        firstNext = next;
        return true;
    }

    /** Adds the line behind it to the record; false where there is none, or where the record would be too long. */
    boolean extend() throws IOException {
        if (tooLong || (next == filled && !fillFrom(next))) {
            return false;
        }
        int before = next;
        takeLine(before);
        if (tooLong) {
            return false;
        }
        inRecord++;
        lines++;
        return true;
    }

    /** Leaves of a record of several lines only the first one; the others come again. */
    void keepFirst() {
        lines -= inRecord - 1;
        inRecord = 1;
        tooLong = false;
        next = firstNext;
        to = trimmed(from, next);
    }

    /** Finds the end of the line that begins there. */
    private void takeLine(int start) throws IOException {
        int shift = from;
        int end = lineFeed(start);
        // Reading may have moved the line to the buffer's beginning.
        int moved = shift - from;
        int begin = start - moved;
        if (end < 0 && !ended) {
            tooLong = true;
            to = filled;
            if (begin == from) {
                skipLine();
            }
            return;
        }
        next = end < 0 ? filled : end + 1;
        to = trimmed(begin, next);
    }

    private int trimmed(int start, int behind) {
        int end = behind;
        if (end > start && buffer[end - 1] == '\n') {
            end--;
            if (end > start && buffer[end - 1] == '\r') {
                end--;
            }
        }
        return end;
    }

    /** Where the line feed is; -1 where the file ends before one, or where the record is too long for the buffer. */
    private int lineFeed(int start) throws IOException {
        int at = start;
        while (true) {
            for (int i = at; i < filled; i++) {
                if (buffer[i] == '\n') {
                    return i;
                }
            }
            int seen = filled - at;
            int base = from;
            if (!fillFrom(base)) {
                return -1;
            }
            at = at - (base - from) + seen;
        }
    }

    /** Reads more, keeping what stands behind a position; false at the end of the file, or where there is no room. */
    private boolean fillFrom(int keep) throws IOException {
        if (filled == buffer.length) {
            if (keep > 0) {
                System.arraycopy(buffer, keep, buffer, 0, filled - keep);
                bufferOffset += keep;
                filled -= keep;
                next -= keep;
                firstNext -= keep;
                to -= keep;
                from -= keep;
            } else if (buffer.length < LONGEST + 2) {
                buffer = Arrays.copyOf(buffer, Math.min(buffer.length * 2, LONGEST + 2));
            } else {
                return false;
            }
        }
        return fill();
    }

    private boolean fill() throws IOException {
        if (ended) {
            return false;
        }
        int got = in.read(buffer, filled, buffer.length - filled);
        ended = got < 0;
        filled += Math.max(got, 0);
        return got > 0;
    }

    /** Passes over the rest of a line that is too long; its beginning stays where it is. */
    private void skipLine() throws IOException {
        byte[] rest = new byte[64 << 10];
        // The beginning is kept for the rejects file; what is read now goes into a place of its own.
        byte[] beginning = buffer;
        int length = filled;
        long offset = bufferOffset + filled;
        int got = in.read(rest, 0, rest.length);
        while (got >= 0) {
            for (int i = 0; i < got; i++) {
                if (rest[i] == '\n') {
                    pending(beginning, length, rest, i + 1, got, offset);
                    return;
                }
            }
            offset += got;
            got = in.read(rest, 0, rest.length);
        }
        ended = true;
        next = filled;
    }
}
