package org.tofro.connect.eventlog;

import com.github.luben.zstd.Zstd;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Rows that wait on this machine's disk until all have come, in partitions by the hash of their keys: the rows of one
 * event are in one partition, and a partition's keys fit into memory. Safe for many threads, each with a {@link Writer} of
 * its own.
 *
 * <p>A row in a block: its key's hash (16 bytes), its order, its place among all lines (8 each), its length (4), itself.
 */
final class Distinct {
    static final int PARTITIONS = 64;
    private static final int BLOCK = 32 << 10;
    static final int HEAD = 36;

    private final Path[] files = new Path[PARTITIONS];
    private final @Nullable DataOutputStream[] outs = new DataOutputStream[PARTITIONS];
    private final long[] rows = new long[PARTITIONS];
    private final int depth;

    /** @param depth how often the rows were partitioned before: each time by other bits of the hash */
    Distinct(Path folder, String name, int depth) {
        this.depth = depth;
        for (int i = 0; i < PARTITIONS; i++) {
            files[i] = folder.resolve(name + "-" + i);
        }
    }

    /** Rows of one thread on their way into the partitions. */
    final class Writer {
        private final byte[][] blocks = new byte[PARTITIONS][];
        private final int[] filled = new int[PARTITIONS];
        private final int[] count = new int[PARTITIONS];

        void add(long high, long low, long order, long place, byte[] row, int from, int length) throws IOException {
            int partition = (int) (high >>> (58 - 6 * depth)) & (PARTITIONS - 1);
            int needed = HEAD + length;
            byte[] block = blocks[partition];
            if (block == null || block.length - filled[partition] < needed) {
                flush(partition);
                if (block == null || block.length < needed) {
                    block = new byte[Math.max(BLOCK, needed)];
                    blocks[partition] = block;
                }
            }
            ByteBuffer.wrap(block, filled[partition], HEAD)
                    .putLong(high)
                    .putLong(low)
                    .putLong(order)
                    .putLong(place)
                    .putInt(length);
            System.arraycopy(row, from, block, filled[partition] + HEAD, length);
            filled[partition] += needed;
            count[partition]++;
        }

        private void flush(int partition) throws IOException {
            byte[] block = blocks[partition];
            if (block == null || filled[partition] == 0) {
                return;
            }
            byte[] plain = filled[partition] == block.length ? block : Arrays.copyOf(block, filled[partition]);
            byte[] packed = Zstd.compress(plain, 1);
            write(partition, plain.length, packed, count[partition]);
            filled[partition] = 0;
            count[partition] = 0;
            if (block.length > BLOCK) {
                blocks[partition] = null;
            }
        }

        void finish() throws IOException {
            for (int i = 0; i < PARTITIONS; i++) {
                flush(i);
            }
        }
    }

    private void write(int partition, int plain, byte[] packed, int count) throws IOException {
        synchronized (files[partition]) {
            DataOutputStream out = outs[partition];
            if (out == null) {
                out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(files[partition]), 8 << 10));
                outs[partition] = out;
            }
            out.writeInt(plain);
            out.writeInt(packed.length);
            out.write(packed);
            rows[partition] += count;
        }
    }

    /** Ends writing. */
    void close() {
        try {
            for (DataOutputStream out : outs) {
                if (out != null) {
                    out.close();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int depth() {
        return depth;
    }

    Path file(int partition) {
        return files[partition];
    }

    /** The rows of a partition. */
    long rows(int partition) {
        return rows[partition];
    }
}
