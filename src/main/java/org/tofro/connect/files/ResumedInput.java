package org.tofro.connect.files;

import java.io.IOException;
import java.io.InputStream;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.extract.ExtractException;

/** The bytes of a file over connections that may break: it goes on where the last one ended, some times in a row. */
final class ResumedInput extends InputStream {
    private static final int TRIES = 4;

    private final SourceFile file;
    private final LongFunction<InputStream> opener;
    private long position;
    private int broken;
    private @Nullable InputStream in;

    /** @param opener opens the file at a position */
    ResumedInput(SourceFile file, long from, LongFunction<InputStream> opener) {
        this.file = file;
        this.position = from;
        this.opener = opener;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        int got = read(one, 0, 1);
        return got < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        while (position < file.bytes() && length > 0) {
            try {
                InputStream open = in == null ? opener.apply(position) : in;
                in = open;
                int got = open.read(bytes, offset, length);
                if (got > 0) {
                    position += got;
                    broken = 0;
                    return got;
                }
                throw new IOException("the connection ended early");
            } catch (IOException e) {
                close();
                if (++broken >= TRIES || Thread.currentThread().isInterrupted()) {
                    throw new ExtractException(
                            "reading %s broke off at byte %d of %d, %d times in a row"
                                    .formatted(file.uri(), position, file.bytes(), broken),
                            true,
                            e);
                }
            }
        }
        return length == 0 ? 0 : -1;
    }

    @Override
    public void close() throws IOException {
        InputStream open = in;
        in = null;
        if (open != null) {
            open.close();
        }
    }
}
