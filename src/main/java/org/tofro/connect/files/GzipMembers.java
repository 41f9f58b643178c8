package org.tofro.connect.files;

import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * A gzip file of one member or of many, one behind the other (RFC 1952). The JDK's own stream asks {@code available()}
 * whether another member follows, which over a network may be 0 in the middle of a file: it would end there in silence.
 */
final class GzipMembers extends InputStream {
    private static final int METHOD = 8;
    private static final int HEADER_CRC = 2;
    private static final int EXTRA = 4;
    private static final int NAME = 8;
    private static final int COMMENT = 16;
    private static final int RESERVED = 0xe0;

    private final InputStream stored;
    private final SourceFile file;
    private final Inflater inflater = new Inflater(true);
    private final CRC32 crc = new CRC32();
    private final byte[] buffer = new byte[64 << 10];
    private int at;
    private int filled;
    private long before;
    private boolean inMember;
    private boolean ended;
    private boolean closed;

    GzipMembers(InputStream stored, SourceFile file) {
        this.stored = stored;
        this.file = file;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        while (!ended && length > 0) {
            if (!inMember && !header()) {
                ended = true;
                break;
            }
            int got = inflate(bytes, offset, length);
            if (got > 0) {
                crc.update(bytes, offset, got);
                return got;
            }
            if (inflater.finished()) {
                trailer();
            }
        }
        return length == 0 ? 0 : -1;
    }

    private int inflate(byte[] bytes, int offset, int length) throws IOException {
        try {
            if (inflater.needsInput() && !inflater.finished()) {
                if (at == filled && !fill()) {
                    throw Compression.truncated(file, "gzip", position());
                }
                inflater.setInput(buffer, at, filled - at);
                at = filled;
            }
            return inflater.inflate(bytes, offset, length);
        } catch (DataFormatException e) {
            at = filled - inflater.getRemaining();
            throw Compression.broken(file, "gzip", position(), "it cannot be decompressed", e);
        }
    }

    /** Takes the header of the next member; false at the end of the file, zeros at which are padding. */
    private boolean header() throws IOException {
        long start = position();
        int first = take();
        while (first == 0 && start > 0) {
            first = take();
        }
        if (first < 0) {
            if (start == 0) {
                throw Compression.truncated(file, "gzip", 0);
            }
            return false;
        }
        if (first != 0x1f || must() != 0x8b || must() != METHOD) {
            throw Compression.broken(file, "gzip", start, "there is no gzip member", null);
        }
        int flags = must();
        if ((flags & RESERVED) != 0) {
            throw Compression.broken(file, "gzip", start, "there is a gzip member of a kind that is not known", null);
        }
        skip(6);
        if ((flags & EXTRA) != 0) {
            skip(must() | (must() << 8));
        }
        for (int text : new int[] {NAME, COMMENT}) {
            boolean there = (flags & text) != 0;
            while (there && must() != 0) {
                // A text ends with a zero.
            }
        }
        skip((flags & HEADER_CRC) != 0 ? 2 : 0);
        inflater.reset();
        crc.reset();
        inMember = true;
        return true;
    }

    private void trailer() throws IOException {
        at = filled - inflater.getRemaining();
        long sum = number();
        long size = number();
        if (sum != crc.getValue() || size != (inflater.getBytesWritten() & 0xffff_ffffL)) {
            throw Compression.broken(file, "gzip", position(), "the checksum of what was read is another one", null);
        }
        inMember = false;
    }

    private long number() throws IOException {
        return must() | (must() << 8) | (must() << 16) | ((long) must() << 24);
    }

    private void skip(int bytes) throws IOException {
        for (int i = 0; i < bytes; i++) {
            must();
        }
    }

    private int must() throws IOException {
        int b = take();
        if (b < 0) {
            throw Compression.truncated(file, "gzip", position());
        }
        return b;
    }

    private int take() throws IOException {
        return at < filled || fill() ? buffer[at++] & 0xff : -1;
    }

    private boolean fill() throws IOException {
        before += filled;
        at = 0;
        filled = Math.max(stored.read(buffer, 0, buffer.length), 0);
        return filled > 0;
    }

    private long position() {
        return before + at;
    }

    @Override
    public void close() throws IOException {
        if (!closed) {
            closed = true;
            inflater.end();
            stored.close();
        }
    }
}
