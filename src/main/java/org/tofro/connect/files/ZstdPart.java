package org.tofro.connect.files;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * What some frames of a zstd file hold, and behind it, for a line that crosses the border, what the frames after them hold.
 * Frames that do not end at the border fail it, so that a border which is none is never read past. For one thread.
 */
public final class ZstdPart extends InputStream {
    private final FileSource source;
    private final SourceFile file;
    private final long to;
    private @Nullable InputStream own;
    private @Nullable InputStream behind;
    private long given;

    /**
     * @param from where the first of the frames begins
     * @param to where the first one behind them begins
     */
    public ZstdPart(FileSource source, SourceFile file, long from, long to) {
        this.source = source;
        this.file = file;
        this.to = to;
        this.own = new ZstdFrames(new Bounded(source.open(file, from), to - from), file, from);
    }

    /** How many bytes the frames hold; {@link Long#MAX_VALUE} as long as not all of them were read. */
    public long ownBytes() {
        return own == null ? given : Long.MAX_VALUE;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        InputStream first = own;
        if (first != null) {
            int got = first.read(bytes, offset, length);
            if (got >= 0) {
                given += got;
                return got;
            }
            first.close();
            own = null;
        }
        if (to >= file.bytes()) {
            return -1;
        }
        InputStream second = behind == null ? new ZstdFrames(source.open(file, to), file, to) : behind;
        behind = second;
        return second.read(bytes, offset, length);
    }

    @Override
    public void close() throws IOException {
        try (InputStream first = own;
                InputStream second = behind) {
            // Both are closed, whatever the other does.
        }
    }

    /** So many bytes, or fewer where the file has fewer. */
    private static final class Bounded extends FilterInputStream {
        private long left;

        Bounded(InputStream in, long bytes) {
            super(in);
            this.left = bytes;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (left == 0) {
                return -1;
            }
            int got = in.read(bytes, offset, (int) Math.min(length, left));
            left -= Math.max(got, 0);
            return got;
        }
    }
}
