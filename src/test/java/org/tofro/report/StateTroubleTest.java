package org.tofro.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tofro.connect.staging.BeamFileSystem;
import org.tofro.connect.staging.S3Server;
import org.tofro.data.Figures;
import org.tofro.data.Outcome;
import org.tofro.local.S3Faults;
import org.tofro.local.S3Front;
import org.tofro.settings.S3Connection;

/** A state area on an S3 that is busy, or breaks off: what is noted there is noted, and read as it was noted. */
class StateTroubleTest {
    private static final ReportStore STORE = new ReportStore("s3://state/x/");

    @TempDir
    static Path folder;

    private static S3Server server;
    private static S3Front front;
    private int token;

    @BeforeAll
    static void start() throws Exception {
        server = S3Server.start(folder).bucket("state");
        S3Connection direct = server.connection();
        front = S3Front.start(URI.create(String.valueOf(direct.endpoint())).getPort());
        PipelineOptions options = PipelineOptionsFactory.create();
        BeamFileSystem.configure(
                options,
                new S3Connection(
                        "s3", true, "us-east-1", front.endpoint().toString(), direct.accessKey(), direct.secretKey()));
        FileSystems.setDefaultPipelineOptions(options);
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

    private void demandNoted() throws IOException {
        token++;
        Outcome outcome = Outcome.succeeded("load", Figures.NONE);
        STORE.writeOutcome("run-1", token, outcome);
        assertThat(STORE.readOutcome("run-1", token, "load")).hasValue(outcome);
    }

    @ParameterizedTest
    @CsvSource({
        "SLOW_DOWN, ^POST .*uploads",
        "SLOW_DOWN, ^PUT .*partNumber=1",
        "SLOW_DOWN, ^POST .*uploadId",
        "SLOW_DOWN, ^HEAD .*load",
        "SLOW_DOWN, ^GET .*load",
        "LOSE_ANSWER, ^POST .*uploads",
        "LOSE_ANSWER, ^PUT .*partNumber=1",
        "LOSE_ANSWER, ^POST .*uploadId",
        "LOSE_ANSWER, ^HEAD .*load",
        "LOSE_ANSWER, ^GET .*load",
        "CUT_BODY, ^GET .*load"
    })
    void whatIsNotedIsReadAsItWas(S3Faults.Kind kind, String request) throws IOException {
        S3Faults.Fault fault = front.faults().add(kind, request, 1, 1, 0);
        demandNoted();
        assertThat(fault.fired()).isEqualTo(1);
    }

    @Test
    void whatNeverComesWholeIsSaid() throws IOException {
        demandNoted();
        S3Faults.Fault fault = front.faults().add(S3Faults.Kind.CUT_BODY, "^GET .*load", 1, 100, 0);
        assertThatThrownBy(() -> STORE.readOutcome("run-1", token, "load")).isInstanceOf(IOException.class);
        assertThat(fault.fired()).isEqualTo(3);
    }

    @Tag("slow")
    @Test
    void fiveSecondsOfNothingBut503AreWaitedFor() throws IOException {
        S3Faults.Fault fault = front.faults().add(S3Faults.Kind.OUTAGE, "^POST .*uploads", 1, 1, 5000);
        demandNoted();
        assertThat(fault.fired()).isGreaterThan(1);
    }
}
