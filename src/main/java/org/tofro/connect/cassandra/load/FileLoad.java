package org.tofro.connect.cassandra.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.cassandra.session.CassandraException;
import org.tofro.connect.cassandra.write.CellEncoder;
import org.tofro.connect.cassandra.write.CellException;
import org.tofro.connect.cassandra.write.CqlWriter;
import org.tofro.connect.cassandra.write.Moments;
import org.tofro.connect.staging.CsvDecoder;
import org.tofro.connect.staging.StagingArea;
import org.tofro.data.StagedFile;

/** Writes the rows of staged files, one file after the other. For one thread. */
final class FileLoad {
    private final RowPlan plan;
    private final boolean deleteAll;
    private final CellEncoder[] encoders;
    private final int[] places;
    private final @Nullable CqlWriter writer;
    private final long[] withoutKey;
    private long rows;
    private boolean keysMissing;

    /** @param writer null where rows are only looked at */
    FileLoad(RowPlan plan, boolean deleteAll, @Nullable CqlWriter writer) {
        this.plan = plan;
        this.deleteAll = deleteAll;
        this.writer = writer;
        this.encoders = plan.encoders().toArray(CellEncoder[]::new);
        this.places = plan.places().stream().mapToInt(Integer::intValue).toArray();
        this.withoutKey = new long[plan.key()];
    }

    /** Rows that were read. */
    long rows() {
        return rows;
    }

    /** How many rows have no value for each column of the key. */
    List<Long> withoutKey() {
        return Arrays.stream(withoutKey).boxed().toList();
    }

    void load(StagingArea area, StagedFile file, String nullMarker, int width)
            throws IOException, InterruptedException {
        long before = rows;
        try (CsvDecoder reader = CsvDecoder.open(area.open(file), file.uri(), nullMarker)) {
            while (reader.advance()) {
                if (reader.fields() != width) {
                    throw CassandraException.permanent("%s, row %d: it has %d values, and %d columns were staged"
                            .formatted(file.uri(), rows - before + 1, reader.fields(), width));
                }
                rows++;
                try {
                    row(reader);
                } catch (CellException e) {
                    throw CassandraException.permanent(
                            "%s, row %d: %s".formatted(file.uri(), rows - before, e.getMessage()));
                }
            }
        }
        if (rows - before != file.rows()) {
            throw CassandraException.permanent("%s holds %d rows, and %d were staged in it; run the pipeline again"
                    .formatted(file.uri(), rows - before, file.rows()));
        }
    }

    private void row(CsvDecoder reader) throws InterruptedException {
        byte[] bytes = reader.bytes();
        @Nullable ByteBuffer[] cells = new @Nullable ByteBuffer[places.length];
        for (int i = 0; i < places.length; i++) {
            int place = places[i];
            if (!reader.isNull(place)) {
                cells[i] = encoders[i].encode(bytes, reader.from(place), reader.to(place));
            }
        }
        if (!hasKey(cells)) {
            keysMissing = true;
        }
        long timestamp = plan.timestamp() < 0 ? 0 : timestamp(reader, plan.timestamp());
        boolean delete = deleteAll || (plan.deletes() >= 0 && isTrue(reader, plan.deletes()));
        CqlWriter to = writer;
        // What is missing is only counted from there on.
        if (to != null && !keysMissing) {
            if (delete) {
                to.delete(cells, timestamp);
            } else {
                to.write(cells, timestamp);
            }
        }
    }

    private boolean hasKey(@Nullable ByteBuffer[] cells) {
        boolean all = true;
        for (int i = 0; i < withoutKey.length; i++) {
            ByteBuffer cell = cells[i];
            // Cassandra takes no partition key of one empty text either.
            if (cell == null || (i == 0 && plan.table().partitionKey() == 1 && !cell.hasRemaining())) {
                withoutKey[i]++;
                all = false;
            }
        }
        return all;
    }

    private long timestamp(CsvDecoder reader, int place) {
        if (reader.isNull(place)) {
            throw CassandraException.permanent(
                    "a row has no write timestamp; let the query give one to every row, or take 'timestamp' out");
        }
        return plan.timestampInMicros()
                ? Moments.number(reader.bytes(), reader.from(place), reader.to(place))
                : Moments.micros(reader.bytes(), reader.from(place), reader.to(place));
    }

    /** NULL is not true. */
    private static boolean isTrue(CsvDecoder reader, int place) {
        return !reader.isNull(place)
                && reader.to(place) > reader.from(place)
                && reader.bytes()[reader.from(place)] == 't';
    }
}
