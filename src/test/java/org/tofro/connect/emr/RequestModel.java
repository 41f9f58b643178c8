package org.tofro.connect.emr;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Iterator;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallingType;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.core.traits.MapTrait;
import software.amazon.awssdk.services.emr.model.AddJobFlowStepsRequest;
import software.amazon.awssdk.services.emr.model.CancelStepsRequest;
import software.amazon.awssdk.services.emr.model.DescribeClusterRequest;
import software.amazon.awssdk.services.emr.model.DescribeStepRequest;
import software.amazon.awssdk.services.emr.model.ListClustersRequest;
import software.amazon.awssdk.services.emr.model.ListStepsRequest;
import software.amazon.awssdk.services.emr.model.RunJobFlowRequest;
import software.amazon.awssdk.services.emr.model.TerminateJobFlowsRequest;

/** What EMR's requests look like, by AWS's own model of the service: names and types of fields, however deep. */
final class RequestModel {
    private static final Map<String, Supplier<SdkPojo>> REQUESTS = Map.of(
            "RunJobFlow", RunJobFlowRequest::builder,
            "AddJobFlowSteps", AddJobFlowStepsRequest::builder,
            "DescribeCluster", DescribeClusterRequest::builder,
            "DescribeStep", DescribeStepRequest::builder,
            "ListSteps", ListStepsRequest::builder,
            "ListClusters", ListClustersRequest::builder,
            "TerminateJobFlows", TerminateJobFlowsRequest::builder,
            "CancelSteps", CancelStepsRequest::builder);

    private RequestModel() {}

    /** What is wrong with a request, as a sentence; null where nothing is. */
    static @Nullable String wrong(String action, JsonNode body) {
        Supplier<SdkPojo> request = REQUESTS.get(action);
        return request == null ? "there is no action " + action : structure(action, body, request.get());
    }

    private static @Nullable String structure(String path, JsonNode node, SdkPojo model) {
        if (!node.isObject()) {
            return mistyped(path, "an object", node);
        }
        Map<String, SdkField<?>> fields =
                model.sdkFields().stream().collect(Collectors.toMap(SdkField::locationName, field -> field));
        for (Iterator<Map.Entry<String, JsonNode>> each = node.fields(); each.hasNext(); ) {
            Map.Entry<String, JsonNode> given = each.next();
            SdkField<?> field = fields.get(given.getKey());
            String wrong = field == null
                    ? path + " has no field '" + given.getKey() + "'"
                    : value(path + "." + given.getKey(), given.getValue(), field);
            if (wrong != null) {
                return wrong;
            }
        }
        return null;
    }

    private static @Nullable String value(String path, JsonNode node, SdkField<?> field) {
        MarshallingType<?> type = field.marshallingType();
        if (type == MarshallingType.SDK_POJO) {
            return structure(path, node, field.constructor().get());
        }
        if (type == MarshallingType.LIST) {
            return elements(path, node, field);
        }
        if (type == MarshallingType.MAP) {
            return entries(path, node, field);
        }
        if (type == MarshallingType.STRING) {
            return node.isTextual() ? null : mistyped(path, "a text", node);
        }
        if (type == MarshallingType.BOOLEAN) {
            return node.isBoolean() ? null : mistyped(path, "true or false", node);
        }
        if (type == MarshallingType.INTEGER || type == MarshallingType.LONG) {
            return node.isIntegralNumber() ? null : mistyped(path, "a whole number", node);
        }
        // Moments are seconds, with a fraction.
        return node.isNumber() ? null : mistyped(path, "a number", node);
    }

    private static @Nullable String elements(String path, JsonNode node, SdkField<?> field) {
        if (!node.isArray()) {
            return mistyped(path, "a list", node);
        }
        SdkField<?> element = field.getTrait(ListTrait.class).memberFieldInfo();
        for (int i = 0; i < node.size(); i++) {
            String wrong = value(path + "[" + i + "]", node.get(i), element);
            if (wrong != null) {
                return wrong;
            }
        }
        return null;
    }

    private static @Nullable String entries(String path, JsonNode node, SdkField<?> field) {
        if (!node.isObject()) {
            return mistyped(path, "an object", node);
        }
        SdkField<?> entry = field.getTrait(MapTrait.class).valueFieldInfo();
        for (Iterator<Map.Entry<String, JsonNode>> each = node.fields(); each.hasNext(); ) {
            Map.Entry<String, JsonNode> given = each.next();
            String wrong = value(path + "." + given.getKey(), given.getValue(), entry);
            if (wrong != null) {
                return wrong;
            }
        }
        return null;
    }

    private static String mistyped(String path, String wanted, JsonNode node) {
        return path + " takes " + wanted + ", not " + node;
    }
}
