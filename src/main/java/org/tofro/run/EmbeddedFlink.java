package org.tofro.run;

import java.net.URI;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.DeploymentOptions;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.core.execution.DefaultExecutorServiceLoader;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.jspecify.annotations.Nullable;

/** Flink embedded in this JVM: a MiniCluster of our own, to which the graph is submitted as to a remote one. */
final class EmbeddedFlink implements FlinkPlace {
    private final int parallelism;
    private @Nullable Configuration job;
    private volatile @Nullable MiniCluster cluster;

    /** @param parallelism subtasks of each operator, at least 1 */
    EmbeddedFlink(int parallelism) {
        this.parallelism = parallelism;
    }

    @Override
    public void open(Configuration given) {
        Configuration configuration = new Configuration();
        // A class loader of Flink's own would hold a second register of running steps, out of reach of Ctrl-C.
        configuration.set(CoreOptions.CLASSLOADER_RESOLVE_ORDER, "parent-first");
        configuration.set(RestOptions.BIND_PORT, "0");
        configuration.set(RestOptions.ADDRESS, "127.0.0.1");
        configuration.set(RestOptions.BIND_ADDRESS, "127.0.0.1");
        configuration.set(JobManagerOptions.ADDRESS, "127.0.0.1");
        configuration.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(64));
        configuration.set(TaskManagerOptions.NETWORK_MEMORY_MIN, MemorySize.ofMebiBytes(64));
        configuration.set(TaskManagerOptions.NETWORK_MEMORY_MAX, MemorySize.ofMebiBytes(64));
        configuration.addAll(given);
        MiniCluster mini = new MiniCluster(new MiniClusterConfiguration.Builder()
                .setConfiguration(configuration)
                .setNumTaskManagers(1)
                .setNumSlotsPerTaskManager(parallelism)
                .build());
        try {
            mini.start();
        } catch (Exception e) {
            throw new IllegalStateException("embedded Flink did not start: " + e.getMessage(), e);
        }
        cluster = mini;
        URI address = mini.getRestAddress().join();
        configuration.set(DeploymentOptions.TARGET, "remote");
        configuration.set(RestOptions.ADDRESS, address.getHost());
        configuration.set(RestOptions.PORT, address.getPort());
        configuration.set(JobManagerOptions.PORT, address.getPort());
        job = configuration;
    }

    @Override
    public int parallelism() {
        return parallelism;
    }

    @Override
    public HeldEnvironment environment() {
        Configuration configuration = job;
        if (configuration == null) {
            throw new IllegalStateException("embedded Flink was not opened");
        }
        return new HeldEnvironment(
                new DefaultExecutorServiceLoader(), configuration, EmbeddedFlink.class.getClassLoader());
    }

    @Override
    public void close() throws Exception {
        MiniCluster started = cluster;
        if (started != null) {
            started.closeAsync().get(20, TimeUnit.SECONDS);
        }
    }
}
