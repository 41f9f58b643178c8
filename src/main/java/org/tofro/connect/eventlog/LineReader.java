package org.tofro.connect.eventlog;

import java.io.IOException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.eventlog.EventLog.Format;
import org.tofro.connect.extract.ExtractProgress;
import org.tofro.connect.files.FileSource;
import org.tofro.connect.staging.CsvEncoder;

/** Reads stretches of files, one after another, into one staged part or into the partitions of what is made distinct. */
final class LineReader {
    private static final int TOLD = 1_000;

    private final FileSource source;
    private final LineFormat format;
    private final EventRow row;
    private final @Nullable RowKey key;
    private final CsvEncoder encoder;
    private final Distinct.@Nullable Writer distinct;
    private final Rejects rejects;
    private final ExtractProgress progress;
    private final BooleanSupplier ended;
    private final long limit;
    private long read;

    /**
     * @param distinct where rows with a key wait; null where every line is an event of its own
     * @param ended whether to stop where it is
     * @param limit most rows to stage
     */
    LineReader(
            EventLog log,
            FileSource source,
            CsvEncoder encoder,
            String nullMarker,
            Distinct.@Nullable Writer distinct,
            Rejects rejects,
            ExtractProgress progress,
            BooleanSupplier ended,
            long limit) {
        this.source = source;
        this.format = log.layout().format() == Format.JSON
                ? new JsonLines(log.contract())
                : new DelimitedLines(log.layout(), log.contract());
        this.row = new EventRow(log.contract().columns(), nullMarker);
        this.key = RowKey.of(log);
        this.encoder = encoder;
        this.distinct = distinct;
        this.rejects = rejects;
        this.progress = progress;
        this.ended = ended;
        this.limit = limit;
    }

    /** Lines that were read and hold something. */
    long read() {
        return read;
    }

    /** Reads a stretch; returns how much of its file it is. */
    Extent read(Stretch stretch, int number) throws IOException {
        long started = System.nanoTime();
        long writingBefore = encoder.writingNanos();
        try (Lines lines = stretch.open(source)) {
            long told = read;
            format.begin(lines, stretch.file().uri());
            while (staged() < limit && format.next(lines, row)) {
                read++;
                take(number, lines);
                if (read - told >= TOLD) {
                    progress.addRows(read - told);
                    told = read;
                    if (ended.getAsBoolean()) {
                        break;
                    }
                }
            }
            progress.addRows(read - told);
            return lines.extent();
        } finally {
            long writing = encoder.writingNanos() - writingBefore;
            progress.addTime(System.nanoTime() - started - writing, writing);
        }
    }

    private long staged() {
        return distinct == null ? encoder.rows() : read;
    }

    private void take(int stretch, Lines lines) throws IOException {
        int length = row.encode();
        if (length < 0) {
            Reason reason = row.reason();
            rejects.add(stretch, lines, reason == null ? Reason.NOT_JSON : reason, row.reasonField());
            return;
        }
        Distinct.Writer waiting = distinct;
        RowKey own = key;
        if (waiting != null && own != null && own.take(row)) {
            long place = ((long) stretch << 40) | lines.number();
            waiting.add(own.high(), own.low(), own.order(row), place, row.encoded(), 0, length);
        } else {
            encoder.encodedRow(row.encoded(), 0, length);
        }
    }
}
