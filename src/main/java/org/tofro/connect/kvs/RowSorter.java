package org.tofro.connect.kvs;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Sorts rows in bounded memory: what does not fit is written to files of this machine in sorted runs, which are merged when
 * they are read. For one thread; rows are added, then read once.
 */
final class RowSorter implements Closeable {
    private static final int MOST_RUNS = 32;
    private static final int BUFFER_BYTES = 32 << 10;

    private final Path folder;
    private final long budget;
    private final List<Path> runs = new ArrayList<>();
    private final List<Closeable> open = new ArrayList<>();
    private List<KeyedRow> rows = new ArrayList<>();
    private long memory;
    private int named;

    /**
     * @param folder where runs are written; it is removed with them
     * @param budget bytes of memory that rows may take
     */
    RowSorter(Path folder, long budget) {
        this.folder = folder;
        this.budget = budget;
    }

    void add(KeyedRow row) throws IOException {
        rows.add(row);
        memory += row.memory();
        if (memory > budget) {
            spill();
        }
    }

    /** How many files were written. */
    int spilled() {
        return named;
    }

    /** All rows, in their order. */
    Rows sorted() throws IOException {
        rows.sort(null);
        List<Rows> sources = new ArrayList<>(readers());
        Iterator<KeyedRow> inMemory = rows.iterator();
        sources.add(() -> inMemory.hasNext() ? inMemory.next() : null);
        return sources.size() == 1 ? sources.get(0) : new Merge(sources);
    }

    /** Rows one after another; null behind the last. */
    @FunctionalInterface
    interface Rows {
        @Nullable
        KeyedRow next() throws IOException;
    }

    private void spill() throws IOException {
        rows.sort(null);
        Iterator<KeyedRow> sorted = rows.iterator();
        write(() -> sorted.hasNext() ? sorted.next() : null);
        rows = new ArrayList<>();
        memory = 0;
        if (runs.size() == MOST_RUNS) {
            List<Path> merged = List.copyOf(runs);
            Rows all = new Merge(readers());
            runs.clear();
            write(all);
            closeReaders();
            for (Path run : merged) {
                Files.delete(run);
            }
        }
    }

    private void write(Rows sorted) throws IOException {
        Files.createDirectories(folder);
        Path run = folder.resolve("run-" + named++);
        try (DataOutputStream out =
                new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(run), BUFFER_BYTES))) {
            for (KeyedRow row = sorted.next(); row != null; row = sorted.next()) {
                out.writeInt(row.order().length);
                out.writeInt(row.keyLength());
                out.writeInt(row.payload().length);
                out.write(row.order());
                out.write(row.payload());
            }
        }
        runs.add(run);
    }

    private List<Rows> readers() throws IOException {
        List<Rows> readers = new ArrayList<>();
        for (Path run : runs) {
            DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(run), BUFFER_BYTES));
            open.add(in);
            readers.add(() -> read(in));
        }
        return readers;
    }

    private static @Nullable KeyedRow read(DataInputStream in) throws IOException {
        int order;
        try {
            order = in.readInt();
        } catch (EOFException end) {
            return null;
        }
        int key = in.readInt();
        int payload = in.readInt();
        return new KeyedRow(in.readNBytes(order), key, in.readNBytes(payload));
    }

    /** Reads the least of several sorted sources. */
    private static final class Merge implements Rows {
        private final PriorityQueue<Head> heads = new PriorityQueue<>(Comparator.comparing(Head::row));

        private record Head(KeyedRow row, Rows behind) {}

        Merge(List<Rows> sources) throws IOException {
            for (Rows source : sources) {
                advance(source);
            }
        }

        private void advance(Rows source) throws IOException {
            KeyedRow row = source.next();
            if (row != null) {
                heads.add(new Head(row, source));
            }
        }

        @Override
        public @Nullable KeyedRow next() throws IOException {
            if (heads.isEmpty()) {
                return null;
            }
            Head least = Objects.requireNonNull(heads.poll());
            advance(least.behind());
            return least.row();
        }
    }

    private void closeReaders() throws IOException {
        for (Closeable reader : open) {
            reader.close();
        }
        open.clear();
    }

    @Override
    public void close() throws IOException {
        closeReaders();
        for (Path run : runs) {
            Files.deleteIfExists(run);
        }
        Files.deleteIfExists(folder);
    }
}
