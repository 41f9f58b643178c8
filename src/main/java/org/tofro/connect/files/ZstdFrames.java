package org.tofro.connect.files;

import com.github.luben.zstd.ZstdIOException;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.IOException;
import java.io.InputStream;

/** The frames of a zstd file from one on, by Zstandard's own library, which knows where it stands only by what it has taken. */
final class ZstdFrames extends InputStream {
    private final Counted stored;
    private final SourceFile file;
    private final ZstdInputStreamNoFinalizer in;

    /**
     * @param stored the file's bytes from the frame on
     * @param from where in the file the frame begins
     */
    ZstdFrames(InputStream stored, SourceFile file, long from) {
        this.stored = new Counted(stored, from);
        this.file = file;
        if (file.bytes() == 0) {
            throw Compression.truncated(file, "zstd", 0);
        }
        try {
            this.in = new ZstdInputStreamNoFinalizer(this.stored);
        } catch (IOException e) {
            throw Compression.broken(file, "zstd", from, "the decompressor fails", e);
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        try {
            return in.read(bytes, offset, length);
        } catch (ZstdIOException e) {
            if (stored.ended && stored.position < file.bytes()) {
                throw Compression.broken(
                        file, "zstd", stored.position, "no frame ends where its table or a note before it says,", e);
            }
            if (stored.ended) {
                throw Compression.truncated(file, "zstd", stored.position);
            }
            throw Compression.broken(file, "zstd", stored.position, "it cannot be decompressed up to there", e);
        }
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    /** Counts what is taken. */
    private static final class Counted extends InputStream {
        private final InputStream in;
        private long position;
        private boolean ended;

        Counted(InputStream in, long from) {
            this.in = in;
            this.position = from;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int got = in.read(bytes, offset, length);
            position += Math.max(got, 0);
            ended |= got < 0;
            return got;
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
