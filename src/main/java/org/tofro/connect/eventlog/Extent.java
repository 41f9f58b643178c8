package org.tofro.connect.eventlog;

/**
 * How much of its file a stretch was.
 *
 * @param lines that begin in it
 * @param bytes of them, decompressed
 */
record Extent(long lines, long bytes) {
    static final Extent NONE = new Extent(0, 0);

    Extent plus(Extent other) {
        return new Extent(lines + other.lines, bytes + other.bytes);
    }
}
