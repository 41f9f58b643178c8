package org.tofro.connect.eventlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.tofro.connect.eventlog.EventLog.Tolerance;
import org.tofro.connect.files.Compression;
import org.tofro.data.RunContext.OptionalLimit;

class EventLogExtractionTest {
    private static TestLog ids() throws Exception {
        return TestLog.of("id bigint");
    }

    @Test
    void everyCompressionIsRead() throws Exception {
        ByteArrayOutputStream members = new ByteArrayOutputStream();
        members.write(TestLog.gzip("{\"id\":1}\n{\"id\""));
        members.write(TestLog.gzip(""));
        members.write(TestLog.gzip(":2}\n"));
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        frames.write(Zstd.compress("{\"id\":3}\n".getBytes(StandardCharsets.UTF_8)));
        frames.write(Zstd.compress("{\"id\":4}".getBytes(StandardCharsets.UTF_8)));
        TestLog log = ids().file("a.json.gz", members.toByteArray())
                .file("deep/er/b.json.zst", frames.toByteArray())
                .file("deep/c.json", "{\"id\":5}")
                .file("deep/d.txt", "no")
                .paths("**/*.json*");
        assertThat(log.read().rows()).containsExactly("1", "2", "3", "4", "5");
        assertThat(log.paths("deep/*.json*").read().rows()).containsExactly("5");
        assertThat(log.paths("deep/e?/?.json.zst").read().rows()).containsExactly("3", "4");
        assertThat(log.paths("a.json.gz").with(Compression.GZIP).read().rows()).containsExactly("1", "2");
    }

    @Test
    void aLargeFileIsReadInStretches() throws Exception {
        List<String> expected = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 2_000; i++) {
            text.append(i % 400 == 399 ? "bad\n" : "{\"id\":" + i + "}\n");
            if (i % 400 != 399) {
                expected.add(String.valueOf(i));
            }
        }
        TestLog log = ids().file("a.json", text.toString()).maxRejects("5");
        try (var source = org.tofro.connect.files.FileSource.of("file:/", null)) {
            var files = Listing.of(source, log.log()).all();
            var borders = Stretch.Borders.of(source);
            assertThat(Stretch.of(files, log.log(), 2_000, borders)).hasSizeGreaterThan(9);
            assertThat(Stretch.of(files, log.log(), Stretch.BYTES, borders)).hasSize(1);
        }
        // Read as one: the numbers of lines are those of the file either way.
        assertThat(log.read().rows()).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(rejected(log))
                .extracting(each -> each.get("line").asInt())
                .containsExactly(400, 800, 1200, 1600, 2000);
    }

    /** A file of 30 MB of which pzstd might have made as many frames; lines cross their borders. */
    @Test
    void aLargeFileOfSeveralFramesIsReadBySeveralReaders() throws Exception {
        Random random = new Random(7);
        StringBuilder text = new StringBuilder();
        List<String> expected = new ArrayList<>();
        List<Integer> badLines = new ArrayList<>();
        List<Integer> badBytes = new ArrayList<>();
        for (int i = 1; text.length() < 40_000_000; i++) {
            if (i % 9_000 == 0) {
                badLines.add(i);
                badBytes.add(text.length());
                text.append("bad\n");
                continue;
            }
            byte[] noise = new byte[1_000];
            random.nextBytes(noise);
            text.append("{\"id\":").append(i).append(",\"noise\":\"");
            text.append(java.util.Base64.getEncoder().encodeToString(noise)).append("\"}\n");
            expected.add(String.valueOf(i));
        }
        byte[] plain = text.toString().getBytes(StandardCharsets.US_ASCII);
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        for (int from = 0; from < plain.length; from += 3_000_001) {
            frames.write(Zstd.compress(Arrays.copyOfRange(plain, from, Math.min(from + 3_000_001, plain.length))));
        }
        TestLog log =
                ids().file("a.json.zst", frames.toByteArray()).paths("*.zst").maxRejects("9");
        assertThat(new EventLogExtraction(log.log(), null, null, OptionalLimit.NONE).plan())
                .first()
                .isEqualTo("1 file of %d bytes, 1 reader; 2 where a large zstd file has several frames"
                        .formatted(frames.size()));
        try (var source = org.tofro.connect.files.FileSource.of("file:/", null)) {
            var files = Listing.of(source, log.log()).all();
            assertThat(Stretch.of(files, log.log(), Stretch.BYTES, Stretch.Borders.of(source)))
                    .hasSize(2);
        }
        expected.sort(null);
        assertThat(log.read().rows()).isEqualTo(expected);
        assertThat(rejected(log))
                .extracting(each -> each.get("line").asInt())
                .containsExactlyInAnyOrderElementsOf(badLines);
        assertThat(rejected(log))
                .extracting(each -> each.get("byte").asInt())
                .containsExactlyInAnyOrderElementsOf(badBytes);
    }

    private static List<com.fasterxml.jackson.databind.JsonNode> rejected(TestLog log) throws Exception {
        byte[] file;
        try (var area = log.area()) {
            file = area.read("p/r/s/1/rejects.json.zst").orElseThrow();
        }
        List<com.fasterxml.jackson.databind.JsonNode> lines = new ArrayList<>();
        try (ZstdInputStream in = new ZstdInputStream(new ByteArrayInputStream(file))) {
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList()) {
                lines.add(new ObjectMapper().readTree(line));
            }
        }
        return lines;
    }

    @Test
    void theRejectsFileSaysWhereAndWhy() throws Exception {
        TestLog log = ids().file("a.json", "{\"id\":1}\n{\"id\":\"secret\"}\n\n{\"id\":2}\nsecret\n");
        assertThatThrownBy(log::read)
                .hasMessage(
                        "2 of 4 lines were rejected, and max_rejects is 0: 1 no JSON; field 'id' (bigint): 1 no number. Each is"
                                + " in file://" + log.folder
                                + "/staging/p/r/s/1/rejects.json.zst with its file, number and reason; mend"
                                + " the files or `fields`, or raise `max_rejects`");
        assertThat(log.left()).containsExactly("p/r/s/1/rejects.json.zst");
        assertThat(rejected(log))
                .map(Object::toString)
                .containsExactly(
                        "{\"file\":\"" + log.uri("a.json")
                                + "\",\"line\":2,\"byte\":9,\"reason\":\"no number\",\"field\":\"id\",\"text\":\"{\\\"id\\\":\\\"secret\\\"}\"}",
                        "{\"file\":\"" + log.uri("a.json")
                                + "\",\"line\":5,\"byte\":35,\"reason\":\"no JSON\",\"text\":\"secret\"}");
        assertThat(log.maxRejects("50%").read().rows()).containsExactly("1", "2");
        assertThatThrownBy(() -> log.maxRejects("49.9%").read()).hasMessageContaining("and max_rejects is 49.9%: ");
    }

    @Test
    void filesThatAreCutOffOrBroken() throws Exception {
        byte[] whole = TestLog.gzip("{\"id\":1}\n".repeat(500));
        TestLog log = ids().file("a.json.gz", Arrays.copyOf(whole, whole.length - 5));
        assertThatThrownBy(log::read)
                .hasMessage(log.uri("a.json.gz") + " is cut off: its gzip data ends at byte " + (whole.length - 5)
                        + ", before its end is marked. Have it written again, or leave it out of `path`");
        assertThat(log.left()).isEmpty();
        byte[] wrong = whole.clone();
        wrong[whole.length - 6] ^= 1;
        log.file("a.json.gz", wrong);
        assertThatThrownBy(log::read)
                .hasMessageStartingWith(
                        log.uri("a.json.gz") + " is no good gzip file: the checksum of what was read is another"
                                + " one at byte " + whole.length + ".");
        log.file("a.json.gz", "{\"id\":1}");
        assertThatThrownBy(log::read)
                .hasMessage(log.uri("a.json.gz")
                        + " is no good gzip file: there is no gzip member at byte 0. Have it written again,"
                        + " or leave it out of `path`; where its name misleads, give `compression`");
        log.file("a.json.gz", "");
        assertThatThrownBy(log::read).hasMessageContaining("its gzip data ends at byte 0,");
        byte[] frame = Zstd.compress("{\"id\":1}\n".repeat(500).getBytes(StandardCharsets.UTF_8));
        TestLog zstd = ids().file("a.json.zst", Arrays.copyOf(frame, frame.length - 3));
        assertThatThrownBy(zstd::read)
                .hasMessage(zstd.uri("a.json.zst") + " is cut off: its zstd data ends at byte " + (frame.length - 3)
                        + ", before its end is marked. Have it written again, or leave it out of `path`");
        zstd.file("a.json.zst", "{\"id\":1}");
        assertThatThrownBy(zstd::read).hasMessageStartingWith(zstd.uri("a.json.zst") + " is no good zstd file: ");
        TestLog other = ids().file("a.json.bz2", "x");
        assertThatThrownBy(other::read)
                .hasMessage(other.uri("a.json.bz2")
                        + ": .bz2 files cannot be read; plain files, gzip and zstd can. Where the name"
                        + " misleads, give `compression`");
    }

    @Test
    void filesThatMayStillGrowAreRefused() throws Exception {
        TestLog log = ids().file("a.json", "{\"id\":1}\n").file("b.json", "{\"id\":2}\n");
        TestLog settled = log.with(new Tolerance(BigDecimal.ZERO, false, Duration.ofMinutes(1), false));
        assertThatThrownBy(settled::read)
                .hasMessage("2 files were written to less than 1 minute ago, so they may not be finished: "
                        + log.uri("a.json")
                        + ", " + log.uri("b.json")
                        + ". Run it later, or say by `settle` how long a file is left alone once it is"
                        + " finished");
        for (String name : List.of("a.json", "b.json")) {
            Files.setLastModifiedTime(
                    log.folder.resolve("in").resolve(name),
                    FileTime.from(Instant.now().minusSeconds(90)));
        }
        assertThat(settled.read().rows()).containsExactly("1", "2");
    }

    @Test
    void noFileIsAnErrorUnlessItIsAllowed() throws Exception {
        TestLog log = ids().file("a.json", "{\"id\":1}\n").paths("none-*.json");
        assertThatThrownBy(log::read)
                .hasMessage("no file matches " + log.uri("none-*.json")
                        + "; where an interval may have none, say `allow_empty: true`");
        TestLog.Staged staged = log.with(new Tolerance(BigDecimal.ZERO, false, Duration.ZERO, true))
                .read();
        assertThat(staged.files().files()).isEmpty();
        assertThat(staged.files().rowsRead()).isZero();
        assertThat(staged.notes()).containsExactly("read 0 files of 0 bytes");
    }

    @Test
    void aTrialReadsAFewRowsOnly() throws Exception {
        TestLog log = ids().file("a.json", "{\"id\":1}\n".repeat(5_000)).file("b.json", "{\"id\":2}\n");
        assertThat(log.read(new OptionalLimit(3)).rows()).containsExactly("1", "1", "1");
    }

    @Test
    void aRowThatIsTooLongIsRejected() throws Exception {
        String quotes = "\\\"".repeat(1 << 20);
        TestLog log = TestLog.of("a varchar(65535)", "b varchar(65535)")
                .file("a.json", "{\"a\":\"" + quotes + "\"}\n{\"a\":\"" + "x".repeat(5 << 20) + "\"}\n{\"b\":\"ok\"}\n")
                .maxRejects("2");
        TestLog.Staged staged = log.read();
        assertThat(staged.rows()).containsExactly("<null>|ok");
        assertThat(staged.notes())
                .anyMatch(note -> note.startsWith(
                        "2 of 3 lines were rejected: 1 longer than 4 MB, the most that COPY takes; field"
                                + " 'a' (varchar(65535)): 1 longer than the type in bytes"));
    }
}
