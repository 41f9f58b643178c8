package org.tofro.run;

import java.net.URI;
import java.util.List;
import org.apache.beam.sdk.io.aws2.options.S3Options;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.jspecify.annotations.Nullable;
import org.tofro.settings.S3Connection;
import org.tofro.settings.Secret;
import org.tofro.settings.Settings;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;

/** Beam's options for an environment: what its runner file sets, and how Beam's own file system reaches S3. */
public final class BeamOptions {
    private BeamOptions() {}

    /**
     * Makes them.
     *
     * @throws InvalidOptionException where the runner file names an option that Beam does not have
     */
    public static PipelineOptions of(Settings settings, @Nullable S3Connection s3) {
        List<String> arguments = settings.beam().entrySet().stream()
                .map(option -> "--" + option.getKey() + "=" + option.getValue())
                .toList();
        PipelineOptions options;
        try {
            options = PipelineOptionsFactory.fromArgs(arguments.toArray(String[]::new)).create();
        } catch (IllegalArgumentException e) {
            throw new InvalidOptionException("runner '" + settings.name() + "', beam: " + e.getMessage());
        }
        if (s3 != null) {
            S3Options aws = options.as(S3Options.class);
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
                aws.setAwsCredentialsProvider(StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(accessKey, secretKey.reveal())));
            }
        }
        return options;
    }

    /** The runner file names an option that Beam does not have, or gives it a value that it does not take. */
    public static final class InvalidOptionException extends RuntimeException {
        InvalidOptionException(String message) {
            super(message);
        }
    }
}
