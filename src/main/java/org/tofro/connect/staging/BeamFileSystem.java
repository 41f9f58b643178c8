package org.tofro.connect.staging;

import java.net.URI;
import org.apache.beam.sdk.io.aws2.options.S3Options;
import org.apache.beam.sdk.options.PipelineOptions;
import org.jspecify.annotations.Nullable;
import org.tofro.settings.S3Connection;
import org.tofro.settings.Secret;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;

/** Tells Beam's own S3 file system, which keeps the state area, how to reach S3. */
public final class BeamFileSystem {
    /** The least that S3 takes; Beam's own 64 MB would be allocated for every small file of the state area. */
    private static final int BUFFER_BYTES = 5 << 20;

    private BeamFileSystem() {}

    /** Sets the options; null leaves AWS's own defaults. */
    public static void configure(PipelineOptions options, @Nullable S3Connection s3) {
        S3Options aws = options.as(S3Options.class);
        aws.setS3ClientFactoryClass(S3Patience.class);
        aws.setS3UploadBufferSizeBytes(BUFFER_BYTES);
        if (s3 == null) {
            return;
        }
        String region = s3.region();
        if (region != null) {
            aws.setAwsRegion(Region.of(region));
        }
        String endpoint = s3.endpoint();
        if (endpoint != null) {
            aws.setEndpoint(URI.create(endpoint));
        }
        String accessKey = s3.accessKey();
        Secret secretKey = s3.secretKey();
        if (accessKey != null && secretKey != null) {
            aws.setAwsCredentialsProvider(
                    StaticCredentialsProvider.create(AwsBasicCredentials.create(accessKey, secretKey.reveal())));
        }
    }
}
