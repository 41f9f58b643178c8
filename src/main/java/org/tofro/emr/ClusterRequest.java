package org.tofro.emr;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.tofro.settings.ClusterConfig;
import org.tofro.settings.ClusterConfig.BootstrapScript;
import org.tofro.settings.ClusterConfig.Group;
import software.amazon.awssdk.services.emr.model.Application;
import software.amazon.awssdk.services.emr.model.BootstrapActionConfig;
import software.amazon.awssdk.services.emr.model.InstanceGroupConfig;
import software.amazon.awssdk.services.emr.model.InstanceRoleType;
import software.amazon.awssdk.services.emr.model.JobFlowInstancesConfig;
import software.amazon.awssdk.services.emr.model.MarketType;
import software.amazon.awssdk.services.emr.model.RunJobFlowRequest;
import software.amazon.awssdk.services.emr.model.StepConfig;
import software.amazon.awssdk.services.emr.model.Tag;

/** A cluster for one run, which EMR ends by itself when the run's step has ended, whatever became of who asked for it. */
final class ClusterRequest {
    private static final String RELEASE = "emr-7.5.0";
    private static final String INSTANCE_TYPE = "m5.xlarge";
    private static final int CORE_INSTANCES = 2;
    /** The run's own step, and those that it adds. */
    private static final int CONCURRENT_STEPS = 10;

    private ClusterRequest() {}

    static RunJobFlowRequest of(SubmitRequest request, StepConfig step) {
        ClusterConfig cluster = request.cluster();
        RunJobFlowRequest.Builder builder = RunJobFlowRequest.builder()
                .name(request.name())
                .releaseLabel(or(cluster.release(), RELEASE))
                .applications(applications(cluster))
                .instances(instances(request))
                .serviceRole(or(cluster.serviceRole(), "EMR_DefaultRole"))
                .jobFlowRole(or(cluster.instanceProfile(), "EMR_EC2_DefaultRole"))
                .visibleToAllUsers(true)
                .logUri(or(cluster.logUri(), request.stateArea() + DeployArea.LOGS))
                .tags(tags(request))
                .bootstrapActions(bootstrap(request))
                .steps(step);
        if (request.addsSteps()) {
            builder.stepConcurrencyLevel(CONCURRENT_STEPS);
        }
        if (cluster.idleTimeout() != null) {
            long seconds = cluster.idleTimeout().toSeconds();
            builder.autoTerminationPolicy(policy -> policy.idleTimeout(seconds));
        }
        return builder.build();
    }

    private static List<Application> applications(ClusterConfig cluster) {
        return Stream.concat(Stream.of("Hadoop", "Flink"), cluster.applications().stream())
                .distinct()
                .map(name -> Application.builder().name(name).build())
                .toList();
    }

    private static JobFlowInstancesConfig instances(SubmitRequest request) {
        ClusterConfig cluster = request.cluster();
        List<InstanceGroupConfig> groups = new ArrayList<>();
        groups.add(group("primary", InstanceRoleType.MASTER, cluster.primary(), 1));
        groups.add(group(
                "core", InstanceRoleType.CORE, cluster.core(), or(cluster.core().instances(), CORE_INSTANCES)));
        int tasks = or(cluster.task().instances(), cluster.task().instanceType() == null ? 0 : 1);
        if (tasks > 0) {
            groups.add(group("task", InstanceRoleType.TASK, cluster.task(), tasks));
        }
        return JobFlowInstancesConfig.builder()
                .instanceGroups(groups)
                .keepJobFlowAliveWhenNoSteps(false)
                .terminationProtected(false)
                .ec2KeyName(cluster.keyPair())
                .ec2SubnetId(subnet(request))
                .additionalMasterSecurityGroups(listed(cluster.securityGroups()))
                .additionalSlaveSecurityGroups(listed(cluster.securityGroups()))
                .build();
    }

    /** A cluster of instance groups is in one subnet; runs take turns, so that one full zone does not stop them all. */
    private static @Nullable String subnet(SubmitRequest request) {
        List<String> subnets = request.cluster().subnets();
        return subnets.isEmpty() ? null : subnets.get(Math.floorMod(request.id().hashCode(), subnets.size()));
    }

    private static InstanceGroupConfig group(String name, InstanceRoleType role, Group group, int instances) {
        InstanceGroupConfig.Builder builder = InstanceGroupConfig.builder()
                .name(name)
                .instanceRole(role)
                .instanceType(or(group.instanceType(), INSTANCE_TYPE))
                .instanceCount(instances)
                .market(group.bidPrice() == null ? MarketType.ON_DEMAND : MarketType.SPOT);
        if (group.bidPrice() != null && !group.bidPrice().equals(Group.SPOT)) {
            builder.bidPrice(group.bidPrice());
        }
        return builder.build();
    }

    private static List<Tag> tags(SubmitRequest request) {
        Map<String, String> tags = new LinkedHashMap<>();
        tags.put("tofro:pipeline", request.pipeline());
        tags.put("tofro:submission", request.id());
        tags.putAll(request.cluster().tags());
        return tags.entrySet().stream()
                .map(tag ->
                        Tag.builder().key(tag.getKey()).value(tag.getValue()).build())
                .toList();
    }

    private static List<BootstrapActionConfig> bootstrap(SubmitRequest request) {
        List<BootstrapActionConfig> actions = new ArrayList<>();
        for (BootstrapScript script : request.cluster().bootstrap()) {
            int number = actions.size() + 1;
            String path = script.local() ? request.uri(localName(number)) : script.path();
            actions.add(BootstrapActionConfig.builder()
                    .name("bootstrap " + number)
                    .scriptBootstrapAction(action -> action.path(path).args(script.arguments()))
                    .build());
        }
        return actions;
    }

    /** What a script of this machine is called in the submission. */
    static String localName(int number) {
        return "bootstrap-" + number + ".sh";
    }

    private static @Nullable List<String> listed(List<String> values) {
        return values.isEmpty() ? null : values;
    }

    private static <T> T or(@Nullable T given, T missing) {
        return given == null ? missing : given;
    }
}
