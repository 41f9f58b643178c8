package org.tofro.local.redshift;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * The part of a file that is being cut into records. Moves through the file by runs of bytes, since a call per byte is
 * what a load would spend its time with; remembers how the record at hand stands in the file.
 */
final class FileWindow {
    static final int SIZE = 1 << 16;
    /** What raw_line of STL_LOAD_ERRORS holds, in bytes. */
    private static final int RAW_LINE = 1024;

    private final InputStream in;
    private final byte[] bytes;
    private int at;
    private int limit;
    /** Where the part of the record begins that is not in {@link #raw} yet. */
    private int rawFrom;
    /** Whether what is taken belongs to the record. */
    private boolean inRecord;

    private final byte[] raw = new byte[RAW_LINE];
    private int rawSize;

    FileWindow(InputStream in, int size) {
        this.in = in;
        this.bytes = new byte[size];
    }

    private boolean fill() throws IOException {
        keepRaw();
        int read = in.read(bytes);
        at = 0;
        rawFrom = 0;
        limit = Math.max(read, 0);
        return read > 0;
    }

    /** The next byte, which stays; -1 at the end of the file. */
    int peek() throws IOException {
        return at < limit || fill() ? bytes[at] & 0xff : -1;
    }

    /** Takes the next byte; -1 at the end of the file. */
    int take() throws IOException {
        return at < limit || fill() ? bytes[at++] & 0xff : -1;
    }

    /**
     * Takes everything up to one of some bytes, and that byte, which is returned and not put; -1 at the end of the file.
     *
     * @param ends by a byte's value, whether it is one of them
     */
    int takeUntil(boolean[] ends, RecordFields fields) throws IOException, BadRecord {
        byte[] from = bytes;
        while (at < limit || fill()) {
            // A record that is too long ends behind the first byte that it has no room for.
            int end = (int) Math.min(limit, at + 1L + fields.room());
            int to = at;
            while (to < end && !ends[from[to] & 0xff]) {
                to++;
            }
            int start = at;
            at = to;
            fields.put(from, start, to);
            if (to < end) {
                at = to + 1;
                return from[to] & 0xff;
            }
        }
        return -1;
    }

    void startRecord() {
        inRecord = true;
        rawFrom = at;
        rawSize = 0;
    }

    /** Leaves out the rest of the line; it is no longer part of the record. */
    void skipLine() throws IOException {
        endRecord();
        int c = take();
        while (c >= 0 && c != '\n') {
            c = take();
        }
    }

    private void endRecord() {
        keepRaw();
        inRecord = false;
    }

    private void keepRaw() {
        for (int i = rawFrom; inRecord && i < at && rawSize < RAW_LINE; i++) {
            if (bytes[i] != '\n' && bytes[i] != '\r') {
                raw[rawSize++] = bytes[i];
            }
        }
        rawFrom = at;
    }

    /** The start of the record as it stands in the file, without the ends of its lines. */
    String raw() {
        keepRaw();
        return new String(raw, 0, rawSize, StandardCharsets.UTF_8);
    }
}
