package org.tofro.connect.emr;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.emr.EmrClient;
import software.amazon.awssdk.services.emr.EmrClientBuilder;
import software.amazon.awssdk.services.emr.model.Cluster;
import software.amazon.awssdk.services.emr.model.ClusterState;
import software.amazon.awssdk.services.emr.model.ClusterSummary;
import software.amazon.awssdk.services.emr.model.RunJobFlowRequest;
import software.amazon.awssdk.services.emr.model.Step;
import software.amazon.awssdk.services.emr.model.StepCancellationOption;
import software.amazon.awssdk.services.emr.model.StepConfig;
import software.amazon.awssdk.services.emr.model.StepState;
import software.amazon.awssdk.services.emr.model.StepSummary;

/**
 * EMR in one region. Every call is made again where EMR throttles or the network fails; one that makes something, whose
 * answer was lost, first looks by its name whether it is there, so that no second cluster and no second step is started.
 */
public final class Emr implements AutoCloseable {
    /** Clocks differ; a cluster that is looked for was made after this long before it was asked for. */
    private static final Duration CLOCKS = Duration.ofMinutes(5);

    private static final ClusterState[] ALIVE = {
        ClusterState.STARTING, ClusterState.BOOTSTRAPPING, ClusterState.RUNNING, ClusterState.WAITING
    };

    private final EmrClient client;
    private final Pace pace;

    private Emr(EmrClient client, Pace pace) {
        this.client = client;
        this.pace = pace;
    }

    /**
     * Opens a client; nothing is contacted before the first call.
     *
     * @param region null for the AWS client's own choice
     */
    public static Emr open(@Nullable String region, Pace pace) {
        EmrClientBuilder builder = EmrClient.builder()
                .httpClientBuilder(Apache5HttpClient.builder()
                        .connectionTimeout(Duration.ofSeconds(10))
                        .socketTimeout(Duration.ofSeconds(60)))
                .overrideConfiguration(override -> override.retryStrategy(AwsRetryStrategy.doNotRetry()));
        if (region != null) {
            builder.region(Region.of(region));
        }
        try {
            return new Emr(builder.build(), pace);
        } catch (SdkException e) {
            throw EmrFailures.translate("open", e);
        }
    }

    Pace pace() {
        return pace;
    }

    /** Starts a cluster, whose name nothing else has; returns its id. */
    public String start(RunJobFlowRequest request) throws InterruptedException {
        Instant since = Instant.now().minus(CLOCKS);
        return make(
                "RunJobFlow",
                () -> client.runJobFlow(request).jobFlowId(),
                () -> clusters(since).stream()
                        .filter(cluster -> cluster.name().equals(request.name()))
                        .map(ClusterSummary::id)
                        .findFirst());
    }

    /** Gives a step, whose name no other step of the cluster has, to a cluster that is running; returns its id. */
    public String add(String cluster, StepConfig step) throws InterruptedException {
        return make(
                "AddJobFlowSteps",
                () -> client.addJobFlowSteps(
                                request -> request.jobFlowId(cluster).steps(step))
                        .stepIds()
                        .get(0),
                () -> good(cluster, step.name()));
    }

    /** The latest step of that name that waits, works or has completed. */
    Optional<String> goodStep(String cluster, String name) throws InterruptedException {
        return ask("ListSteps", () -> good(cluster, name));
    }

    private Optional<String> good(String cluster, String name) {
        return client
                .listStepsPaginator(request -> request.clusterId(cluster)
                        .stepStates(StepState.PENDING, StepState.RUNNING, StepState.COMPLETED))
                .steps()
                .stream()
                .filter(step -> step.name().equals(name))
                .map(StepSummary::id)
                .findFirst();
    }

    /** The step of that name, which the cluster was started with. */
    public String stepOf(String cluster, String name) throws InterruptedException {
        return ask("ListSteps", () -> step(cluster, name))
                .orElseThrow(() -> new EmrException("cluster " + cluster + " has no step '" + name + "'"));
    }

    private Optional<String> step(String cluster, String name) {
        return client.listStepsPaginator(request -> request.clusterId(cluster)).steps().stream()
                .filter(step -> step.name().equals(name))
                .map(StepSummary::id)
                .findFirst();
    }

    public Cluster cluster(String id) throws InterruptedException {
        return ask("DescribeCluster", () -> client.describeCluster(request -> request.clusterId(id)))
                .cluster();
    }

    Step describe(String cluster, String step) throws InterruptedException {
        return ask(
                        "DescribeStep",
                        () -> client.describeStep(
                                request -> request.clusterId(cluster).stepId(step)))
                .step();
    }

    /** The id of a cluster that is running, by its id or its name. */
    public String find(String idOrName) throws InterruptedException {
        if (idOrName.matches("j-[A-Z0-9]+")) {
            String state = cluster(idOrName).status().stateAsString();
            if (state.startsWith("TERMINAT")) {
                throw new EmrException("cluster " + idOrName + " is not running: it is " + state
                        + "; name one that is, or leave `cluster` out for one of the run's own");
            }
            return idOrName;
        }
        List<ClusterSummary> found = ask("ListClusters", () -> clusters(null)).stream()
                .filter(cluster -> cluster.name().equals(idOrName))
                .toList();
        if (found.size() != 1) {
            throw new EmrException(
                    found.isEmpty()
                            ? "no cluster of the name '" + idOrName
                                    + "' is running; start it, or leave `cluster` out for one of the run's own"
                            : "several clusters have the name '" + idOrName + "'; name one by its id: "
                                    + String.join(
                                            ", ",
                                            found.stream()
                                                    .map(ClusterSummary::id)
                                                    .sorted()
                                                    .toList()));
        }
        return found.get(0).id();
    }

    private List<ClusterSummary> clusters(@Nullable Instant since) {
        return client
                .listClustersPaginator(request -> request.clusterStates(ALIVE).createdAfter(since))
                .clusters()
                .stream()
                .toList();
    }

    /** Ends a cluster and all that runs on it; does nothing where it has ended. */
    public void terminate(String cluster) throws InterruptedException {
        ask("TerminateJobFlows", () -> client.terminateJobFlows(request -> request.jobFlowIds(cluster)));
    }

    /** Ends a step, whether it waits or works; does nothing where it has ended. */
    public void cancel(String cluster, String step) throws InterruptedException {
        ask(
                "CancelSteps",
                () -> client.cancelSteps(request -> request.clusterId(cluster)
                        .stepIds(step)
                        .stepCancellationOption(StepCancellationOption.SEND_INTERRUPT)));
    }

    private <T> T ask(String action, Supplier<T> call) throws InterruptedException {
        return make(action, call, Optional::empty);
    }

    /** Makes a call until it succeeds or has failed for good; where it is unclear whether it was done, looks first. */
    private <T> T make(String action, Supplier<T> call, Supplier<Optional<T>> look) throws InterruptedException {
        boolean unclear = false;
        for (int failed = 0; ; ) {
            try {
                Optional<T> there = unclear ? look.get() : Optional.empty();
                return there.isPresent() ? there.get() : call.get();
            } catch (SdkException e) {
                failed++;
                boolean again = EmrFailures.isThrottling(e) || EmrFailures.isUnclear(e);
                if (!again || failed >= pace.tries()) {
                    throw EmrFailures.translate(action, e);
                }
                unclear |= EmrFailures.isUnclear(e);
                Thread.sleep(pace.backoff(failed).toMillis());
            }
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
