package org.tofro.connect.staging;

import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.tofro.settings.S3Connection;
import org.tofro.settings.Secret;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/** Clients of S3 as a connection describes them. */
public final class S3Clients {
    private S3Clients() {}

    /** A client of its own, which the caller closes; null leaves everything to AWS's own defaults. */
    public static S3Client open(@Nullable S3Connection connection) {
        S3ClientBuilder builder = S3Patience.apply(S3Client.builder());
        String region = connection == null ? null : connection.region();
        String endpoint = connection == null ? null : connection.endpoint();
        if (endpoint != null) {
            builder.endpointOverride(URI.create(endpoint))
                    .forcePathStyle(true)
                    .serviceConfiguration(s -> s.chunkedEncodingEnabled(false));
        }
        if (region != null || endpoint != null) {
            builder.region(Region.of(region != null ? region : "us-east-1"));
        }
        String accessKey = connection == null ? null : connection.accessKey();
        Secret secretKey = connection == null ? null : connection.secretKey();
        builder.credentialsProvider(
                accessKey != null && secretKey != null
                        ? StaticCredentialsProvider.create(AwsBasicCredentials.create(accessKey, secretKey.reveal()))
                        : DefaultCredentialsProvider.builder().build());
        return builder.build();
    }
}
