package org.tofro.connect.staging;

import java.time.Duration;
import org.apache.beam.sdk.io.aws2.options.S3ClientBuilderFactory;
import org.apache.beam.sdk.io.aws2.options.S3Options;
import org.apache.beam.sdk.io.aws2.s3.DefaultS3ClientBuilderFactory;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.retries.api.RetryStrategy;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/**
 * How every client of S3 behaves, Beam's own too, which Beam makes by this class: S3 is tried again for ten seconds at least
 * while it answers 503, for three while it cannot be reached.
 */
public final class S3Patience implements S3ClientBuilderFactory {
    private static final int TRIES = 7;
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    /**
     * Sets it. The sums that the client would add to every request by itself are left out: stores that only speak S3's
     * protocol refuse them or keep them as a part of the object, and staged files carry sums of their own.
     */
    static S3ClientBuilder apply(S3ClientBuilder builder) {
        return builder.httpClientBuilder(Apache5HttpClient.builder()
                        .maxConnections(64)
                        .connectionTimeout(Duration.ofSeconds(10))
                        .socketTimeout(Duration.ofSeconds(60))
                        .tcpKeepAlive(true))
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .overrideConfiguration(override -> override.retryStrategy(patient()));
    }

    /** Half of each pause is fixed: with full jitter, one call in fifty would give up within five seconds of 503. */
    private static RetryStrategy patient() {
        return AwsRetryStrategy.standardRetryStrategy().toBuilder()
                .maxAttempts(TRIES)
                .backoffStrategy(doubled(Duration.ofMillis(100)))
                .throttlingBackoffStrategy(doubled(Duration.ofMillis(500)))
                .build();
    }

    private static BackoffStrategy doubled(Duration first) {
        return BackoffStrategy.exponentialDelayHalfJitter(first, LONGEST_PAUSE);
    }

    @Override
    public S3ClientBuilder createBuilder(S3Options options) {
        return apply(new DefaultS3ClientBuilderFactory().createBuilder(options));
    }
}
