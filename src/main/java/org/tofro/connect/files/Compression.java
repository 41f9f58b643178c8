package org.tofro.connect.files;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/** How the bytes of a file are packed. */
public enum Compression {
    /** As the first bytes say; plain when written. */
    AUTO(""),
    NONE(""),
    GZIP(".gz"),
    ZSTD(".zst");

    private static final int BUFFER_BYTES = 64 << 10;

    private final String suffix;

    Compression(String suffix) {
        this.suffix = suffix;
    }

    String suffix() {
        return suffix;
    }

    /** The bytes of a file as they were before they were packed. */
    public InputStream unpack(InputStream stored) throws IOException {
        BufferedInputStream in = new BufferedInputStream(stored, BUFFER_BYTES);
        in.mark(4);
        byte[] first = in.readNBytes(4);
        in.reset();
        Compression found = found(first);
        if (this != AUTO && this != found && first.length > 0) {
            throw new IOException(
                    switch (found) {
                        case GZIP -> "is gzip, and its compression is said to be " + word();
                        case ZSTD -> "is zstd, and its compression is said to be " + word();
                        default -> "is not " + word() + ", which its compression is said to be";
                    });
        }
        return switch (found) {
            // The JDK's own stops after a member of several where the network has no more bytes at that moment.
            case GZIP -> new GzipCompressorInputStream(in, true);
            case ZSTD -> new ZstdInputStreamNoFinalizer(in);
            default -> in;
        };
    }

    /** Packs what is written; closing it ends the file. */
    public OutputStream pack(OutputStream out) throws IOException {
        return switch (this) {
            case GZIP -> new GZIPOutputStream(out, BUFFER_BYTES);
            case ZSTD -> new ZstdOutputStreamNoFinalizer(out, 1);
            default -> out;
        };
    }

    /** No text begins like this: neither is UTF-8. */
    private static Compression found(byte[] first) {
        if (first.length >= 2 && first[0] == 0x1f && first[1] == (byte) 0x8b) {
            return GZIP;
        }
        boolean zstd = first.length == 4
                && first[0] == 0x28
                && first[1] == (byte) 0xb5
                && first[2] == 0x2f
                && first[3] == (byte) 0xfd;
        return zstd ? ZSTD : NONE;
    }

    private String word() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
