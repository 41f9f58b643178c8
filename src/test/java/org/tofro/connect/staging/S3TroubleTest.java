package org.tofro.connect.staging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tofro.data.StagedFile;
import org.tofro.local.S3Faults;
import org.tofro.local.S3Front;
import org.tofro.settings.S3Connection;

/** An S3 that is busy, or breaks off, for a while: the staging area gets there all the same. */
class S3TroubleTest {
    @TempDir
    static Path folder;

    private static S3Server server;
    private static S3Front front;

    @BeforeAll
    static void start() throws Exception {
        server = S3Server.start(folder).bucket("staging");
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

    private static StagingArea area() {
        S3Connection direct = server.connection();
        return StagingArea.open(
                "s3://staging/x/",
                new S3Connection(
                        "s3", true, "us-east-1", front.endpoint().toString(), direct.accessKey(), direct.secretKey()));
    }

    /** A part of more than one buffer, so that it goes by a multipart upload. */
    private static StagedFile large(StagingArea area, String run) {
        Parts parts = area.parts(new AttemptPath("people", run, "extract", "1"), new LongAdder());
        CsvEncoder encoder = new CsvEncoder(parts, "marker");
        byte[] value = new byte[9 << 20];
        new Random(1).nextBytes(value);
        encoder.quoted(value);
        encoder.endRow();
        encoder.finish();
        return parts.files().get(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"^POST .*\\?uploads", "^PUT .*partNumber=1", "^PUT .*partNumber=2", "^POST .*\\?uploadId"})
    void aLargePartArrivesThough503(String request) throws Exception {
        S3Faults.Fault fault = front.faults().add(S3Faults.Kind.SLOW_DOWN, request, 1, 1, 0);
        try (StagingArea area = area()) {
            demandWhole(area, large(area, "busy-" + System.nanoTime()));
        }
        assertThat(fault.fired()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"^POST .*\\?uploads", "^PUT .*partNumber=1", "^PUT .*partNumber=2", "^POST .*\\?uploadId"})
    void aLargePartArrivesThoughAnAnswerIsLost(String request) throws Exception {
        S3Faults.Fault fault = front.faults().add(S3Faults.Kind.LOSE_ANSWER, request, 1, 1, 0);
        try (StagingArea area = area()) {
            demandWhole(area, large(area, "lost-" + System.nanoTime()));
        }
        assertThat(fault.fired()).isEqualTo(1);
    }

    private static void demandWhole(StagingArea area, StagedFile file) throws Exception {
        try (CsvDecoder decoder = CsvDecoder.open(area.open(file), file.uri(), "marker")) {
            assertThat(decoder.next())
                    .singleElement()
                    .satisfies(value -> assertThat(value).hasSize(9 << 20));
            assertThat(decoder.next()).isNull();
        }
    }

    @Test
    void aSmallObjectIsReadAgainWhereReadingBreaksOff() {
        byte[] content = "0123456789".repeat(1000).getBytes(StandardCharsets.UTF_8);
        try (StagingArea area = area()) {
            area.put("files.json", content);
            S3Faults.Fault twice = front.faults().add(S3Faults.Kind.CUT_BODY, "^GET .*/files\\.json", 1, 2, 0);
            assertThat(area.read("files.json")).hasValue(content);
            assertThat(twice.fired()).isEqualTo(2);

            S3Faults.Fault always = front.faults().add(S3Faults.Kind.CUT_BODY, "^GET .*/files\\.json", 1, 100, 0);
            assertThatThrownBy(() -> area.read("files.json"))
                    .isInstanceOf(StagingException.class)
                    .hasMessage("s3://staging/x/files.json: reading broke off")
                    .matches(e -> ((StagingException) e).transientTrouble());
            assertThat(always.fired()).isEqualTo(3);
        }
    }

    @Tag("slow")
    @Test
    void fiveSecondsOfNothingBut503AreWaitedFor() throws Exception {
        S3Faults.Fault fault = front.faults().add(S3Faults.Kind.OUTAGE, "^PUT .*partNumber=1", 1, 1, 5000);
        try (StagingArea area = area()) {
            demandWhole(area, large(area, "away-" + System.nanoTime()));
        }
        assertThat(fault.fired()).isGreaterThan(1);
    }

    @Tag("slow")
    @Test
    void whereItNeverAnswersItSaysSo() {
        front.faults().add(S3Faults.Kind.OUTAGE, "^PUT .*/never", 1, 1, 120_000);
        try (StagingArea area = area()) {
            assertThatThrownBy(() -> area.put("never", new byte[1]))
                    .hasMessage(
                            "cannot write s3://staging/x/never: S3 is still throttling after several tries; start fewer"
                                    + " steps at a time")
                    .matches(e -> ((StagingException) e).transientTrouble());
        }
    }
}
