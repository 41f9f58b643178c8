package org.tofro.connect.staging;

import com.github.luben.zstd.ZstdInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a staged file back, row by row, in the memory of one row. A value comes as the bytes that the encoder was
 * given, null for NULL. For one thread.
 */
public final class CsvDecoder implements Closeable {
    private final InputStream in;
    private final String name;
    private final byte[] nullMarker;
    private final byte[] buffer = new byte[64 << 10];
    private int at;
    private int filled;
    private long row;

    private CsvDecoder(InputStream in, String name, String nullMarker) {
        this.in = in;
        this.name = name;
        this.nullMarker = nullMarker.getBytes(StandardCharsets.US_ASCII);
    }

    /** Reads a file as it is stored, compressed; closing the decoder closes it. */
    public static CsvDecoder open(InputStream stored, String name, String nullMarker) throws IOException {
        return new CsvDecoder(new ZstdInputStream(stored), name, nullMarker);
    }

    /** The next row, or null at the end of the file. */
    public @Nullable List<byte @Nullable []> next() throws IOException {
        if (peek() < 0) {
            return null;
        }
        row++;
        List<byte @Nullable []> values = new ArrayList<>();
        while (true) {
            values.add(peek() == '"' ? quoted() : bare());
            int end = read();
            if (end == '\n') {
                return values;
            }
            if (end != ',') {
                throw broken(end < 0 ? "ends inside a row" : "has a value that goes on after its closing quote");
            }
        }
    }

    private byte[] quoted() throws IOException {
        read();
        ByteArrayOutputStream value = new ByteArrayOutputStream();
        while (true) {
            int b = read();
            if (b < 0) {
                throw broken("ends inside a quoted value");
            }
            if (b == '"') {
                if (peek() != '"') {
                    return value.toByteArray();
                }
                read();
            }
            value.write(b);
        }
    }

    private byte @Nullable [] bare() throws IOException {
        ByteArrayOutputStream value = new ByteArrayOutputStream();
        while (peek() >= 0 && peek() != ',' && peek() != '\n') {
            value.write(read());
        }
        byte[] bytes = value.toByteArray();
        return java.util.Arrays.equals(bytes, nullMarker) ? null : bytes;
    }

    private IOException broken(String how) {
        return new IOException("%s, row %d: the file %s".formatted(name, row, how));
    }

    private int peek() throws IOException {
        if (at == filled) {
            int got = in.read(buffer, 0, buffer.length);
            at = 0;
            filled = Math.max(got, 0);
            if (got <= 0) {
                return -1;
            }
        }
        return buffer[at] & 0xff;
    }

    private int read() throws IOException {
        int b = peek();
        if (b >= 0) {
            at++;
        }
        return b;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
