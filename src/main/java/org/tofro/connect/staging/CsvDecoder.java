package org.tofro.connect.staging;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a staged file back, row by row, in the memory of one row. A value comes as the bytes that the encoder was
 * given, null for NULL: all of a row by {@link #next}, or, for who wants no copies, each where it stands after {@link
 * #advance}. For one thread.
 */
public final class CsvDecoder implements Closeable {
    private static final int MOST_BYTES = Integer.MAX_VALUE - 16;

    private final InputStream in;
    private final String name;
    private final byte[] nullMarker;
    private final byte[] buffer = new byte[64 << 10];
    private int at;
    private int filled;
    private long number;

    private byte[] row = new byte[4096];
    private int end;
    private int[] ends = new int[64];
    private boolean[] nulls = new boolean[64];
    private int fields;

    private CsvDecoder(InputStream in, String name, String nullMarker) {
        this.in = in;
        this.name = name;
        this.nullMarker = nullMarker.getBytes(StandardCharsets.US_ASCII);
    }

    /** Reads a file as it is stored, compressed; closing the decoder closes it. */
    public static CsvDecoder open(InputStream stored, String name, String nullMarker) throws IOException {
        return new CsvDecoder(new ZstdInputStreamNoFinalizer(stored), name, nullMarker);
    }

    /** The next row, or null at the end of the file. */
    public @Nullable List<byte @Nullable []> next() throws IOException {
        if (!advance()) {
            return null;
        }
        List<byte @Nullable []> values = new ArrayList<>(fields);
        for (int i = 0; i < fields; i++) {
            values.add(nulls[i] ? null : Arrays.copyOfRange(row, from(i), ends[i]));
        }
        return values;
    }

    /** Goes to the next row; false at the end of the file. */
    public boolean advance() throws IOException {
        end = 0;
        fields = 0;
        if (peek() < 0) {
            return false;
        }
        number++;
        while (true) {
            boolean quoted = peek() == '"';
            if (quoted) {
                at++;
                quoted();
            } else {
                bare();
            }
            endField(quoted);
            int after = peek();
            at++;
            if (after == '\n') {
                return true;
            }
            if (after != ',') {
                throw refused(
                        after < 0
                                ? "the file ends inside a row"
                                : "the file has a value that goes on after its closing quote");
            }
        }
    }

    private void quoted() throws IOException {
        while (true) {
            if (at == filled && !fill()) {
                throw refused("the file ends inside a quoted value");
            }
            int to = at;
            while (to < filled && buffer[to] != '"') {
                to++;
            }
            append(to);
            if (to == filled) {
                continue;
            }
            at++;
            if (peek() != '"') {
                return;
            }
            append(at + 1);
        }
    }

    private void bare() throws IOException {
        while (at < filled || fill()) {
            int to = at;
            while (to < filled && buffer[to] != ',' && buffer[to] != '\n') {
                to++;
            }
            append(to);
            if (to < filled) {
                return;
            }
        }
    }

    /** Takes what the buffer has up to there into the row. */
    private void append(int to) throws IOException {
        int length = to - at;
        if (row.length - end < length) {
            if (end + (long) length > MOST_BYTES) {
                throw refused("it has more than " + MOST_BYTES + " bytes");
            }
            row = Arrays.copyOf(row, (int) Math.min(Math.max(row.length * 2L, end + (long) length), MOST_BYTES));
        }
        System.arraycopy(buffer, at, row, end, length);
        end += length;
        at = to;
    }

    private void endField(boolean quoted) {
        if (fields == ends.length) {
            ends = Arrays.copyOf(ends, fields * 2);
            nulls = Arrays.copyOf(nulls, fields * 2);
        }
        int from = fields == 0 ? 0 : ends[fields - 1];
        ends[fields] = end;
        nulls[fields++] = !quoted && Arrays.equals(row, from, end, nullMarker, 0, nullMarker.length);
    }

    // ---- the row

    /** How many values the row has. */
    public int fields() {
        return fields;
    }

    public boolean isNull(int field) {
        return nulls[field];
    }

    /** What holds the row's values, until the next one is read. */
    public byte[] bytes() {
        return row;
    }

    /** Where a value begins. */
    public int from(int field) {
        return field == 0 ? 0 : ends[field - 1];
    }

    /** The byte after a value's last one. */
    public int to(int field) {
        return ends[field];
    }

    /** Refuses the row that was read last. */
    public IOException refused(String why) {
        return new IOException("%s, row %d: %s".formatted(name, number, why));
    }

    private int peek() throws IOException {
        return at < filled || fill() ? buffer[at] & 0xff : -1;
    }

    private boolean fill() throws IOException {
        int got = in.read(buffer, 0, buffer.length);
        at = 0;
        filled = Math.max(got, 0);
        return got > 0;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
