package org.tofro.connect.eventlog;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.files.Compression;
import org.tofro.connect.files.FileSource;
import org.tofro.connect.files.SourceFile;
import org.tofro.connect.files.ZstdBorders;
import org.tofro.connect.files.ZstdPart;

/**
 * What one reader reads at a time: a file, or the lines that begin in a part of one.
 *
 * @param from its first byte in the file as it is stored
 * @param to the byte after its last one; {@link Long#MAX_VALUE} for a file that is read as one
 */
record Stretch(SourceFile file, Compression compression, long from, long to) {
    /** Large enough that a reader's start does not count. */
    static final long BYTES = 64L << 20;

    /** Lines of events are some times longer than what is stored of them in zstd. */
    private static final int RATIO = 4;

    /** What has no more than one part in so many, for each reader, keeps none of them waiting. */
    private static final int SHARES = 4;

    /** Where frames of a file begin, so many bytes apart. */
    interface Borders extends BiFunction<SourceFile, Long, List<Long>> {
        /** As the files have them. */
        static Borders of(FileSource source) {
            return (file, apart) -> ZstdBorders.find(source, file, apart);
        }
    }

    /**
     * Cuts files, in their order. Only a file whose lines are its rows can be read from the middle, because in CSV a line
     * feed may stand in quotes: a plain one anywhere, one of several zstd frames where a frame begins. Gzip shows only when it is
     * decompressed where a member begins.
     */
    static List<Stretch> of(List<SourceFile> files, EventLog log, long bytes, Borders borders) {
        List<Stretch> stretches = new ArrayList<>();
        for (SourceFile file : files) {
            Compression compression = compression(file, log.layout().compression());
            List<Long> cuts = List.of();
            if (hasRowsForLines(log.layout()) && compression == Compression.NONE) {
                cuts = cuts(file.bytes(), bytes);
            } else if (isWorthAWalk(file, files, log, bytes)) {
                cuts = borders.apply(file, bytes / RATIO);
            }
            long from = 0;
            for (long cut : cuts) {
                stretches.add(new Stretch(file, compression, from, cut));
                from = cut;
            }
            boolean whole = cuts.isEmpty();
            stretches.add(new Stretch(file, compression, from, whole ? Long.MAX_VALUE : file.bytes()));
        }
        return stretches;
    }

    /** Whether a file may have frames that are read apart: it is large, and would keep the other readers waiting. */
    static boolean isWorthAWalk(SourceFile file, List<SourceFile> files, EventLog log, long bytes) {
        long all = files.stream().mapToLong(SourceFile::bytes).sum();
        return hasRowsForLines(log.layout())
                && compression(file, log.layout().compression()) == Compression.ZSTD
                && file.bytes() > bytes / RATIO * 3 / 2
                && file.bytes() > all / ((long) SHARES * log.threads());
    }

    private static boolean hasRowsForLines(EventLog.Layout layout) {
        return switch (layout.format()) {
            case JSON -> true;
            case TSV -> !layout.header();
            case CSV -> false;
        };
    }

    private static List<Long> cuts(long size, long bytes) {
        List<Long> cuts = new ArrayList<>();
        for (long cut = bytes; size - cut > bytes / 2; cut += bytes) {
            cuts.add(cut);
        }
        return cuts;
    }

    private static Compression compression(SourceFile file, @Nullable Compression given) {
        return given == null ? Compression.of(file.uri()) : given;
    }

    /** Its lines. */
    Lines open(FileSource source) {
        if (to == Long.MAX_VALUE) {
            return new Lines(compression.open(source, file));
        }
        if (compression == Compression.ZSTD) {
            ZstdPart part = new ZstdPart(source, file, from, to);
            return new Lines(part, from > 0, part::ownBytes);
        }
        long own = to - from;
        return new Lines(source.open(file, from), from > 0, () -> own);
    }
}
