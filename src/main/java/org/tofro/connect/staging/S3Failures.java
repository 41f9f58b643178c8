package org.tofro.connect.staging;

import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Turns what the AWS client throws into one sentence.
 *
 * @param bucket the bucket that was asked for
 * @param endpoint where; null for AWS
 */
public record S3Failures(String bucket, @Nullable String endpoint) {
    public StagingException translate(String what, String uri, SdkException e) {
        return new StagingException("%s %s: %s".formatted(what, uri, reason(e)), isTransient(e), e);
    }

    private String reason(SdkException e) {
        if (e instanceof AwsServiceException service) {
            String code = service.awsErrorDetails() == null
                    ? ""
                    : service.awsErrorDetails().errorCode();
            if ("NoSuchBucket".equals(code)) {
                return "there is no bucket '%s'".formatted(bucket);
            }
            if ("InvalidAccessKeyId".equals(code) || "SignatureDoesNotMatch".equals(code)) {
                return "S3 does not know these credentials (%s)".formatted(code);
            }
            if ("ExpiredToken".equals(code)) {
                return "the AWS credentials have expired";
            }
            return switch (service.statusCode()) {
                case 403 -> "access is denied; the credentials may not do this on bucket '%s'".formatted(bucket);
                case 404 -> "there is no bucket '%s'".formatted(bucket);
                case 301 -> "bucket '%s' is in another region; set `region` of the s3 connection".formatted(bucket);
                case 429, 503 -> "S3 is still throttling after several tries; start fewer steps at a time";
                default -> "S3 answers %d %s".formatted(service.statusCode(), code);
            };
        }
        if (e instanceof AbortedException) {
            return "the upload was cancelled";
        }
        String where = endpoint == null ? "S3" : endpoint;
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnknownHostException) {
                return "the host of %s is unknown".formatted(where);
            }
            if (cause instanceof SocketTimeoutException || cause instanceof ConnectException) {
                return "%s cannot be reached".formatted(where);
            }
            String message = String.valueOf(cause.getMessage());
            if (message.contains("Unable to load credentials")) {
                return "no AWS credentials were found (environment, profile, container or instance role)";
            }
            if (message.contains("Unable to load region")) {
                return "no AWS region is set; set `region` of the s3 connection";
            }
        }
        return "the connection to %s broke".formatted(where);
    }

    private static boolean isTransient(SdkException e) {
        if (e instanceof AwsServiceException service) {
            return service.statusCode() >= 500 || service.statusCode() == 429 || service.isThrottlingException();
        }
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof java.io.IOException) {
                return true;
            }
        }
        return false;
    }
}
