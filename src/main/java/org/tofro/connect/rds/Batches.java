package org.tofro.connect.rds;

import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.RunningSteps;
import org.tofro.connect.staging.CsvDecoder;
import org.tofro.connect.staging.StagingArea;
import org.tofro.data.StagedFile;
import org.tofro.data.StagedFiles;

/** Staged rows in batches of bounded size, for statements that take them value by value. */
final class Batches {
    private static final int ROWS = 500;
    private static final long BYTES = 2 << 20;
    /** What MySQL's and PostgreSQL's protocols can number. */
    private static final int PLACES = 30_000;

    private final StagingArea area;
    private final StagedFiles files;
    private final RunningSteps.Work work;
    private final int most;

    Batches(StagingArea area, StagedFiles files, RunningSteps.Work work) {
        this.area = area;
        this.files = files;
        this.work = work;
        this.most = Math.max(
                1, Math.min(ROWS, PLACES / Math.max(1, files.schema().columns().size())));
    }

    /** Takes a batch and tells how many rows the server says that it changed. */
    @FunctionalInterface
    interface Sink {
        long take(List<List<byte @Nullable []>> rows) throws SQLException;
    }

    RdsDialect.Moved each(Sink sink) throws SQLException, IOException {
        long given = 0;
        long changed = 0;
        long bytes = 0;
        List<List<byte @Nullable []>> batch = new ArrayList<>();
        for (StagedFile file : files.files()) {
            try (CsvDecoder rows = CsvDecoder.open(area.open(file), file.uri(), files.nullMarker())) {
                List<byte @Nullable []> row;
                while ((row = rows.next()) != null) {
                    batch.add(row);
                    for (byte @Nullable [] value : row) {
                        bytes += value == null ? 0 : value.length;
                    }
                    if (batch.size() == most || bytes > BYTES) {
                        changed += sink.take(batch);
                        given += batch.size();
                        work.rows.add(batch.size());
                        batch.clear();
                        bytes = 0;
                    }
                }
            }
        }
        if (!batch.isEmpty()) {
            changed += sink.take(batch);
            given += batch.size();
            work.rows.add(batch.size());
        }
        return new RdsDialect.Moved(given, changed);
    }
}
