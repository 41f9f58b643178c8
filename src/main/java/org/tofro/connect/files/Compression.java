package org.tofro.connect.files;

import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.extract.ExtractException;

/** How a file is compressed. */
public enum Compression {
    /** As its first bytes say; not at all when it is written. */
    AUTO(""),
    NONE(""),
    GZIP(".gz"),
    ZSTD(".zst");

    private static final int BUFFER_BYTES = 64 << 10;

    private static final Pattern OTHERS = Pattern.compile(
            ".*\\.(bz2|xz|lz4|lzo|lzma|snappy|sz|br|zip|7z|tar|tgz|z|parquet|orc|avro)", Pattern.CASE_INSENSITIVE);

    private final String suffix;

    Compression(String suffix) {
        this.suffix = suffix;
    }

    /** What the name of a file ends in that is written so. */
    String suffix() {
        return suffix;
    }

    /** What a file's name says; throws where it names what cannot be read. */
    public static Compression of(String uri) {
        String name = uri.toLowerCase(Locale.ROOT);
        Matcher other = OTHERS.matcher(name);
        if (other.matches()) {
            throw ExtractException.permanent(
                    "%s: .%s files cannot be read; plain files, gzip and zstd can. Where the name misleads, give `compression`"
                            .formatted(uri, other.group(1)));
        }
        return name.endsWith(".gz") || name.endsWith(".gzip")
                ? GZIP
                : name.endsWith(".zst") || name.endsWith(".zstd") ? ZSTD : NONE;
    }

    /**
     * A file's bytes as they were before they were compressed; all members and frames of it. What is no such file, or
     * is cut off, or does not agree with its checksum, ends in an extract's exception with the file and the place in it.
     */
    public InputStream open(FileSource source, SourceFile file) {
        try {
            return unpack(source.open(file, 0), file);
        } catch (IOException e) {
            throw new ExtractException("%s cannot be read: %s".formatted(file.uri(), e.getMessage()), true, e);
        }
    }

    /** The same for bytes that are at hand. */
    public InputStream unpack(InputStream stored, SourceFile file) throws IOException {
        return switch (this) {
            case AUTO -> found(stored, file);
            case NONE -> stored;
            case GZIP -> new GzipMembers(stored, file);
            case ZSTD -> new ZstdFrames(stored, file, 0);
        };
    }

    /** No text begins as these formats do: neither is UTF-8. */
    private static InputStream found(InputStream stored, SourceFile file) throws IOException {
        BufferedInputStream in = new BufferedInputStream(stored, BUFFER_BYTES);
        in.mark(4);
        byte[] first = in.readNBytes(4);
        in.reset();
        if (first.length >= 2 && first[0] == 0x1f && first[1] == (byte) 0x8b) {
            return GZIP.unpack(in, file);
        }
        boolean zstd = Arrays.equals(first, new byte[] {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd});
        return zstd ? ZSTD.unpack(in, file) : in;
    }

    /** Compresses what is written; closing it ends the file. */
    OutputStream pack(OutputStream out) throws IOException {
        return switch (this) {
            case AUTO, NONE -> out;
            case GZIP -> new GZIPOutputStream(out, BUFFER_BYTES);
            case ZSTD -> new ZstdOutputStreamNoFinalizer(out, 1);
        };
    }

    static ExtractException truncated(SourceFile file, String format, long at) {
        return ExtractException.permanent(
                ("%s is cut off: its %s data ends at byte %d, before its end is marked. Have it written again, or leave it out of"
                                + " `path`")
                        .formatted(file.uri(), format, at));
    }

    static ExtractException broken(SourceFile file, String format, long at, String how, @Nullable Throwable cause) {
        return new ExtractException(
                "%s is no good %s file: %s at byte %d. Have it written again, or leave it out of `path`; where its name misleads, give `compression`"
                        .formatted(file.uri(), format, how, at),
                false,
                cause);
    }
}
