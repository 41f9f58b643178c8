package org.tofro.settings;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.tofro.problem.Problem;

/**
 * A cluster of EMR, as {@code emr_cluster_config} of a runner file or a pipeline describes it. What is null or empty was
 * not said.
 *
 * @param cluster id or name of a cluster that is running; null for one of the run's own
 * @param region AWS region; null for the AWS client's own choice
 * @param release EMR's release, such as {@code emr-7.5.0}
 * @param primary the one machine that Flink's application is started from
 * @param core machines that keep HDFS and work
 * @param task machines that only work
 * @param serviceRole the role that EMR works with
 * @param instanceProfile the role that the machines, and so the run, work with
 * @param subnets of which one is taken
 * @param securityGroups beside those that EMR makes
 * @param keyPair who may log in by SSH
 * @param tags of the cluster and its machines
 * @param applications beside Hadoop and Flink
 * @param bootstrap scripts that each machine runs first
 * @param logUri where EMR leaves logs on S3
 * @param terminateAfter how long the cluster, or the step on a running one, may live
 * @param idleTimeout after how long of doing nothing EMR itself ends the cluster
 * @param environment names of the variables whose values the cluster is given; none of them is a secret
 * @param notes what was said and has no effect, with what to do
 * @param lacking what this machine lacks of what is referred to; only who asks for a cluster needs it
 */
public record ClusterConfig(
        @Nullable String cluster,
        @Nullable String region,
        @Nullable String release,
        Group primary,
        Group core,
        Group task,
        @Nullable String serviceRole,
        @Nullable String instanceProfile,
        List<String> subnets,
        List<String> securityGroups,
        @Nullable String keyPair,
        Map<String, String> tags,
        List<String> applications,
        List<BootstrapScript> bootstrap,
        @Nullable String logUri,
        @Nullable Duration terminateAfter,
        @Nullable Duration idleTimeout,
        List<String> environment,
        List<Problem> notes,
        List<Problem> lacking) {
    /** Nothing was said. */
    public static final ClusterConfig NONE = new ClusterConfig(
            null,
            null,
            null,
            Group.NONE,
            Group.NONE,
            Group.NONE,
            null,
            null,
            List.of(),
            List.of(),
            null,
            Map.of(),
            List.of(),
            List.of(),
            null,
            null,
            null,
            List.of(),
            List.of(),
            List.of());

    public ClusterConfig {
        subnets = List.copyOf(subnets);
        securityGroups = List.copyOf(securityGroups);
        tags = Collections.unmodifiableMap(new LinkedHashMap<>(tags));
        applications = List.copyOf(applications);
        bootstrap = List.copyOf(bootstrap);
        environment = List.copyOf(environment);
        notes = List.copyOf(notes);
        lacking = List.copyOf(lacking);
    }

    /**
     * Machines of one kind.
     *
     * @param instanceType such as {@code m6g.xlarge}
     * @param instances how many
     * @param bidPrice the most that a spot instance may cost an hour, or {@code spot} for as much as an ordinary one; null
     *     for ordinary ones
     */
    public record Group(
            @Nullable String instanceType,
            @Nullable Integer instances,
            @Nullable String bidPrice) {
        public static final String SPOT = "spot";
        static final Group NONE = new Group(null, null, null);

        private Group over(Group base) {
            return new Group(
                    or(instanceType, base.instanceType), or(instances, base.instances), or(bidPrice, base.bidPrice));
        }
    }

    /**
     * A script that each machine runs before Hadoop starts.
     *
     * @param path on S3, or of this machine
     * @param local whether it is a file of this machine, which is brought to S3
     */
    public record BootstrapScript(String path, boolean local, List<String> arguments) {
        public BootstrapScript {
            arguments = List.copyOf(arguments);
        }
    }

    /** These settings, and beneath them others that apply where these say nothing. */
    public ClusterConfig over(ClusterConfig base) {
        Map<String, String> allTags = new LinkedHashMap<>(base.tags);
        allTags.putAll(tags);
        return new ClusterConfig(
                or(cluster, base.cluster),
                or(region, base.region),
                or(release, base.release),
                primary.over(base.primary),
                core.over(base.core),
                task.over(base.task),
                or(serviceRole, base.serviceRole),
                or(instanceProfile, base.instanceProfile),
                subnets.isEmpty() ? base.subnets : subnets,
                securityGroups.isEmpty() ? base.securityGroups : securityGroups,
                or(keyPair, base.keyPair),
                allTags,
                applications.isEmpty() ? base.applications : applications,
                bootstrap.isEmpty() ? base.bootstrap : bootstrap,
                or(logUri, base.logUri),
                or(terminateAfter, base.terminateAfter),
                or(idleTimeout, base.idleTimeout),
                Stream.concat(base.environment.stream(), environment.stream())
                        .distinct()
                        .toList(),
                Stream.concat(base.notes.stream(), notes.stream()).toList(),
                Stream.concat(base.lacking.stream(), lacking.stream()).toList());
    }

    /** The same on a cluster that is running. */
    public ClusterConfig on(String idOrName) {
        return with(idOrName, subnets, securityGroups, bootstrap, terminateAfter, notes, lacking);
    }

    /** The same, whose machines run one script more. */
    public ClusterConfig preparedBy(BootstrapScript last) {
        List<BootstrapScript> all =
                Stream.concat(bootstrap.stream(), Stream.of(last)).toList();
        return with(cluster, subnets, securityGroups, all, terminateAfter, notes, lacking);
    }

    /** The same in a network, and for so long. */
    ClusterConfig within(
            List<String> inSubnets, List<String> inGroups, @Nullable Duration longest, List<Problem> noted) {
        return with(cluster, inSubnets, inGroups, bootstrap, longest, noted, lacking);
    }

    /** The same where this machine lacks more. */
    ClusterConfig lackingToo(List<Problem> more) {
        List<Problem> all = Stream.concat(lacking.stream(), more.stream()).toList();
        return with(cluster, subnets, securityGroups, bootstrap, terminateAfter, notes, all);
    }

    private ClusterConfig with(
            @Nullable String running,
            List<String> inSubnets,
            List<String> inGroups,
            List<BootstrapScript> scripts,
            @Nullable Duration longest,
            List<Problem> noted,
            List<Problem> missing) {
        return new ClusterConfig(
                running,
                region,
                release,
                primary,
                core,
                task,
                serviceRole,
                instanceProfile,
                inSubnets,
                inGroups,
                keyPair,
                tags,
                applications,
                scripts,
                logUri,
                longest,
                idleTimeout,
                environment,
                noted,
                missing);
    }

    private static <T> @Nullable T or(@Nullable T own, @Nullable T base) {
        return own != null ? own : base;
    }
}
