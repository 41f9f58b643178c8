package org.tofro.run;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.apache.beam.runners.flink.FlinkPipelineOptions;
import org.apache.beam.runners.flink.FlinkRunner;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.runtime.client.JobStatusMessage;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.jspecify.annotations.Nullable;

/**
 * Flink embedded in this JVM: a MiniCluster of our own, to which the graph is submitted as to a remote one.
 *
 * <p>Beam's own embedded mode blocks in {@code run()} and its {@code cancel()} does nothing in batch; the cluster itself can
 * be asked to cancel.
 */
final class FlinkEngine implements Engine {
    private final int parallelism;
    private volatile @Nullable MiniCluster cluster;
    private volatile boolean cancelled;

    /** @param parallelism subtasks of each operator, at least 1 */
    FlinkEngine(int parallelism) {
        this.parallelism = parallelism;
    }

    @Override
    public void configure(PipelineOptions options) {
        options.setRunner(FlinkRunner.class);
        FlinkPipelineOptions flink = options.as(FlinkPipelineOptions.class);
        flink.setParallelism(parallelism);
        // A branching plan can deadlock when its edges are pipelined (FLINK-10672).
        flink.setExecutionModeForBatch("BATCH_FORCED");
        // The cluster is this JVM, so there is nothing to send; but without any file Beam would send the whole class
        // path.
        flink.setFilesToStage(List.of(emptyJar().toString()));
        MiniCluster started = start();
        cluster = started;
        URI address = started.getRestAddress().join();
        flink.setFlinkMaster(address.getHost() + ":" + address.getPort());
    }

    private static Path emptyJar() {
        try {
            Path jar = Files.createTempFile("tofro", ".jar");
            jar.toFile().deleteOnExit();
            try (OutputStream out = Files.newOutputStream(jar)) {
                new JarOutputStream(out, new Manifest()).close();
            }
            return jar;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write to the folder for temporary files", e);
        }
    }

    private MiniCluster start() {
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
        return mini;
    }

    @Override
    public void run(Pipeline pipeline) throws Exception {
        try {
            if (!cancelled) {
                pipeline.run().waitUntilFinish();
            }
        } finally {
            MiniCluster started = cluster;
            if (started != null) {
                started.closeAsync().get(20, TimeUnit.SECONDS);
            }
        }
    }

    @Override
    public void cancel() {
        cancelled = true;
        MiniCluster started = cluster;
        if (started == null) {
            return;
        }
        for (JobStatusMessage job : started.listJobs().join()) {
            if (!job.getJobState().isGloballyTerminalState()) {
                started.cancelJob(job.getJobId()).join();
            }
        }
    }
}
