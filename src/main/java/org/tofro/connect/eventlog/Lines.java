package org.tofro.connect.eventlog;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.function.LongSupplier;
import org.tofro.data.RedshiftType;

/**
 * The lines of a file, or of a stretch of one. The line that reaches into a stretch from before it, or begins where it begins,
 * belongs to the stretch before it: what stands before a stretch need not be read. A line ends with a line feed, with or without a
 * carriage return before it, or with the file. A byte order mark at the beginning of a file is no part of its first line.
 * Several lines may be taken as one record. For one thread.
 */
final class Lines implements Closeable {
    private static final int LONGEST = RedshiftType.MAX_ROW;

    /** What is kept of a line that is longer. */
    private static final int KEPT = 64 << 10;

    private final InputStream in;
    private final LongSupplier ownEnd;
    private final boolean inMiddle;
    private boolean begun;
    private byte[] buffer = new byte[128 << 10];
    private int filled;
    private boolean ended;
    private long bufferOffset;

    // The record begins at `from`; lengths count from there, with line feeds.
    private int from;
    private int length;
    private int firstLength;
    private int linesInRecord;
    private long offset;
    private long lines;
    private byte[] beginning = {};
    private boolean tooLong;

    /** @param in all of a file */
    Lines(InputStream in) {
        this(in, false, () -> Long.MAX_VALUE);
    }

    /**
     * @param in where the stretch begins, and beyond its end
     * @param inMiddle whether there is something before it
     * @param ownEnd how long it is: lines that begin behind that are another's; where that is not known before it was
     *     read, {@link Long#MAX_VALUE} until then
     */
    Lines(InputStream in, boolean inMiddle, LongSupplier ownEnd) {
        this.in = in;
        this.inMiddle = inMiddle;
        this.ownEnd = ownEnd;
    }

    private void begin() throws IOException {
        begun = true;
        if (inMiddle) {
            skip();
            return;
        }
        while (filled < 3 && more()) {
            // A file can come in pieces of one byte.
        }
        boolean mark = filled >= 3 && buffer[0] == (byte) 0xef && buffer[1] == (byte) 0xbb && buffer[2] == (byte) 0xbf;
        from = mark ? 3 : 0;
    }

    /** Goes to the next line; false where there is none. */
    boolean next() throws IOException {
        if (!begun) {
            begin();
        }
        from += length;
        length = 0;
        tooLong = false;
        offset = bufferOffset + from;
        if (offset > ownEnd.getAsLong() || (from == filled && !more())) {
            return false;
        }
        lines++;
        linesInRecord = 1;
        int end = lineFeed(0);
        if (end < 0 && !ended) {
            tooLong = true;
            beginning = Arrays.copyOfRange(buffer, from, from + KEPT);
            skip();
        } else {
            length = end < 0 ? filled - from : end + 1;
        }
        firstLength = length;
        return true;
    }

    /** Adds the line behind it to the record; false where there is none, or where the record would be too long. */
    boolean extend() throws IOException {
        if (tooLong || (from + length == filled && !more())) {
            return false;
        }
        int end = lineFeed(length);
        if (end < 0 && !ended) {
            return false;
        }
        length = end < 0 ? filled - from : end + 1;
        lines++;
        linesInRecord++;
        return true;
    }

    /** Leaves of a record of several lines only the first one; the others come again. */
    void keepFirst() {
        lines -= linesInRecord - 1;
        linesInRecord = 1;
        length = firstLength;
    }

    /** Where a line feed is, from a place in the record on; -1 where the file ends before one, or the buffer does. */
    private int lineFeed(int place) throws IOException {
        int at = place;
        while (true) {
            byte[] bytes = buffer;
            int end = filled;
            for (int i = from + at; i < end; i++) {
                if (bytes[i] == '\n') {
                    return i - from;
                }
            }
            at = end - from;
            if (!more()) {
                return -1;
            }
        }
    }

    /** Reads more behind the record; false at the end of the file, and where the record is too long. */
    private boolean more() throws IOException {
        if (ended) {
            return false;
        }
        if (filled == buffer.length) {
            if (from > 0) {
                System.arraycopy(buffer, from, buffer, 0, filled - from);
                bufferOffset += from;
                filled -= from;
                from = 0;
            } else if (buffer.length < LONGEST + 2) {
                buffer = Arrays.copyOf(buffer, Math.min(buffer.length * 2, LONGEST + 2));
            } else {
                return false;
            }
        }
        int got = in.read(buffer, filled, buffer.length - filled);
        ended = got < 0;
        filled += Math.max(got, 0);
        return got > 0;
    }

    /** Passes over everything up to the next line feed, and over that. */
    private void skip() throws IOException {
        while (true) {
            for (int i = from; i < filled; i++) {
                if (buffer[i] == '\n') {
                    from = i + 1;
                    return;
                }
            }
            bufferOffset += filled;
            from = 0;
            filled = 0;
            if (!more()) {
                return;
            }
        }
    }

    /** Whether the line is longer than any row may be; then only its beginning is there. */
    boolean tooLong() {
        return tooLong;
    }

    byte[] bytes() {
        return tooLong ? beginning : buffer;
    }

    /** The record's first byte. */
    int start() {
        return tooLong ? 0 : from;
    }

    /** The byte after its last one, without the end of the line. */
    int end() {
        if (tooLong) {
            return beginning.length;
        }
        int end = from + length;
        if (end > from && buffer[end - 1] == '\n') {
            end--;
            if (end > from && buffer[end - 1] == '\r') {
                end--;
            }
        }
        return end;
    }

    /** The lines that the record has. */
    int inRecord() {
        return linesInRecord;
    }

    /** The number of the record's first line in the stretch, from 1 on. */
    long number() {
        return lines - linesInRecord + 1;
    }

    /** Lines taken so far. */
    long count() {
        return lines;
    }

    /** Where the record begins in the stretch. */
    long offset() {
        return offset;
    }

    /** What was read of the stretch. */
    Extent extent() {
        return new Extent(lines, Math.min(ownEnd.getAsLong(), offset));
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
