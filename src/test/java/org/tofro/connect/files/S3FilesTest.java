package org.tofro.connect.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tofro.connect.extract.ExtractException;
import org.tofro.connect.staging.S3Server;
import org.tofro.connect.staging.StagingArea;
import org.tofro.local.S3Faults;
import org.tofro.local.S3Front;
import org.tofro.settings.S3Connection;

class S3FilesTest {
    private static S3Server server;
    private static S3Front front;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        server = S3Server.start(folder).bucket("logs");
        front = S3Front.start(
                URI.create(String.valueOf(server.connection().endpoint())).getPort());
    }

    @AfterAll
    static void stop() throws Exception {
        front.close();
        server.close();
    }

    @AfterEach
    void clear() {
        front.faults().clear();
    }

    private static S3Connection connection() {
        S3Connection direct = server.connection();
        return new S3Connection(
                "s3", true, "us-east-1", front.endpoint().toString(), direct.accessKey(), direct.secretKey());
    }

    private static void put(String name, byte[] content) {
        try (StagingArea area = StagingArea.open("s3://logs/", server.connection())) {
            area.put(name, content);
        }
    }

    private static List<SourceFile> list(FileSource source, String pattern) {
        return source.list(PathPattern.of(pattern));
    }

    @Test
    void aConnectionThatBreaksIsTakenUpAgain() throws Exception {
        byte[] content = new byte[3_000_000];
        new Random(3).nextBytes(content);
        put("cut/a.bin", content);
        put("cut/b.txt", new byte[1]);
        try (FileSource source = FileSource.of("s3://logs/x", connection())) {
            SourceFile file = list(source, "s3://logs/cut/*.bin").get(0);
            assertThat(file.uri()).isEqualTo("s3://logs/cut/a.bin");
            assertThat(file.bytes()).isEqualTo(content.length);
            S3Faults.Fault twice = front.faults().add(S3Faults.Kind.CUT_BODY, "^GET .*/cut/a.bin", 1, 2, 0);
            try (InputStream in = source.open(file, 0)) {
                assertThat(in.readAllBytes()).isEqualTo(content);
            }
            assertThat(twice.fired()).isEqualTo(2);
            try (InputStream in = source.open(file, 2_999_990)) {
                assertThat(in.readAllBytes()).hasSize(10);
            }
        }
    }

    /** As pzstd writes them, each behind a note of its size, and as they are without. */
    @Test
    void bordersOfFramesAreFound() throws Exception {
        Random random = new Random(5);
        for (boolean noted : new boolean[] {true, false}) {
            ByteArrayOutputStream stored = new ByteArrayOutputStream();
            List<Long> begins = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                byte[] content = new byte[2_500_000];
                random.nextBytes(content);
                byte[] frame = Zstd.compress(content);
                begins.add((long) stored.size());
                if (noted) {
                    stored.write(ByteBuffer.allocate(12)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .putInt(0x184D2A50)
                            .putInt(4)
                            .putInt(frame.length)
                            .array());
                }
                stored.write(frame);
            }
            String name = "frames/" + noted + ".zst";
            put(name, stored.toByteArray());
            try (FileSource source = FileSource.of("s3://logs/x", connection())) {
                SourceFile file = list(source, "s3://logs/" + name).get(0);
                front.faults().add(S3Faults.Kind.CUT_BODY, "^GET .*/" + name, 1, 2, 0);
                assertThat(ZstdBorders.find(source, file, 1 << 20)).isEqualTo(begins.subList(1, 3));
            }
        }
    }

    @Test
    void whatWasWrittenToSinceIsNotRead() {
        put("changed/a.json", "one".getBytes(StandardCharsets.UTF_8));
        try (FileSource source = FileSource.of("s3://logs/x", connection())) {
            List<SourceFile> before = list(source, "s3://logs/changed/*");
            put("changed/a.json", "two".getBytes(StandardCharsets.UTF_8));
            assertThatThrownBy(() -> source.open(before.get(0), 0).readAllBytes())
                    .isInstanceOf(ExtractException.class)
                    .hasMessage(
                            "s3://logs/changed/a.json was written to while it was read. Nothing was staged; run it again when"
                                    + " its writer is done");
            assertThatThrownBy(() -> Settled.demandSame(before, list(source, "s3://logs/changed/*")))
                    .hasMessageStartingWith("s3://logs/changed/a.json was written to while it was read.");
            put("changed/b.json", new byte[1]);
            put("changed/c.json", new byte[1]);
            List<SourceFile> more = list(source, "s3://logs/changed/*");
            assertThatThrownBy(() -> Settled.demandSame(List.of(more.get(0)), more))
                    .hasMessage(
                            "2 files came while the others were read: s3://logs/changed/b.json, s3://logs/changed/c.json."
                                    + " Nothing was staged; run it again when all are there");
            assertThatThrownBy(() -> Settled.demandSame(more, more.subList(1, 3)))
                    .hasMessageStartingWith("s3://logs/changed/a.json was removed while it was read.");
        }
    }

    @Test
    void whatS3Refuses() {
        try (FileSource source = FileSource.of("s3://logs/x", connection())) {
            assertThatThrownBy(() -> list(source, "s3://nowhere/*.json"))
                    .isInstanceOf(ExtractException.class)
                    .hasMessage("cannot list s3://nowhere/*.json: there is no bucket 'nowhere'");
            assertThat(list(source, "s3://logs/none/*")).isEmpty();
        }
        try (FileSource source = FileSource.of("s3://logs/x", server.connection("wrong"))) {
            assertThatThrownBy(() -> list(source, "s3://logs/*.json"))
                    .hasMessageStartingWith("cannot list s3://logs/*.json: S3 does not know these credentials");
        }
    }
}
