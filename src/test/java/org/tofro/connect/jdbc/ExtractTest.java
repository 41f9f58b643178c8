package org.tofro.connect.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tofro.connect.staging.StagingArea;
import org.tofro.data.StagedFile;
import org.tofro.data.StagedFiles;

class ExtractTest {
    private static SourceDatabase database;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() throws Exception {
        database = SourceDatabase.start();
        database.execute("""
                CREATE TABLE big AS
                SELECT i::bigint AS id, md5(i::text) AS hash, repeat('x', 60) AS pad,
                       CASE WHEN i % 7 = 0 THEN NULL WHEN i % 7 = 1 THEN '' ELSE 'a "b", c' || i END AS note
                FROM generate_series(1, 200000) i
                """);
    }

    @AfterAll
    static void stop() throws Exception {
        database.close();
    }

    private StagedFiles run(ExtractRequest request) {
        try (StagingArea area = SourceDatabase.folder(folder)) {
            return new Extract(area).run(request, new ExtractProgress(), new Cancellation());
        }
    }

    private List<String> rows(StagedFiles files) throws IOException {
        try (StagingArea area = SourceDatabase.folder(folder)) {
            return SourceDatabase.rows(area, files);
        }
    }

    private static List<String> sorted(List<String> rows) {
        return rows.stream().sorted().toList();
    }

    @Test
    void readsEveryRowOfATableByRangesOnce() throws Exception {
        ReadPlan plan = Extract.plan(database.table("big"));
        assertThat(plan.ranges()).hasSizeGreaterThan(4);
        assertThat(plan.readers()).isEqualTo(2);

        StagedFiles files = run(database.table("big"));

        assertThat(files.rowsRead()).isEqualTo(200_000);
        assertThat(files.rows()).isEqualTo(200_000);
        assertThat(files.files()).hasSize(2).extracting(StagedFile::uri).allMatch(uri -> uri.endsWith(".csv.zst"));
        assertThat(sorted(rows(files)))
                .isEqualTo(sorted(database.strings(
                        "SELECT id || chr(9) || hash || chr(9) || pad || chr(9) || coalesce(note, '~') FROM big")));
    }

    @Test
    void saysWhichTableIsMissing() {
        assertThatThrownBy(() -> run(database.table("bigg")))
                .hasMessage("connection 'source', database 'postgres': there is no table 'bigg'; did you mean 'big'?");
    }
}
