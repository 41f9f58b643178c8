package org.tofro.connect.cassandra;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.extract.Cancellation;
import org.tofro.connect.extract.ExtractProgress;
import org.tofro.connect.staging.AttemptPath;
import org.tofro.connect.staging.CsvDecoder;
import org.tofro.connect.staging.StagingArea;
import org.tofro.data.RunContext.OptionalLimit;
import org.tofro.data.StagedFile;
import org.tofro.data.StagedFiles;
import org.tofro.local.TestCassandra;
import org.tofro.settings.CassandraConnection;
import org.tofro.settings.CassandraConnection.Consistency;

/**
 * What an extract left.
 *
 * @param rows every row, its values as text, parted by bars; NULL is {@code ~}
 */
record Extracted(StagedFiles files, List<String> rows, ExtractProgress progress) {
    static CassandraRequest table(String keyspace, String table, CassandraColumn... columns) {
        return request(keyspace, new CassandraRequest.OfTable(table, null, false), columns);
    }

    static CassandraRequest request(String keyspace, CassandraRequest.Source source, CassandraColumn... columns) {
        return request(TestCassandra.shared().connection(), keyspace, source, columns);
    }

    static CassandraRequest request(
            CassandraConnection connection,
            String keyspace,
            CassandraRequest.Source source,
            CassandraColumn... columns) {
        return new CassandraRequest(
                connection, keyspace, source, List.of(columns), Consistency.LOCAL_QUORUM, 4, null, OptionalLimit.NONE);
    }

    static CassandraColumn column(String name) {
        return new CassandraColumn(CassandraColumn.What.VALUE, name, null, null);
    }

    static CassandraColumn column(String name, String type) {
        return new CassandraColumn(CassandraColumn.What.VALUE, name, null, type);
    }

    static Extracted of(CassandraRequest request, Path folder) throws IOException {
        return of(request, folder, new Cancellation(), CassandraExtract.PATIENCE);
    }

    static Extracted of(CassandraRequest request, Path folder, Cancellation cancellation, Duration patience)
            throws IOException {
        ExtractProgress progress = new ExtractProgress();
        try (StagingArea area = StagingArea.open(folder.toUri().toString(), null)) {
            StagedFiles files = new CassandraExtract(area, patience)
                    .run(
                            request,
                            new AttemptPath("people", "run-1", "extract", "1-" + System.nanoTime()),
                            progress,
                            cancellation);
            return new Extracted(files, rows(area, files), progress);
        }
    }

    private static List<String> rows(StagingArea area, StagedFiles files) throws IOException {
        List<String> rows = new ArrayList<>();
        for (StagedFile file : files.files()) {
            try (InputStream in = area.open(file);
                    CsvDecoder decoder = CsvDecoder.open(in, file.uri(), files.nullMarker())) {
                List<byte @Nullable []> row;
                while ((row = decoder.next()) != null) {
                    rows.add(String.join(
                            "|",
                            row.stream()
                                    .map(value -> value == null ? "~" : new String(value, StandardCharsets.UTF_8))
                                    .toList()));
                }
            }
        }
        return rows;
    }

    /** The files below a folder. */
    static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile).toList();
        }
    }
}
