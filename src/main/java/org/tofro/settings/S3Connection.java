package org.tofro.settings;

import org.jspecify.annotations.Nullable;

/**
 * S3 or a store that speaks its protocol.
 *
 * @param name the connection's name
 * @param standIn whether a stand-in serves it; endpoint and keys are then filled in when it has started
 * @param seed the folder of a stand-in's first objects, a folder per bucket; null for none
 * @param region AWS region, or null for the AWS client's own choice
 * @param endpoint another endpoint than AWS's, or null
 * @param accessKey a stand-in's access key, or null for AWS's own credential chain
 * @param secretKey a stand-in's secret key, or null for AWS's own credential chain
 */
public record S3Connection(
        String name,
        boolean standIn,
        @Nullable String seed,
        @Nullable String region,
        @Nullable String endpoint,
        @Nullable String accessKey,
        @Nullable Secret secretKey)
        implements Connection {
    /** A store that has no seed. */
    public S3Connection(
            String name,
            boolean standIn,
            @Nullable String region,
            @Nullable String endpoint,
            @Nullable String accessKey,
            @Nullable Secret secretKey) {
        this(name, standIn, null, region, endpoint, accessKey, secretKey);
    }

    @Override
    public String type() {
        return "s3";
    }

    @Override
    public @Nullable Secret secret() {
        return secretKey;
    }
}
