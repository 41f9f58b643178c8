package org.tofro.run;

import org.apache.flink.api.common.restartstrategy.RestartStrategies;
import org.apache.flink.api.java.ExecutionEnvironment;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.PipelineExecutorServiceLoader;
import org.jspecify.annotations.Nullable;

/** An execution environment of Flink that keeps hold of the job that is submitted by it. */
@SuppressWarnings("deprecation") // Beam's batch graphs are made of it
final class HeldEnvironment extends ExecutionEnvironment {
    private @Nullable JobClient job;

    /**
     * @param executors what submits jobs
     * @param configuration where they are submitted to, and how they run
     * @param classes of the program
     */
    HeldEnvironment(PipelineExecutorServiceLoader executors, Configuration configuration, ClassLoader classes) {
        super(executors, configuration, classes);
        // Batch jobs carry it with their configuration of old; they do not read it from the new one, and without it a
        // lost worker is the job's end.
        RestartStrategies.fromConfiguration(configuration).ifPresent(getConfig()::setRestartStrategy);
    }

    /** Has who asks Flink for the environment of this thread, as Beam does, be given this one. */
    void handToFlink() {
        initializeContextEnvironment(() -> this);
    }

    @Override
    public JobClient executeAsync(String jobName) throws Exception {
        JobClient client = super.executeAsync(jobName);
        job = client;
        return client;
    }

    /** The job. */
    JobClient submitted() {
        JobClient client = job;
        if (client == null) {
            throw new IllegalStateException("Beam has submitted no job");
        }
        return client;
    }
}
