package org.tofro.run;

import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.client.program.rest.RestClusterClient;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.DeploymentOptions;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.core.execution.DefaultExecutorServiceLoader;
import org.apache.flink.runtime.client.JobExecutionException;
import org.apache.flink.runtime.client.JobStatusMessage;
import org.apache.flink.runtime.messages.webmonitor.ClusterOverview;
import org.apache.flink.runtime.rest.messages.ClusterOverviewHeaders;
import org.apache.flink.runtime.rest.messages.EmptyMessageParameters;
import org.apache.flink.runtime.rest.messages.EmptyRequestBody;
import org.jspecify.annotations.Nullable;

/** A Flink cluster that is there: the jar goes to it by REST, together with the graph. */
final class RemoteFlink implements FlinkPlace {
    private static final int PATIENCE_SECONDS = 30;

    private final String address;
    private final Path jar;
    private final @Nullable Integer wanted;
    private final String runPrefix;
    private Configuration job = new Configuration();
    private int slots = 1;

    /**
     * @param address of the JobManager's REST interface, {@code host:port}
     * @param jar what holds Tofro for the cluster
     * @param wanted subtasks of each operator; null for as many as the cluster has slots
     * @param runPrefix begins the names of all jobs of the run
     */
    RemoteFlink(String address, Path jar, @Nullable Integer wanted, String runPrefix) {
        this.address = address;
        this.jar = jar;
        this.wanted = wanted;
        this.runPrefix = runPrefix;
    }

    @Override
    public void open(Configuration given) throws Exception {
        ClusterJar.check(jar);
        int colon = address.lastIndexOf(':');
        job = new Configuration();
        // By default a minute goes by before a JobManager that was killed is given up.
        job.set(RestOptions.RETRY_MAX_ATTEMPTS, 6);
        job.set(RestOptions.RETRY_DELAY, 2_000L);
        job.addAll(given);
        job.set(DeploymentOptions.TARGET, "remote");
        job.set(RestOptions.ADDRESS, address.substring(0, colon));
        job.set(RestOptions.PORT, Integer.parseInt(address.substring(colon + 1)));
        job.set(JobManagerOptions.ADDRESS, address.substring(0, colon));
        job.set(JobManagerOptions.PORT, job.get(RestOptions.PORT));
        List<String> jars = new ArrayList<>(List.of(jar.toUri().toString()));
        // Those with steps of the user's own.
        given.getOptional(PipelineOptions.JARS).ifPresent(jars::addAll);
        job.set(PipelineOptions.JARS, jars);
        try (RestClusterClient<String> client = new RestClusterClient<>(job, "cluster")) {
            ClusterOverview overview = client.sendRequest(
                            ClusterOverviewHeaders.getInstance(),
                            EmptyMessageParameters.getInstance(),
                            EmptyRequestBody.getInstance())
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            slots = Math.max(1, overview.getNumSlotsTotal());
            cancelLeftOvers(client);
        } catch (ExecutionException | TimeoutException | UnknownHostException e) {
            String unreached = unreached(e);
            throw new EngineException(
                    (unreached == null ? name() + " does not answer as Flink does" : unreached)
                            + "; is the address of 'flink' in the runner file that of the REST interface of a JobManager,"
                            + " and does it run?",
                    e);
        }
    }

    private String name() {
        return "Flink at http://" + address;
    }

    /** Null where something did answer. */
    private @Nullable String unreached(Throwable trouble) {
        for (Throwable cause = trouble; cause != null; cause = cause.getCause()) {
            if (cause instanceof JobExecutionException) {
                // What the job itself has met, which Flink was there to tell.
                return null;
            }
            if (cause instanceof UnknownHostException) {
                return "the host of " + name() + " is unknown";
            }
            if (cause instanceof ConnectException) {
                return name() + " cannot be reached";
            }
        }
        return null;
    }

    @Override
    public Exception explained(Exception trouble) {
        String unreached = unreached(trouble);
        return unreached == null
                ? trouble
                : new EngineException(
                        unreached + ": its JobManager has died, or the network between is broken", trouble);
    }

    /** What a launch has left there whose launcher was killed: this one has fenced it, and does its work. */
    private void cancelLeftOvers(RestClusterClient<String> client) throws Exception {
        for (JobStatusMessage left : client.listJobs().get(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            if (left.getJobName().startsWith(runPrefix) && !left.getJobState().isGloballyTerminalState()) {
                client.cancel(left.getJobId()).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            }
        }
    }

    @Override
    public int parallelism() {
        return wanted != null ? wanted : slots;
    }

    @Override
    public HeldEnvironment environment() {
        return new HeldEnvironment(new DefaultExecutorServiceLoader(), job, RemoteFlink.class.getClassLoader());
    }

    @Override
    public void close() {
        // The cluster is somebody else's.
    }
}
