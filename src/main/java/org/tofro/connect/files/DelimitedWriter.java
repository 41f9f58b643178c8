package org.tofro.connect.files;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes a plain file row by row, so that {@link DelimitedReader} reads each value as it was. For one thread. */
public final class DelimitedWriter implements Closeable {
    private static final int BUFFER_BYTES = 64 << 10;
    private static final byte[] MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

    private final OutputStream out;
    private final Layout layout;
    private final byte[] nullText;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int filled;
    private boolean midRow;
    private boolean begun;

    private DelimitedWriter(OutputStream out, DelimitedFormat format) {
        this.out = out;
        this.layout = format.layout();
        this.nullText = format.nullText().getBytes(StandardCharsets.UTF_8);
    }

    /** Writes a file, packed as the format says; closing the writer closes it. */
    public static DelimitedWriter open(OutputStream stored, DelimitedFormat format) throws IOException {
        if (!format.tellsNulls()) {
            throw new IOException("an empty text cannot stand for NULL in "
                    + format.layout().word() + ": it would be taken for the empty string");
        }
        return new DelimitedWriter(format.compression().pack(stored), format);
    }

    /** Adds a NULL to the row. */
    public void nothing() throws IOException {
        separate();
        put(nullText, 0, nullText.length);
    }

    /** Adds a value to the row. */
    public void value(byte[] bytes, int from, int to) throws IOException {
        boolean marked = !begun && to - from >= 3 && Arrays.equals(bytes, from, from + 3, MARK, 0, 3);
        separate();
        if (layout == Layout.CSV) {
            csv(bytes, from, to, marked);
        } else if (layout == Layout.POSTGRES_TEXT) {
            postgres(bytes, from, to, marked);
        } else {
            tsv(bytes, from, to, marked);
        }
    }

    public void value(byte[] bytes) throws IOException {
        value(bytes, 0, bytes.length);
    }

    public void endRow() throws IOException {
        put('\n');
        midRow = false;
    }

    private void separate() throws IOException {
        if (midRow) {
            put(layout.delimiter());
        }
        midRow = true;
        begun = true;
    }

    private boolean isNullText(byte[] bytes, int from, int to) {
        return Arrays.equals(bytes, from, to, nullText, 0, nullText.length);
    }

    private void csv(byte[] bytes, int from, int to, boolean marked) throws IOException {
        boolean quotes = marked || from == to || isNullText(bytes, from, to);
        for (int i = from; i < to && !quotes; i++) {
            byte b = bytes[i];
            quotes = b == '"' || b == ',' || b == '\n' || b == '\r';
        }
        if (!quotes) {
            put(bytes, from, to);
            return;
        }
        put('"');
        int start = from;
        for (int i = from; i < to; i++) {
            if (bytes[i] == '"') {
                put(bytes, start, i + 1);
                start = i;
            }
        }
        put(bytes, start, to);
        put('"');
    }

    private void tsv(byte[] bytes, int from, int to, boolean marked) throws IOException {
        // \N as a value has its backslash twice, and so is no NULL.
        boolean named = isNullText(bytes, from, to) && nullText[0] != '\\';
        if (marked || named) {
            put('\\');
        }
        int start = from;
        for (int i = from; i < to; i++) {
            byte b = bytes[i];
            if (b == '\t' || b == '\n' || b == '\r' || b == '\\') {
                put(bytes, start, i);
                put('\\');
                start = i;
            }
        }
        put(bytes, start, to);
    }

    private void postgres(byte[] bytes, int from, int to, boolean marked) throws IOException {
        if (marked) {
            put('\\');
        }
        int start = from;
        for (int i = from; i < to; i++) {
            int code = switch (bytes[i]) {
                case '\b' -> 'b';
                case '\f' -> 'f';
                case '\n' -> 'n';
                case '\r' -> 'r';
                case '\t' -> 't';
                case 0x0b -> 'v';
                case '\\' -> '\\';
                default -> 0;
            };
            if (code != 0) {
                put(bytes, start, i);
                put('\\');
                put(code);
                start = i + 1;
            }
        }
        put(bytes, start, to);
    }

    private void put(int b) throws IOException {
        if (filled == BUFFER_BYTES) {
            flush();
        }
        buffer[filled++] = (byte) b;
    }

    private void put(byte[] bytes, int from, int to) throws IOException {
        int length = to - from;
        if (length > BUFFER_BYTES - filled) {
            flush();
            if (length > BUFFER_BYTES) {
                out.write(bytes, from, length);
                return;
            }
        }
        System.arraycopy(bytes, from, buffer, filled, length);
        filled += length;
    }

    private void flush() throws IOException {
        out.write(buffer, 0, filled);
        filled = 0;
    }

    @Override
    public void close() throws IOException {
        try (OutputStream closing = out) {
            flush();
            closing.flush();
        }
    }
}
