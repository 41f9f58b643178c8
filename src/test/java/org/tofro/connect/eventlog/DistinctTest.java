package org.tofro.connect.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tofro.connect.extract.Cancellation;
import org.tofro.connect.staging.CsvEncoder;
import org.tofro.connect.staging.Parts;
import org.tofro.connect.staging.StagingArea;
import org.tofro.data.LeftOut;
import org.tofro.data.StagedFile;
import org.tofro.data.StagedFiles;

class DistinctTest {
    @Test
    void theFirstLineInTheOrderOfTheFilesIsTaken() throws Exception {
        TestLog.Staged staged = TestLog.of("id bigint", "day date", "note varchar(9)")
                .with(new EventLog.Distinct(List.of("id", "day"), null, false))
                .file("b.json", "{\"id\":1,\"day\":\"2026-11-23\",\"note\":\"late\"}\n{\"id\":2,\"note\":\"no day\"}\n")
                .file("a.json", """
                        {"id":1,"day":"2026-11-23","note":"first"}
                        {"id":1,"day":"2026-11-23","note":"second"}
                        {"id":1,"day":"2026-11-24","note":"other"}
                        {"id":2,"note":"no day"}
                        """)
                .read();
        assertThat(staged.rows())
                .containsExactly("1|2026-11-23|first", "1|2026-11-24|other", "2|<null>|no day", "2|<null>|no day");
        assertThat(staged.files().leftOut()).isEqualTo(new LeftOut(0, 2));
        assertThat(staged.files().rowsRead()).isEqualTo(6);
    }

    @Test
    void orTheFirstByAColumn() throws Exception {
        TestLog log = TestLog.of("id varchar(9)", "seen timestamptz").file("a.json", """
                        {"id":"x","seen":"2026-11-23T10:00:00Z"}
                        {"id":"x","seen":"2026-11-23T10:00:00.5Z"}
                        {"id":"x","seen":"2026-11-23T10:30:00+01:00"}
                        {"id":"x"}
                        """);
        assertThat(log.with(new EventLog.Distinct(List.of("id"), "seen", true))
                        .read()
                        .rows())
                .containsExactly("x|2026-11-23 10:00:00.500000+00");
        assertThat(log.with(new EventLog.Distinct(List.of("id"), "seen", false))
                        .read()
                        .rows())
                .containsExactly("x|2026-11-23 09:30:00+00");
    }

    /** Partitions of partitions, down to one row each, and keys that no partition divides. */
    @ParameterizedTest
    @ValueSource(ints = {1, 50, 1_000_000})
    void partitionsOfAnySizeGiveTheSame(int mostRows) throws Exception {
        Path folder = Files.createTempDirectory(Path.of("target"), "distinct").toAbsolutePath();
        Random random = new Random(7);
        TreeMap<Long, Long> first = new TreeMap<>();
        Distinct distinct = new Distinct(folder, "rows", 0);
        Distinct.Writer writer = distinct.new Writer();
        for (int i = 0; i < 3_000; i++) {
            // A few keys come often.
            long key = i % 3 == 0 ? 5 : random.nextInt(1_500);
            long high = key * 0x9e37_79b9_7f4a_7c15L;
            byte[] row = ("\"" + key + "\"," + i + "\n").getBytes(StandardCharsets.US_ASCII);
            first.merge(key, (long) i, Math::min);
            writer.add(high, ~high, 0, i, row, 0, row.length);
        }
        writer.finish();
        distinct.close();
        try (StagingArea area = StagingArea.open(folder.toUri() + "staging", null)) {
            Parts parts = area.parts(TestLog.PATH, new LongAdder());
            CsvEncoder encoder = new CsvEncoder(parts, "marker");
            FirstRows firsts = new FirstRows(folder, encoder, new Cancellation(), mostRows);
            for (int i = 0; i < Distinct.PARTITIONS; i++) {
                firsts.take(distinct, i);
            }
            encoder.finish();
            assertThat(parts.files().stream().mapToLong(StagedFile::rows).sum()).isEqualTo(first.size());
            assertThat(firsts.duplicates()).isEqualTo(3_000 - first.size());
            StagedFiles files = new StagedFiles(
                    "s",
                    "1",
                    StagedFiles.FileFormat.CSV_ZSTD,
                    "marker",
                    new org.tofro.data.Schema(List.of()),
                    0,
                    parts.files(),
                    null);
            assertThat(TestLog.rows(area, files))
                    .containsExactlyInAnyOrderElementsOf(first.entrySet().stream()
                            .map(each -> each.getKey() + "|" + each.getValue())
                            .toList());
        }
    }
}
