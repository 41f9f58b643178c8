package org.tofro.connect.staging;

import java.time.Duration;
import org.apache.beam.sdk.io.aws2.options.S3ClientBuilderFactory;
import org.apache.beam.sdk.io.aws2.options.S3Options;
import org.apache.beam.sdk.io.aws2.s3.DefaultS3ClientBuilderFactory;
import software.amazon.awssdk.core.retry.RetryMode;
import software.amazon.awssdk.core.retry.RetryPolicy;
import software.amazon.awssdk.core.retry.backoff.EqualJitterBackoffStrategy;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/**
 * How long S3 is tried again: for ten seconds at least while it answers 503, for three while it cannot be reached. Beam makes
 * its own client by this class.
 */
public final class S3Patience implements S3ClientBuilderFactory {
    private static final int RETRIES = 6;

    static RetryPolicy policy() {
        return RetryPolicy.builder(RetryMode.STANDARD)
                .numRetries(RETRIES)
                .backoffStrategy(doubled(Duration.ofMillis(100)))
                .throttlingBackoffStrategy(doubled(Duration.ofMillis(500)))
                .build();
    }

    /** Half of each pause is fixed: with full jitter, one call in fifty would give up within five seconds of 503. */
    private static EqualJitterBackoffStrategy doubled(Duration first) {
        return EqualJitterBackoffStrategy.builder()
                .baseDelay(first)
                .maxBackoffTime(Duration.ofSeconds(10))
                .build();
    }

    @Override
    public S3ClientBuilder createBuilder(S3Options options) {
        return new DefaultS3ClientBuilderFactory()
                .createBuilder(options)
                .overrideConfiguration(override -> override.retryPolicy(policy()));
    }
}
