package org.tofro.connect.staging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.InputStream;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tofro.data.StagedFile;
import org.tofro.settings.S3Connection;
import org.tofro.settings.Secret;

class StagingAreaTest {
    private static final AttemptPath PATH = new AttemptPath("people", "run-1", "extract", "1");

    @TempDir
    static Path folder;

    private static S3Server server;

    @BeforeAll
    static void start() throws Exception {
        server = S3Server.start(folder).bucket("staging");
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    private static StagingArea area(String kind) {
        String prefix = "area-" + System.nanoTime() + "/";
        return kind.equals("s3")
                ? StagingArea.open("s3://staging/" + prefix, server.connection())
                : StagingArea.open(folder.toUri() + prefix, null);
    }

    @ParameterizedTest
    @ValueSource(strings = {"s3", "file"})
    void keepsSmallObjects(String kind) {
        try (StagingArea area = area(kind)) {
            assertThat(area.read("a/b.json")).isEmpty();
            area.put("a/b.json", "one".getBytes(UTF_8));
            area.put("a/b.json", "two".getBytes(UTF_8));
            area.put("a/c.json", "three".getBytes(UTF_8));
            area.put("z.json", new byte[0]);

            assertThat(area.read("a/b.json")).hasValue("two".getBytes(UTF_8));
            List<StoredObject> found = area.list("a/");
            assertThat(found)
                    .extracting(StoredObject::name, StoredObject::bytes)
                    .containsExactly(tuple("a/b.json", 3L), tuple("a/c.json", 5L));
            assertThat(found)
                    .allSatisfy(object -> assertThat(object.writtenAt())
                            .isBetween(
                                    Instant.now().minusSeconds(60),
                                    Instant.now().plusSeconds(60)));
            area.delete("a/b.json");
            area.delete("a/b.json");
            assertThat(area.list("")).extracting(StoredObject::name).containsExactly("a/c.json", "z.json");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"s3", "file"})
    void rollsPartsAndKnowsTheirChecksums(String kind) throws Exception {
        LongAdder stored = new LongAdder();
        try (StagingArea area = area(kind)) {
            Parts parts = area.parts(PATH, stored, 9 << 20);
            CsvEncoder encoder = new CsvEncoder(parts, "marker");
            Random random = new Random(1);
            int rows = 30;
            for (int i = 0; i < rows; i++) {
                byte[] value = new byte[1 << 20];
                random.nextBytes(value);
                encoder.quoted(value);
                encoder.endRow();
            }
            encoder.finish();

            List<StagedFile> files = parts.files();
            assertThat(files).hasSize(3);
            assertThat(files.get(2).uri()).endsWith("people/run-1/extract/1/part-00002.csv.zst");
            assertThat(files.stream().mapToLong(StagedFile::rows).sum()).isEqualTo(rows);
            assertThat(files.stream().mapToLong(StagedFile::bytes).sum()).isEqualTo(stored.sum());
            int decoded = 0;
            Random again = new Random(1);
            for (StagedFile file : files) {
                MessageDigest digest = MessageDigest.getInstance("SHA-256");
                try (InputStream in = area.open(file)) {
                    byte[] bytes = in.readAllBytes();
                    assertThat(bytes).hasSize((int) file.bytes());
                    assertThat(HexFormat.of().formatHex(digest.digest(bytes))).isEqualTo(file.checksum());
                }
                try (CsvDecoder decoder = CsvDecoder.open(area.open(file), file.uri(), "marker")) {
                    List<byte @Nullable []> row;
                    while ((row = decoder.next()) != null) {
                        byte[] expected = new byte[1 << 20];
                        again.nextBytes(expected);
                        assertThat(java.util.Arrays.equals(row.get(0), expected))
                                .isTrue();
                        decoded++;
                    }
                }
            }
            assertThat(decoded).isEqualTo(rows);
            parts.discard();
            assertThat(area.list("")).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"s3", "file"})
    void leavesNothingOfAnAbortedPart(String kind) {
        try (StagingArea area = area(kind)) {
            CsvEncoder encoder = new CsvEncoder(area.parts(PATH, new LongAdder()), "marker");
            byte[] value = new byte[20 << 20];
            new Random(1).nextBytes(value);
            encoder.quoted(value);
            encoder.endRow();
            encoder.abort();

            assertThat(area.list("")).isEmpty();
        }
    }

    @Test
    void refusesNamesThatLeaveTheArea() {
        try (StagingArea area = area("file")) {
            assertThatThrownBy(() -> area.put("../x", new byte[0]))
                    .hasMessage("'../x' is not a name inside a staging area");
            assertThatThrownBy(() -> area.read("/x")).hasMessage("'/x' is not a name inside a staging area");
        }
    }

    @Test
    void saysInOneSentenceWhatIsWrongWithS3() {
        try (StagingArea area = StagingArea.open("s3://nowhere/x/", server.connection())) {
            assertThatThrownBy(() -> area.put("a", new byte[1]))
                    .isInstanceOf(StagingException.class)
                    .hasMessage("cannot write s3://nowhere/x/a: there is no bucket 'nowhere'");
        }
        try (StagingArea area = StagingArea.open("s3://staging/x/", server.connection("wrong"))) {
            assertThatThrownBy(() -> area.put("a", new byte[1]))
                    .hasMessage(
                            "cannot write s3://staging/x/a: S3 does not know these credentials (SignatureDoesNotMatch)");
        }
        S3Connection unreachable =
                new S3Connection("s3", false, "us-east-1", "http://127.0.0.1:1", "key", Secret.of("hush"));
        try (StagingArea area = StagingArea.open("s3://staging/x/", unreachable)) {
            assertThatThrownBy(() -> area.put("a", new byte[1]))
                    .hasMessage("cannot write s3://staging/x/a: http://127.0.0.1:1 cannot be reached")
                    .matches(e -> ((StagingException) e).transientTrouble());
        }
    }

    @Test
    void saysThatTheFolderCannotBeWritten() {
        try (StagingArea area = StagingArea.open("file:/proc/nothing/", null)) {
            assertThatThrownBy(() -> area.put("a", new byte[1]))
                    .isInstanceOf(StagingException.class)
                    .hasMessageStartingWith("cannot write /proc/nothing/a: ");
        }
        assertThatThrownBy(() -> StagingArea.open("hdfs:/x/", null))
                .hasMessage("staging area 'hdfs:/x/' is neither s3://bucket/prefix/ nor file:/folder/");
    }
}
