package org.tofro.run;

import org.apache.flink.api.common.JobID;
import org.apache.flink.api.java.ExecutionEnvironment;
import org.apache.flink.api.java.io.DiscardingOutputFormat;
import org.apache.flink.client.deployment.application.UnsuccessfulExecutionException;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.runtime.clusterframework.ApplicationStatus;
import org.jspecify.annotations.Nullable;

/**
 * The Flink cluster inside of which this program runs: {@code flink run-application} has its JobManager call {@code main()},
 * and {@code flink run} calls it in the client.
 */
@SuppressWarnings("deprecation") // Beam's batch graphs are made of it
final class SurroundingFlink implements FlinkPlace {
    private final @Nullable Integer wanted;
    private final ExecutionEnvironment surrounding;
    private Configuration job = new Configuration();

    /** @param wanted subtasks of each operator; null for the cluster's own default */
    SurroundingFlink(@Nullable Integer wanted) {
        this.wanted = wanted;
        // An earlier graph's, where there was one: it has what the cluster gave to that.
        this.surrounding = ExecutionEnvironment.getExecutionEnvironment();
    }

    /** Whether there is one around the calling thread. */
    static boolean isThere() {
        return !ExecutionEnvironment.areExplicitEnvironmentsAllowed();
    }

    /** As {@link FlinkProgram#end}. */
    static void end(int code) throws Exception {
        if (code != 0) {
            throw new UnsuccessfulExecutionException(
                    new JobID(), ApplicationStatus.FAILED, "tofro ended with exit code " + code, null);
        }
        ExecutionEnvironment last = ExecutionEnvironment.getExecutionEnvironment();
        if (!(last instanceof HeldEnvironment)) {
            // An application without a job is a failed one to Flink; and there may have been nothing to do.
            last.fromElements(0).output(new DiscardingOutputFormat<>());
            last.execute("tofro had nothing to do");
        }
    }

    @Override
    public void open(Configuration given) {
        if (!isThere()) {
            throw new IllegalStateException("'application: true' is for a program that `flink run-application` or"
                    + " `flink run` has started, and this was started by itself");
        }
        job = new Configuration();
        job.addAll(surrounding.getConfiguration());
        job.addAll(given);
    }

    @Override
    public int parallelism() {
        return wanted != null ? wanted : Math.max(1, job.get(CoreOptions.DEFAULT_PARALLELISM));
    }

    @Override
    public HeldEnvironment environment() {
        return new HeldEnvironment(surrounding.getExecutorServiceLoader(), job, surrounding.getUserCodeClassLoader());
    }

    @Override
    public void close() {
        // It lives on, for the next graph.
    }
}
