package org.tofro.connect.aws;

import java.io.Serializable;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.tofro.settings.SecretException;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;

/**
 * Where something is kept.
 *
 * @param id its name or ARN
 * @param region as this environment says; null for what AWS's client finds. An ARN's own region goes before it
 * @param endpoint another address than AWS's, or null
 */
record AwsPlace(
        String id, @Nullable String region, @Nullable String endpoint) implements Serializable {
    private static final int TRIES = 5;

    Region in() {
        String[] arn = id.split(":");
        if (arn.length > 4 && arn[0].equals("arn")) {
            return Region.of(arn[3]);
        }
        return region(region, "'" + id + "'");
    }

    /** The region of that name, else the one that AWS's own settings say. */
    static Region region(@Nullable String name, String subject) {
        if (name != null) {
            return Region.of(name);
        }
        try {
            return new DefaultAwsRegionProviderChain().getRegion();
        } catch (SdkClientException none) {
            throw new SecretException(
                    "in which region of AWS is " + subject + "? Set the variable AWS_REGION", false, none);
        }
    }

    /** A client of the service that keeps it; the caller closes it. */
    <B extends AwsSyncClientBuilder<B, C> & AwsClientBuilder<B, C>, C> C client(B builder) {
        builder.region(in())
                .credentialsProvider(AwsTrouble.CHAIN)
                .httpClientBuilder(Apache5HttpClient.builder()
                        .connectionTimeout(Duration.ofSeconds(5))
                        .socketTimeout(Duration.ofSeconds(10)))
                .overrideConfiguration(o -> o.retryStrategy(AwsRetryStrategy.standardRetryStrategy().toBuilder()
                        .maxAttempts(TRIES)
                        .build()));
        if (endpoint != null) {
            builder.endpointOverride(URI.create(endpoint));
        }
        return builder.build();
    }
}
