package org.tofro.connect.kvs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.RunningSteps;
import org.tofro.connect.StepRefusal;
import org.tofro.connect.cassandra.write.CellEncoder;
import org.tofro.connect.cassandra.write.CellException;
import org.tofro.connect.cassandra.write.RowWriter;
import org.tofro.connect.cassandra.write.TargetColumn;
import org.tofro.connect.staging.CsvDecoder;
import org.tofro.connect.staging.StagingArea;
import org.tofro.data.StagedFile;
import org.tofro.data.StagedFiles;
import org.tofro.kvs.KvsColumn;
import org.tofro.kvs.KvsException;

/**
 * Loads one bucket: sorts the rows of each source by the key, joins them, and writes each key once, with all its fields.
 * Memory: the sorters' budget and the row of one key.
 */
final class BucketLoad {
    /** Cassandra keeps the length of a partition key in two bytes. */
    private static final int MOST_KEY_BYTES = 65_535;

    private static final int LARGEST_SAMPLE = 16 << 10;

    private final KvsLoad load;
    private final Bucket bucket;
    private final StagingArea area;
    private final RunningSteps.Work work;
    private final List<RowSorter> sorters = new ArrayList<>();
    private final List<Joined> sources = new ArrayList<>();
    private final CellEncoder[] keyEncoders;
    private final List<KvsColumn> columns;
    private final List<Part.Sample> samples = new ArrayList<>();
    private final SplittableRandom chance;
    private final long[] values;
    private long keys;

    BucketLoad(KvsLoad load, Bucket bucket, StagingArea area, RunningSteps.Work work) {
        this.load = load;
        this.bucket = bucket;
        this.area = area;
        this.work = work;
        this.columns = bucket.version().schema().columns();
        this.keyEncoders = bucket.version().schema().key().stream()
                .map(column -> CellEncoder.of(new TargetColumn(column.name(), column.type())))
                .toArray(CellEncoder[]::new);
        this.values = new long[columns.size()];
        this.chance = new SplittableRandom(bucket.name().hashCode());
    }

    /** A source on its way through the join. */
    private static final class Joined {
        private final SourceLayout layout;
        private final RowSorter.Rows rows;
        private final Collector collector;
        private final int at;
        private @Nullable KeyedRow head;
        private long read;
        private long keys;
        private long repeated;

        /** @param at the place of its first field among the columns */
        Joined(SourceLayout layout, RowSorter.Rows rows, Collector collector, int at) throws IOException {
            this.layout = layout;
            this.rows = rows;
            this.collector = collector;
            this.at = at;
            this.head = rows.next();
        }
    }

    /**
     * Loads it.
     *
     * @throws StepRefusal where a key cannot be stored as it is
     */
    Part.Loaded perform(RowWriter writer) throws IOException, InterruptedException, StepRefusal {
        Path folder = Files.createTempDirectory("tofro-kvs");
        try {
            sort(folder);
            join(writer);
            RowWriter.Written written = writer.finish();
            List<Part.SourceCount> counts = sources.stream()
                    .map(source -> new Part.SourceCount(source.read, source.keys, source.repeated))
                    .toList();
            TreeMap<String, Long> fields = new TreeMap<>();
            for (int i = keyEncoders.length; i < values.length; i++) {
                fields.put(columns.get(i).name(), values[i]);
            }
            if (written.rows() != keys) {
                throw new KvsException("bucket %s: %d keys were given to the writer, and it has written %d"
                        .formatted(bucket.name(), keys, written.rows()));
            }
            int spilled = sorters.stream().mapToInt(RowSorter::spilled).sum();
            return new Part.Loaded(
                    bucket.name(), null, null, counts, written.rows(), fields, written.bytes(), spilled, samples);
        } catch (CellException e) {
            throw new StepRefusal("job '" + load.job() + "': " + e.getMessage());
        } finally {
            for (RowSorter sorter : sorters) {
                sorter.close();
            }
            Files.deleteIfExists(folder);
        }
    }

    /** All workers of this machine together may fill a quarter of the heap. */
    private long budget() {
        Runtime runtime = Runtime.getRuntime();
        long share = runtime.maxMemory()
                / 4
                / Math.max(2, runtime.availableProcessors())
                / bucket.layouts().size();
        return Math.max(1 << 20, Math.min(share, 256 << 20));
    }

    private void sort(Path folder) throws IOException, InterruptedException {
        int at = keyEncoders.length;
        for (int i = 0; i < bucket.layouts().size(); i++) {
            SourceLayout layout = bucket.layouts().get(i);
            RowSorter sorter = new RowSorter(folder.resolve("source-" + i), budget());
            sorters.add(sorter);
            long rows = read(bucket.files().get(i), layout, sorter);
            Joined joined = new Joined(
                    layout, sorter.sorted(), Collector.of(load.sources().get(i), layout), at);
            joined.read = rows;
            sources.add(joined);
            at += layout.fields().size();
        }
    }

    private long read(StagedFiles files, SourceLayout layout, RowSorter sorter)
            throws IOException, InterruptedException {
        SortedBytes order = new SortedBytes();
        long rows = 0;
        for (StagedFile file : files.files()) {
            try (CsvDecoder decoder = CsvDecoder.open(area.open(file), file.uri(), files.nullMarker())) {
                for (List<byte @Nullable []> row = decoder.next(); row != null; row = decoder.next()) {
                    if (row.size() != layout.width()) {
                        throw new IOException("%s has a row of %d values, and %d columns were unloaded"
                                .formatted(file.uri(), row.size(), layout.width()));
                    }
                    sorter.add(keyed(row, layout, order));
                    if (++rows % 1024 == 0) {
                        demandWanted();
                    }
                }
            }
        }
        return rows;
    }

    private KeyedRow keyed(List<byte @Nullable []> row, SourceLayout layout, SortedBytes order) throws IOException {
        int parts = layout.keys().size();
        for (int i = 0; i < parts; i++) {
            byte[] text = row.get(i);
            if (text == null) {
                throw new IOException("a row of bucket " + bucket.name() + " has no key");
            }
            order.text(text);
        }
        int keyLength = order.length();
        for (int i = 0; i < layout.order().size(); i++) {
            SourceLayout.Ordered by = layout.order().get(i);
            byte[] text = row.get(parts + i);
            if (text == null) {
                order.nothing(by.descending());
            } else {
                order.add(SourceLayout.redshift(by.type()), text, by.descending());
            }
        }
        List<byte @Nullable []> kept = new ArrayList<>(row.subList(0, parts));
        kept.addAll(row.subList(parts + layout.order().size(), row.size()));
        return new KeyedRow(order.take(), keyLength, KeyedRow.pack(kept));
    }

    private void join(RowWriter writer) throws IOException, InterruptedException, StepRefusal {
        for (KeyedRow least = least(); least != null; least = least()) {
            @Nullable ByteBuffer[] cells = new ByteBuffer[columns.size()];
            key(least, cells);
            for (Joined source : sources) {
                collect(source, least, cells);
            }
            demandSize(cells);
            for (int i = 0; i < cells.length; i++) {
                values[i] += cells[i] == null ? 0 : 1;
            }
            sample(cells);
            keys++;
            writer.write(cells);
            work.rows.increment();
            if (keys % 256 == 0) {
                demandWanted();
            }
        }
    }

    private @Nullable KeyedRow least() {
        KeyedRow least = null;
        for (Joined source : sources) {
            KeyedRow head = source.head;
            if (head != null && (least == null || head.compareKey(least) < 0)) {
                least = head;
            }
        }
        return least;
    }

    private void key(KeyedRow row, @Nullable ByteBuffer[] cells) throws StepRefusal {
        List<byte @Nullable []> texts = row.unpack();
        long size = 0;
        for (int i = 0; i < keyEncoders.length; i++) {
            ByteBuffer cell = keyEncoders[i].encode(texts.get(i));
            cells[i] = cell;
            size += (cell == null ? 0 : cell.remaining()) + (keyEncoders.length == 1 ? 0 : 3);
        }
        if (size > MOST_KEY_BYTES) {
            throw new StepRefusal(
                    "job '%s': a key has %d bytes, and Cassandra takes at most %d; shorten it in the query"
                            .formatted(load.job(), size, MOST_KEY_BYTES));
        }
    }

    private void collect(Joined source, KeyedRow key, @Nullable ByteBuffer[] cells) throws IOException, StepRefusal {
        int rows = 0;
        int keyParts = keyEncoders.length;
        KeyedRow row = source.head;
        while (row != null && row.compareKey(key) == 0) {
            List<byte @Nullable []> texts = row.unpack();
            source.collector.add(texts.subList(keyParts, texts.size()));
            if (source.collector.bytes() > RowWriter.MOST_ROW_BYTES) {
                throw tooLarge(
                        "more than " + RowWriter.MOST_ROW_BYTES,
                        source.layout.fields().get(0).name());
            }
            rows++;
            row = source.rows.next();
        }
        source.head = row;
        if (rows > 0) {
            source.keys++;
            source.repeated += source.collector.end(cells, source.at) ? 1 : 0;
        }
    }

    private void demandSize(@Nullable ByteBuffer[] cells) throws StepRefusal {
        long size = 0;
        int largest = 0;
        long most = -1;
        for (int i = 0; i < cells.length; i++) {
            ByteBuffer cell = cells[i];
            long bytes = cell == null ? 0 : cell.remaining();
            size += bytes;
            if (bytes > most) {
                most = bytes;
                largest = i;
            }
        }
        if (size > RowWriter.MOST_ROW_BYTES) {
            throw tooLarge(String.valueOf(size), columns.get(largest).name());
        }
    }

    private StepRefusal tooLarge(String size, String field) {
        return new StepRefusal(
                ("job '%s': the values of a key have %s bytes, most of them in '%s', and Cassandra takes at"
                                + " most %d in one write; take less by `max_elements`, or leave the key out")
                        .formatted(load.job(), size, field, RowWriter.MOST_ROW_BYTES));
    }

    /** Every key has the same chance to be among those that are read back. */
    private void sample(@Nullable ByteBuffer[] cells) {
        long place = keys < bucket.samples() ? keys : chance.nextLong(keys + 1);
        if (place >= bucket.samples()) {
            return;
        }
        ArrayList<byte @Nullable []> copy = new ArrayList<>(cells.length);
        int size = 0;
        for (ByteBuffer cell : cells) {
            byte[] bytes = cell == null ? null : new byte[cell.remaining()];
            if (cell != null && bytes != null) {
                cell.duplicate().get(bytes);
                size += bytes.length;
            }
            copy.add(bytes);
        }
        if (size > LARGEST_SAMPLE) {
            return;
        }
        if (place < samples.size()) {
            samples.set((int) place, new Part.Sample(copy));
        } else {
            samples.add(new Part.Sample(copy));
        }
    }

    private void demandWanted() throws InterruptedException {
        if (work.isCancelled()) {
            throw new InterruptedException(work.cancelReason());
        }
    }
}
