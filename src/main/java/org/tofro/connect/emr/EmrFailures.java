package org.tofro.connect.emr;

import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;

/** What AWS's client throws, in one sentence. */
final class EmrFailures {
    private static final String PAGE = "; docs/emr.md lists what the credentials must be allowed";

    private EmrFailures() {}

    /** @param action what was asked of EMR, as AWS names it: {@code RunJobFlow} */
    static EmrException translate(String action, SdkException e) {
        return new EmrException("EMR, " + action + ": " + reason(action, e), e);
    }

    private static String reason(String action, SdkException e) {
        if (e instanceof AwsServiceException service) {
            String code = code(service);
            String said = said(service);
            if (isThrottling(e)) {
                return "it is still throttling after several tries; start fewer runs at a time";
            }
            if (code.startsWith("AccessDenied") || service.statusCode() == 403) {
                return "access is denied, so the credentials may not elasticmapreduce:" + action + PAGE;
            }
            if (code.startsWith("UnrecognizedClient") || code.startsWith("InvalidSignature")) {
                return "AWS does not know these credentials (" + code + ")";
            }
            if (code.startsWith("ExpiredToken")) {
                return "the AWS credentials have expired";
            }
            if (code.startsWith("Validation") || code.startsWith("InvalidRequest")) {
                return "EMR does not take the request: " + said + "; look at emr_cluster_config, and at what"
                        + " `tofro submit --dry-run` prints";
            }
            return "EMR answers " + service.statusCode() + " " + code + (said.isEmpty() ? "" : ": " + said);
        }
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            String message = String.valueOf(cause.getMessage());
            if (cause instanceof UnknownHostException) {
                return "EMR's host is unknown (" + message + "); is `region` of emr_cluster_config right?";
            }
            if (cause instanceof SocketTimeoutException || cause instanceof ConnectException) {
                return "EMR cannot be reached";
            }
            if (message.contains("Unable to load credentials")) {
                return "no AWS credentials were found (environment, profile, container or instance role)";
            }
            if (message.contains("Unable to load region")) {
                return "no AWS region is set; set `region` of emr_cluster_config";
            }
        }
        return "the connection to EMR broke";
    }

    static boolean isThrottling(SdkException e) {
        return e instanceof AwsServiceException service
                && (service.isThrottlingException() || service.statusCode() == 429);
    }

    /** Whether the call may have been done all the same, or can be made again: EMR's own trouble, or the network's. */
    static boolean isUnclear(SdkException e) {
        if (e instanceof AwsServiceException service) {
            return service.statusCode() >= 500 && !isThrottling(e);
        }
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof java.io.IOException && !(cause instanceof UnknownHostException)) {
                return true;
            }
        }
        return false;
    }

    private static String code(AwsServiceException e) {
        return e.awsErrorDetails() == null || e.awsErrorDetails().errorCode() == null
                ? ""
                : e.awsErrorDetails().errorCode();
    }

    private static String said(AwsServiceException e) {
        @Nullable
        String message =
                e.awsErrorDetails() == null ? null : e.awsErrorDetails().errorMessage();
        return message == null ? "" : message.strip().replaceFirst("\\.$", "");
    }
}
