package org.tofro.connect.staging;

import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.atomic.LongAdder;
import org.tofro.data.StagedFile;

/**
 * One part that is being filled: compresses, counts and checksums on the way. For one thread.
 *
 * <p>It counts the rows in the very bytes that it compresses, apart from whoever says how many it wrote: so a row that was
 * counted and never written is seen.
 */
public final class PartWriter {
    private static final int LEVEL = 1;

    private final Parts parts;
    private final String name;
    private final String uri;
    private final ObjectWriter object;
    private final long rollBytes;
    private final Stored stored;
    private final ZstdOutputStreamNoFinalizer zstd;
    private final RowEnds rowEnds = new RowEnds();

    PartWriter(Parts parts, String name, String uri, ObjectWriter object, long rollBytes, LongAdder storedBytes) {
        this.parts = parts;
        this.name = name;
        this.uri = uri;
        this.object = object;
        this.rollBytes = rollBytes;
        this.stored = new Stored(object, storedBytes);
        try {
            this.zstd = new ZstdOutputStreamNoFinalizer(stored, LEVEL);
            this.zstd.setChecksum(true);
        } catch (IOException e) {
            object.abort();
            throw failed(e);
        }
    }

    /** Adds plain bytes of rows in the staged form. */
    public void write(byte[] bytes, int offset, int length) {
        try {
            zstd.write(bytes, offset, length);
        } catch (IOException e) {
            throw failed(e);
        }
        rowEnds.count(bytes, offset, length);
    }

    /** Whether the part has reached the size at which the next one begins. */
    public boolean full() {
        return stored.bytes >= rollBytes;
    }

    /**
     * Ends the part: when this returns, the object exists.
     *
     * @param longestRow bytes of its longest row
     */
    public StagedFile finish(long longestRow) {
        try {
            zstd.close();
        } catch (IOException e) {
            throw failed(e);
        }
        object.commit();
        String checksum = HexFormat.of().formatHex(stored.digest.digest());
        StagedFile file = new StagedFile(uri, rowEnds.rows(), stored.bytes, checksum, longestRow);
        parts.finished(name, file);
        return file;
    }

    /** Gives the part up; nothing of it stays. */
    public void abort() {
        stored.closed = true;
        try {
            zstd.close();
        } catch (IOException e) {
            // Only the compressor's memory had to be freed; the bytes go nowhere.
        }
        object.abort();
    }

    private StagingException failed(IOException e) {
        return new StagingException("%s: the compressor failed: %s".formatted(uri, e.getMessage()), false, e);
    }

    private static final class Stored extends OutputStream {
        private final ObjectWriter object;
        private final LongAdder total;
        private final MessageDigest digest;
        private long bytes;
        private boolean closed;

        Stored(ObjectWriter object, LongAdder total) {
            this.object = object;
            this.total = total;
            try {
                this.digest = MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every JDK has SHA-256", e);
            }
        }

        @Override
        public void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] source, int offset, int length) {
            if (closed) {
                return;
            }
            digest.update(source, offset, length);
            object.write(source, offset, length);
            bytes += length;
            total.add(length);
        }
    }
}
