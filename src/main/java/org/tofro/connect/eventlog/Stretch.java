package org.tofro.connect.eventlog;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.files.Compression;
import org.tofro.connect.files.SourceFile;

/**
 * What one reader reads at a time: a file, or the lines that begin in a part of one.
 *
 * @param from its first byte
 * @param to the byte after its last one
 */
record Stretch(SourceFile file, Compression compression, long from, long to) {
    /** Large enough that a reader's start does not count. */
    static final long BYTES = 64L << 20;

    /**
     * Cuts files, in their order. Only a plain file whose lines are its rows can be read from the middle: gzip and zstd
     * have no place to begin at, and in CSV a line feed may stand in quotes.
     */
    static List<Stretch> of(List<SourceFile> files, EventLog.Layout layout, long bytes) {
        List<Stretch> stretches = new ArrayList<>();
        for (SourceFile file : files) {
            Compression compression = compression(file, layout.compression());
            boolean headed = layout.format() != EventLog.Format.JSON && layout.header();
            boolean whole = compression != Compression.NONE || layout.format() == EventLog.Format.CSV || headed;
            long from = 0;
            while (!whole && file.bytes() - from > bytes + bytes / 2) {
                stretches.add(new Stretch(file, compression, from, from + bytes));
                from += bytes;
            }
            stretches.add(new Stretch(file, compression, from, whole ? Long.MAX_VALUE : file.bytes()));
        }
        return stretches;
    }

    private static Compression compression(SourceFile file, @Nullable Compression given) {
        return given == null ? Compression.of(file.uri()) : given;
    }
}
