package org.tofro.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tofro.connect.staging.S3Server;
import org.tofro.settings.S3Connection;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** What goes through S3's front arrives as it was, and each fault is what AWS's own client takes for the real trouble. */
class S3FrontTest {
    @TempDir
    static Path folder;

    private static S3Server server;
    private static S3Front front;
    private static S3Client client;

    @BeforeAll
    static void start() throws Exception {
        server = S3Server.start(folder).bucket("bucket");
        S3Connection connection = server.connection();
        front = S3Front.start(URI.create(String.valueOf(connection.endpoint())).getPort());
        client = S3Client.builder()
                .endpointOverride(front.endpoint())
                .forcePathStyle(true)
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(
                        connection.accessKey(), connection.secretKey().reveal())))
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .overrideConfiguration(override -> override.retryStrategy(AwsRetryStrategy.doNotRetry()))
                .build();
    }

    @AfterAll
    static void stop() throws Exception {
        client.close();
        front.close();
        server.close();
    }

    @AfterEach
    void clear() {
        front.faults().clear();
    }

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private static void put(String key, byte[] content) {
        client.putObject(put -> put.bucket("bucket").key(key), RequestBody.fromBytes(content));
    }

    private static byte[] get(String key) throws IOException {
        try (InputStream in = client.getObject(get -> get.bucket("bucket").key(key))) {
            return in.readAllBytes();
        }
    }

    @Test
    void passesOnWhatItIsGiven() throws IOException {
        for (int length : new int[] {0, 1, 70_000, 3 << 20}) {
            put("passed-" + length, bytes(length));
            assertThat(Arrays.equals(get("passed-" + length), bytes(length)))
                    .as(length + " bytes")
                    .isTrue();
        }
        assertThat(client.listObjectsV2(list -> list.bucket("bucket").prefix("passed-"))
                        .contents())
                .hasSize(4);
        assertThatThrownBy(() -> get("none")).isInstanceOf(NoSuchKeyException.class);
    }

    @Test
    void answers503ToTheSecondAndThirdPut() {
        S3Faults.Fault fault = front.faults().add(S3Faults.Kind.SLOW_DOWN, "^PUT /bucket/busy", 2, 2, 0);
        put("busy-1", bytes(10));
        for (int i = 2; i <= 3; i++) {
            String key = "busy-" + i;
            assertThatThrownBy(() -> put(key, bytes(10))).isInstanceOfSatisfying(S3Exception.class, e -> {
                assertThat(e.statusCode()).isEqualTo(503);
                assertThat(e.isThrottlingException()).isTrue();
            });
        }
        put("busy-4", bytes(10));
        assertThat(fault.fired()).isEqualTo(2);
        assertThat(client.listObjectsV2(list -> list.bucket("bucket").prefix("busy-"))
                        .contents())
                .extracting(object -> object.key())
                .containsExactly("busy-1", "busy-4");
    }

    @Test
    void isAwayForAWhile() throws Exception {
        put("away", bytes(10));
        S3Faults.Fault fault = front.faults().add(S3Faults.Kind.OUTAGE, "^GET /bucket/away", 1, 1, 300);
        assertThatThrownBy(() -> get("away")).hasMessageContaining("Please reduce your request rate");
        assertThatThrownBy(() -> put("else", bytes(1))).isInstanceOf(S3Exception.class);
        Thread.sleep(310);
        assertThat(get("away")).hasSize(10);
        assertThat(fault.fired()).isEqualTo(2);
    }

    @Test
    void cutsABodyInTheMiddle() {
        put("cut", bytes(100_000));
        S3Faults.Fault fault = front.faults().add(S3Faults.Kind.CUT_BODY, "^GET /bucket/cut", 1, 1, 0);
        assertThatThrownBy(() -> get("cut")).isInstanceOf(IOException.class).hasMessageContaining("received: 50000");
        assertThat(fault.fired()).isEqualTo(1);
    }

    @Test
    void sendsABodySlowly() throws IOException {
        put("slow", bytes(100_000));
        front.faults().add(S3Faults.Kind.SLOW_BODY, "^GET /bucket/slow", 1, 1, 300);
        long start = System.nanoTime();
        assertThat(get("slow")).isEqualTo(bytes(100_000));
        assertThat(System.nanoTime() - start).isGreaterThan(300_000_000L);
    }

    @Test
    void losesTheAnswerToWhatWasDone() throws IOException {
        S3Faults.Fault fault = front.faults().add(S3Faults.Kind.LOSE_ANSWER, "^PUT /bucket/lost", 1, 1, 0);
        assertThatThrownBy(() -> put("lost", bytes(10))).isInstanceOf(SdkClientException.class);
        assertThat(fault.fired()).isEqualTo(1);
        assertThat(get("lost")).isEqualTo(bytes(10));
    }

    @Test
    void knowsNothingOfAnObject() throws IOException {
        put("gone", bytes(10));
        S3Faults.Fault fault = front.faults().add(S3Faults.Kind.MISSING, "^(GET|HEAD) /bucket/gone", 1, 2, 0);
        assertThatThrownBy(() -> get("gone")).isInstanceOf(NoSuchKeyException.class);
        assertThatThrownBy(() -> client.headObject(head -> head.bucket("bucket").key("gone")))
                .isInstanceOf(NoSuchKeyException.class);
        assertThat(get("gone")).hasSize(10);
        assertThat(fault.fired()).isEqualTo(2);
    }
}
