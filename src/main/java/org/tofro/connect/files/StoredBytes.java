package org.tofro.connect.files;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A file's bytes as stored, which knows whether reading them failed: then the file itself is not to blame. */
final class StoredBytes extends FilterInputStream {
    private boolean broken;

    StoredBytes(InputStream in) {
        super(in);
    }

    boolean broken() {
        return broken;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        try {
            return super.read(bytes, offset, length);
        } catch (IOException e) {
            broken = true;
            throw e;
        }
    }
}
