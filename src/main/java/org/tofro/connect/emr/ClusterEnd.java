package org.tofro.connect.emr;

import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.emr.model.Cluster;
import software.amazon.awssdk.services.emr.model.ClusterStateChangeReason;
import software.amazon.awssdk.services.emr.model.ErrorDetail;

/** Why a cluster ended before its step did, in one sentence with what to do. */
final class ClusterEnd {
    private ClusterEnd() {}

    static String sentence(Cluster cluster) {
        ClusterStateChangeReason reason = cluster.status().stateChangeReason();
        String code = reason == null || reason.codeAsString() == null ? "no reason given" : reason.codeAsString();
        String message = reason == null || reason.message() == null
                ? ""
                : ": " + reason.message().strip().replaceFirst("\\.$", "");
        String details = cluster.status().errorDetails().stream()
                .map(ErrorDetail::errorMessage)
                .filter(text -> text != null && !text.isBlank())
                .findFirst()
                .map(text -> " (" + text.strip().replaceFirst("\\.$", "") + ")")
                .orElse("");
        return "cluster " + cluster.id() + " ended before the step did, " + code + message + details + "; "
                + advice(code, cluster);
    }

    private static String advice(String code, Cluster cluster) {
        String logs = cluster.logUri();
        return switch (code) {
            case "BOOTSTRAP_FAILURE" ->
                "a script of `bootstrap` failed; what it said is in "
                        + logs(logs, cluster.id(), "node/<instance>/bootstrap-actions/");
            case "VALIDATION_ERROR" ->
                "EMR could not start what emr_cluster_config describes: look at its roles, subnets and instance types";
            case "INSTANCE_FAILURE", "INSTANCE_FLEET_TIMEOUT" ->
                "the instances could not be had, or were lost; take another instance type or subnet, or no spot"
                        + " instances, and go on by resuming";
            case "USER_REQUEST" -> "somebody has terminated it; go on by resuming";
            case "AUTO_TERMINATION" -> "`idle_timeout` was too short for it";
            default -> "its logs are in " + logs(logs, cluster.id(), "");
        };
    }

    /** Where logs are on S3; they arrive there some minutes late. */
    static String logs(@Nullable String area, String cluster, String path) {
        return area == null
                ? "no place: set `log_uri` of emr_cluster_config to keep logs"
                : area.replaceFirst("^s3n:", "s3:").replaceFirst("/?$", "/") + cluster + "/" + path
                        + " some minutes later";
    }
}
