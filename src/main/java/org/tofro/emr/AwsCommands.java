package org.tofro.emr;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.emr.model.Application;
import software.amazon.awssdk.services.emr.model.BootstrapActionConfig;
import software.amazon.awssdk.services.emr.model.InstanceGroupConfig;
import software.amazon.awssdk.services.emr.model.JobFlowInstancesConfig;
import software.amazon.awssdk.services.emr.model.MarketType;
import software.amazon.awssdk.services.emr.model.RunJobFlowRequest;
import software.amazon.awssdk.services.emr.model.StepConfig;

/**
 * Requests as the command lines of {@code aws} that are equal to them
 * (https://docs.aws.amazon.com/cli/latest/reference/emr/).
 */
final class AwsCommands {
    private AwsCommands() {}

    static String createCluster(RunJobFlowRequest request, @Nullable String region) {
        List<String> words = start("create-cluster", region);
        add(words, "--name", request.name());
        add(words, "--release-label", request.releaseLabel());
        words.add("--applications");
        request.applications().stream().map(Application::name).forEach(name -> words.add("Name=" + name));
        JobFlowInstancesConfig instances = request.instances();
        add(
                words,
                "--instance-groups",
                json(instances.instanceGroups().stream().map(AwsCommands::group).toList()));
        add(words, "--service-role", request.serviceRole());
        add(words, "--ec2-attributes", json(attributes(request)));
        add(words, "--log-uri", request.logUri());
        words.add("--tags");
        request.tags().forEach(tag -> words.add(quoted(tag.key() + "=" + tag.value())));
        if (request.hasBootstrapActions() && !request.bootstrapActions().isEmpty()) {
            add(
                    words,
                    "--bootstrap-actions",
                    json(request.bootstrapActions().stream()
                            .map(AwsCommands::bootstrap)
                            .toList()));
        }
        if (request.stepConcurrencyLevel() != null) {
            add(
                    words,
                    "--step-concurrency-level",
                    request.stepConcurrencyLevel().toString());
        }
        if (request.autoTerminationPolicy() != null) {
            add(
                    words,
                    "--auto-termination-policy",
                    "IdleTimeout=" + request.autoTerminationPolicy().idleTimeout());
        }
        words.add("--auto-terminate");
        words.add("--no-termination-protected");
        add(
                words,
                "--steps",
                json(request.steps().stream().map(AwsCommands::step).toList()));
        return lines(words);
    }

    static String addStep(String cluster, StepConfig step, @Nullable String region) {
        List<String> words = start("add-steps", region);
        add(words, "--cluster-id", cluster);
        add(words, "--steps", json(List.of(step(step))));
        return lines(words);
    }

    static String copy(String from, String to) {
        return "aws s3 cp " + quoted(from) + " " + quoted(to);
    }

    private static List<String> start(String command, @Nullable String region) {
        List<String> words = new ArrayList<>(List.of("aws emr " + command));
        if (region != null) {
            add(words, "--region", region);
        }
        return words;
    }

    private static Map<String, Object> group(InstanceGroupConfig group) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("Name", group.name());
        map.put("InstanceGroupType", group.instanceRoleAsString());
        map.put("InstanceType", group.instanceType());
        map.put("InstanceCount", group.instanceCount());
        if (group.market() == MarketType.SPOT) {
            map.put("BidPrice", group.bidPrice() == null ? "OnDemandPrice" : group.bidPrice());
        }
        return map;
    }

    private static Map<String, Object> attributes(RunJobFlowRequest request) {
        JobFlowInstancesConfig instances = request.instances();
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("InstanceProfile", request.jobFlowRole());
        if (instances.ec2SubnetId() != null) {
            map.put("SubnetId", instances.ec2SubnetId());
        }
        if (instances.ec2KeyName() != null) {
            map.put("KeyName", instances.ec2KeyName());
        }
        if (!instances.additionalMasterSecurityGroups().isEmpty()) {
            map.put("AdditionalMasterSecurityGroups", instances.additionalMasterSecurityGroups());
            map.put("AdditionalSlaveSecurityGroups", instances.additionalSlaveSecurityGroups());
        }
        return map;
    }

    private static Map<String, Object> bootstrap(BootstrapActionConfig action) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("Name", action.name());
        map.put("Path", action.scriptBootstrapAction().path());
        map.put("Args", action.scriptBootstrapAction().args());
        return map;
    }

    private static Map<String, Object> step(StepConfig step) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("Type", "CUSTOM_JAR");
        map.put("Name", step.name());
        map.put("ActionOnFailure", step.actionOnFailureAsString());
        map.put("Jar", step.hadoopJarStep().jar());
        map.put("Args", step.hadoopJarStep().args());
        return map;
    }

    private static String json(Object value) {
        return RequestJson.line(value);
    }

    private static void add(List<String> words, String option, String value) {
        words.add(option + " " + quoted(value));
    }

    private static String lines(List<String> words) {
        return words.stream().collect(Collectors.joining(" \\\n    "));
    }

    /** As a shell takes it for one word. */
    private static String quoted(String word) {
        return word.matches("[A-Za-z0-9_./:=@,+-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
