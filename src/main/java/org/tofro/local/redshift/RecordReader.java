package org.tofro.local.redshift;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Cuts a file into records and fields as COPY does ("Data format parameters", copy-parameters-data-format.html, and "Data
 * conversion parameters", copy-parameters-data-conversion.html). Works on bytes, one record at a time; rows end with LF,
 * CR LF or CR.
 */
final class RecordReader {
    /** The most that a row may have ("Preparing your input data", t_preparing-input-data.html). */
    private static final int LONGEST_RECORD = 4 << 20;
    /** What raw_line of STL_LOAD_ERRORS holds, in bytes. */
    private static final int RAW_LINE = 1024;

    /** What stands in the way of the next record. */
    static final class BadRecord extends Exception {
        private static final long serialVersionUID = 1L;

        BadRecord(String reason) {
            super(reason, null, false, false);
        }

        String reason() {
            return String.valueOf(getMessage());
        }
    }

    private final InputStream in;
    private final CopyCommand.Options options;
    private final byte[] chunk = new byte[1 << 16];
    private int chunkSize;
    private int chunkAt;
    private byte[] data = new byte[1 << 12];
    private int size;
    private int[] ends = new int[16];
    private boolean[] quoted = new boolean[16];
    private int fields;
    private final byte[] raw = new byte[RAW_LINE];
    private int rawSize;
    private long line;
    private long nextLine = 1;

    RecordReader(InputStream in, CopyCommand.Options options) throws IOException {
        this.in = in;
        this.options = options;
        for (int i = 0; i < options.ignoreHeader(); i++) {
            int c = nextByte();
            while (c >= 0 && c != '\n' && c != '\r') {
                c = nextByte();
            }
            if (c == '\r' && peek() == '\n') {
                nextByte();
            }
            nextLine++;
        }
    }

    /** Reads the next record; false at the end. After a bad record it stands at the start of the next. */
    boolean next() throws IOException, BadRecord {
        do {
            if (peek() < 0) {
                return false;
            }
            size = 0;
            fields = 0;
            rawSize = 0;
            line = nextLine++;
            if (options.csv()) {
                readCsv();
            } else {
                readText();
            }
        } while (fields == 1 && length(0) == 0 && !quoted[0] && options.ignoreBlankLines());
        return true;
    }

    private void readCsv() throws IOException, BadRecord {
        int quote = options.quote();
        while (true) {
            boolean inQuotes = peek() == quote;
            if (inQuotes) {
                take();
                readQuoted(quote);
            }
            int c = take();
            while (!inQuotes && c >= 0 && c != options.delimiter() && c != '\n' && c != '\r') {
                if (c == quote) {
                    skipLine();
                    throw new BadRecord("Invalid quote formatting for CSV");
                }
                put(c);
                c = take();
            }
            endField(inQuotes);
            if (c == options.delimiter()) {
                continue;
            }
            if (c >= 0 && c != '\n' && c != '\r') {
                skipLine();
                throw new BadRecord("Invalid quote formatting for CSV");
            }
            endLine(c);
            return;
        }
    }

    private void readQuoted(int quote) throws IOException, BadRecord {
        while (true) {
            int c = take();
            if (c < 0) {
                throw new BadRecord("Invalid quote formatting for CSV");
            }
            if (c == quote) {
                if (peek() != quote) {
                    return;
                }
                take();
            } else if (c == '\n') {
                nextLine++;
            }
            put(c);
        }
    }

    private void readText() throws IOException, BadRecord {
        boolean nullIsBackslashN = options.nullAs().equals("\\N");
        while (true) {
            int quote = options.removeQuotes() && (peek() == '"' || peek() == '\'') ? take() : -1;
            boolean open = quote >= 0;
            int c = take();
            while (c >= 0 && (open || (c != options.delimiter() && c != '\n' && c != '\r'))) {
                if (open && c == quote) {
                    open = false;
                } else if (options.escape() && c == '\\') {
                    if (nullIsBackslashN && peek() == 'N') {
                        put(c);
                    }
                    c = take();
                    if (c == '\n') {
                        nextLine++;
                    }
                    if (c >= 0) {
                        put(c);
                    }
                } else {
                    put(c);
                }
                c = take();
            }
            endField(quote >= 0);
            if (c != options.delimiter() || c < 0) {
                endLine(c);
                return;
            }
        }
    }

    private void endField(boolean inQuotes) {
        if (fields == ends.length) {
            ends = Arrays.copyOf(ends, fields * 2);
            quoted = Arrays.copyOf(quoted, fields * 2);
        }
        ends[fields] = size;
        quoted[fields++] = inQuotes;
    }

    private void endLine(int c) throws IOException {
        if (c == '\r' && peek() == '\n') {
            nextByte();
        }
    }

    private void skipLine() throws IOException {
        int c = nextByte();
        while (c >= 0 && c != '\n') {
            c = nextByte();
        }
    }

    private void put(int c) throws BadRecord {
        if (size == data.length) {
            if (size >= LONGEST_RECORD) {
                throw new BadRecord("Row size exceeds the limit of 4 MB");
            }
            data = Arrays.copyOf(data, size * 2);
        }
        data[size++] = (byte) c;
    }

    private int take() throws IOException {
        int c = nextByte();
        if (rawSize < RAW_LINE && c >= 0 && c != '\n' && c != '\r') {
            raw[rawSize++] = (byte) c;
        }
        return c;
    }

    private int peek() throws IOException {
        if (chunkAt == chunkSize) {
            chunkSize = in.read(chunk);
            chunkAt = 0;
            if (chunkSize <= 0) {
                chunkSize = 0;
                return -1;
            }
        }
        return chunk[chunkAt] & 0xff;
    }

    private int nextByte() throws IOException {
        int c = peek();
        if (c >= 0) {
            chunkAt++;
        }
        return c;
    }

    int fields() {
        return fields;
    }

    /** The bytes that the fields' places refer to. */
    byte[] data() {
        return data;
    }

    int start(int field) {
        return field == 0 ? 0 : ends[field - 1];
    }

    int length(int field) {
        return ends[field] - start(field);
    }

    String text(int field) {
        return new String(data, start(field), length(field), StandardCharsets.UTF_8);
    }

    /** The line at which the record starts; the first is 1. */
    long line() {
        return line;
    }

    /** The start of the record as it stands in the file. */
    String raw() {
        return new String(raw, 0, rawSize, StandardCharsets.UTF_8);
    }
}
