package org.tofro.connect.files;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.extract.ExtractException;

/**
 * Where frames of a zstd file begin, found without decompressing it (RFC 8878). The table at the end of a file in Zstandard's
 * seekable format has all of them. Else the file is walked: the notes that pzstd writes before each frame say where the
 * next one begins, and the headers of a frame's blocks say where it ends.
 *
 * <p>Memory is a small buffer. A walk by blocks takes the file's bytes, so it ends at a frame of more than 256 MB. What is no zstd file has no borders; whoever reads it finds out why. Of a table or a note that is wrong {@link
 * ZstdPart} finds out.
 */
public final class ZstdBorders implements Closeable {
    private static final long FRAME = 0xFD2FB528L;
    private static final long SKIPPABLE = 0x184D2A50L;
    private static final long SEEKABLE = 0x8F92EAB1L;
    private static final int TABLE_END_BYTES = 9;
    private static final int SKIPPABLE_HEADER_BYTES = 8;

    private static final int RUN = 1;
    private static final int COMPRESSED = 2;

    /** What is nearer is read through, because a new request takes as long. */
    private static final long NEAR = 1 << 20;

    private static final long LONGEST_WALK = 256L << 20;

    private final FileSource source;
    private final SourceFile file;
    private final long apart;
    private final List<Long> borders = new ArrayList<>();
    private final byte[] buffer = new byte[64 << 10];
    private @Nullable InputStream in;
    private long position;
    private int at;
    private int filled;

    private ZstdBorders(FileSource source, SourceFile file, long apart) {
        this.source = source;
        this.file = file;
        this.apart = apart;
    }

    /**
     * Beginnings of frames, in order, none of them the first.
     *
     * @param apart how many bytes of the file, at least, lie between them; half as many behind the last
     */
    public static List<Long> find(FileSource source, SourceFile file, long apart) {
        try (ZstdBorders finder = new ZstdBorders(source, file, apart)) {
            if (!finder.table()) {
                finder.borders.clear();
                finder.walk();
            }
            return List.copyOf(finder.borders);
        } catch (IOException e) {
            throw new ExtractException("%s cannot be read: %s".formatted(file.uri(), e.getMessage()), true, e);
        }
    }

    private void frameAt(long place) {
        long last = borders.isEmpty() ? 0 : borders.get(borders.size() - 1);
        if (place - last >= apart && file.bytes() - place >= apart / 2) {
            borders.add(place);
        }
    }

    // ---- the seekable format's table

    private boolean table() throws IOException {
        if (file.bytes() < TABLE_END_BYTES + SKIPPABLE_HEADER_BYTES) {
            return false;
        }
        go(file.bytes() - TABLE_END_BYTES);
        long frames = number(4);
        long flags = number(1);
        if (number(4) != SEEKABLE || (flags & 0x7c) != 0) {
            return false;
        }
        int entry = (flags & 0x80) != 0 ? 12 : 8;
        long bytes = frames * entry + TABLE_END_BYTES;
        long start = file.bytes() - bytes - SKIPPABLE_HEADER_BYTES;
        if (start < 0) {
            return false;
        }
        go(start);
        if (number(4) != SKIPPABLE + 0xe || number(4) != bytes) {
            return false;
        }
        long place = 0;
        for (long i = 0; i < frames; i++) {
            frameAt(place);
            place += number(4);
            number(entry - 4);
        }
        return place == start;
    }

    // ---- walking

    private void walk() throws IOException {
        long place = 0;
        try {
            while (place < file.bytes()) {
                go(place);
                long magic = number(4);
                if (magic == FRAME) {
                    frameAt(place);
                    place = frameEnd(place);
                } else if ((magic & ~0xfL) == SKIPPABLE) {
                    long length = number(4);
                    long content = place + SKIPPABLE_HEADER_BYTES;
                    if (magic == SKIPPABLE && length == 4) {
                        frameAt(place);
                        content += noted(content + length);
                    }
                    place = content + length;
                } else {
                    return;
                }
                if (place < 0) {
                    return;
                }
            }
        } catch (EOFException e) {
            // It is cut off, which is for its reader to say.
        }
    }

    /** The size of the frame behind a note of pzstd's; 0 where it is none, because no frame begins or ends so. */
    private long noted(long frame) throws IOException {
        long size = number(4);
        if (size == 0 || frame + size > file.bytes() || number(4) != FRAME) {
            return 0;
        }
        if (frame + size < file.bytes()) {
            go(frame + size);
            long magic = number(4);
            return magic == FRAME || (magic & ~0xfL) == SKIPPABLE ? size : 0;
        }
        return size;
    }

    /** Where a frame ends; -1 where it does not within bounds. */
    private long frameEnd(long start) throws IOException {
        int descriptor = (int) number(1);
        boolean single = (descriptor & 0x20) != 0;
        boolean checksum = (descriptor & 0x04) != 0;
        int dictionary = descriptor & 0x03;
        int size = descriptor >> 6;
        int header = (single ? 0 : 1) + (dictionary == 3 ? 4 : dictionary) + (size == 0 ? (single ? 1 : 0) : 1 << size);
        long place = start + 5 + header;
        while (place - start <= LONGEST_WALK) {
            go(place);
            int block = (int) number(3);
            int type = block >> 1 & 3;
            if (type > COMPRESSED) {
                return -1;
            }
            place += 3 + (type == RUN ? 1 : block >> 3);
            if ((block & 1) != 0) {
                return place + (checksum ? 4 : 0);
            }
        }
        return -1;
    }

    // ---- bytes

    /** Goes to a place in the file. */
    private void go(long place) throws IOException {
        long ahead = place - position;
        if (ahead < 0 && -ahead <= at) {
            at += (int) ahead;
            position = place;
        }
        if (in == null || position > place || ahead > NEAR + filled - at) {
            close();
            in = source.open(file, place);
            position = place;
            at = 0;
            filled = 0;
            return;
        }
        while (position < place) {
            if (at == filled) {
                fill();
            }
            int step = (int) Math.min(place - position, filled - at);
            at += step;
            position += step;
        }
    }

    /** The next bytes as an unsigned number, the lowest first. */
    private long number(int bytes) throws IOException {
        long number = 0;
        for (int i = 0; i < bytes; i++) {
            if (at == filled) {
                fill();
            }
            number |= (buffer[at++] & 0xffL) << (8 * i);
            position++;
        }
        return number;
    }

    private void fill() throws IOException {
        InputStream open = in;
        int got = open == null ? -1 : open.read(buffer, 0, buffer.length);
        if (got <= 0) {
            throw new EOFException();
        }
        at = 0;
        filled = got;
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
