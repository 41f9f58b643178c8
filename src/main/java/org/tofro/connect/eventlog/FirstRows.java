package org.tofro.connect.eventlog;

import com.github.luben.zstd.Zstd;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.tofro.connect.extract.Cancellation;
import org.tofro.connect.staging.CsvEncoder;

/**
 * Takes of the rows of each key the first one, partition by partition: what is remembered of a partition is a hash, an
 * order and a place per key, never a row. Keys of one hash of 128 bits, made by SHA-256, are one key. For one thread.
 */
final class FirstRows {
    /** So that what is remembered has some 40 MB. */
    private static final int MOST_ROWS = 600_000;

    /** Bits enough for eight; a partition that is large then is so because its keys are few. */
    private static final int DEEPEST = 7;

    private final Path folder;
    private final CsvEncoder encoder;
    private final Cancellation cancellation;
    private final int mostRows;
    private long duplicates;

    FirstRows(Path folder, CsvEncoder encoder, Cancellation cancellation) {
        this(folder, encoder, cancellation, MOST_ROWS);
    }

    FirstRows(Path folder, CsvEncoder encoder, Cancellation cancellation, int mostRows) {
        this.folder = folder;
        this.encoder = encoder;
        this.cancellation = cancellation;
        this.mostRows = mostRows;
    }

    /** Rows that were left out. */
    long duplicates() {
        return duplicates;
    }

    /** What is done with a row that stands in a block. */
    private interface Visitor {
        void row(long high, long low, long order, long place, byte[] block, int from, int length) throws IOException;
    }

    void take(Distinct rows, int partition) throws IOException {
        Path file = rows.file(partition);
        if (!Files.exists(file) || cancellation.isCancelled()) {
            return;
        }
        if (rows.rows(partition) > mostRows && rows.depth() < DEEPEST) {
            Distinct finer = new Distinct(folder, file.getFileName().toString(), rows.depth() + 1);
            Distinct.Writer writer = finer.new Writer();
            visit(file, writer::add);
            writer.finish();
            finer.close();
            Files.delete(file);
            for (int i = 0; i < Distinct.PARTITIONS; i++) {
                take(finer, i);
            }
            return;
        }
        Firsts firsts = new Firsts((int) Math.min(rows.rows(partition), mostRows));
        visit(file, (high, low, order, place, block, from, length) -> firsts.add(high, low, order, place));
        visit(file, (high, low, order, place, block, from, length) -> {
            if (firsts.isFirst(high, low, place)) {
                encoder.encodedRow(block, from, length);
            } else {
                duplicates++;
            }
        });
        Files.delete(file);
    }

    private void visit(Path file, Visitor visitor) throws IOException {
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 64 << 10))) {
            for (long left = Files.size(file); left > 0 && !cancellation.isCancelled(); ) {
                int plain = in.readInt();
                byte[] packed = in.readNBytes(in.readInt());
                byte[] block = Zstd.decompress(packed, plain);
                left -= 8 + packed.length;
                ByteBuffer heads = ByteBuffer.wrap(block);
                for (int at = 0; at < plain; ) {
                    int length = heads.getInt(at + 32);
                    visitor.row(
                            heads.getLong(at),
                            heads.getLong(at + 8),
                            heads.getLong(at + 16),
                            heads.getLong(at + 24),
                            block,
                            at + Distinct.HEAD,
                            length);
                    at += Distinct.HEAD + length;
                }
            }
        }
    }
}
