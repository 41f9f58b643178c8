package org.tofro.run;

import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.beam.runners.flink.FlinkPipelineOptions;
import org.apache.beam.runners.flink.FlinkRunner;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.flink.configuration.BatchExecutionOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.DeploymentOptions;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.core.execution.JobClient;
import org.jspecify.annotations.Nullable;
import org.tofro.settings.FlinkSettings;

/**
 * Flink: embedded in this JVM, a cluster that is told by REST, or the one inside of which this program runs.
 *
 * <p>Beam's runner neither gives the job that it submits nor cancels it in batch, and forgets how Flink is to restart it. So
 * it is handed an execution environment of ours, which submits the job and keeps hold of it.
 */
final class FlinkEngine implements Engine {
    private static final Logger LOG = Logger.getLogger(FlinkEngine.class.getName());

    private final FlinkPlace place;
    private final FlinkSettings settings;
    private final String jobName;
    private volatile @Nullable JobClient job;
    private volatile boolean cancelled;

    /** @param jobName what Flink's pages call the graph */
    FlinkEngine(FlinkPlace place, FlinkSettings settings, String jobName) {
        this.place = place;
        this.settings = settings;
        this.jobName = jobName;
    }

    @Override
    public int parallelism() {
        return place.parallelism();
    }

    @Override
    public void configure(PipelineOptions options) throws Exception {
        place.open(configuration());
        options.setRunner(FlinkRunner.class);
        options.setJobName(jobName);
        FlinkPipelineOptions flink = options.as(FlinkPipelineOptions.class);
        flink.setFlinkMaster(FlinkPipelineOptions.AUTO);
        flink.setAttachedMode(false);
        flink.setParallelism(place.parallelism());
        // A branching plan can deadlock when its edges are pipelined (FLINK-10672).
        flink.setExecutionModeForBatch("BATCH_FORCED");
        // The environment names the jar; left to itself Beam would send the whole class path.
        flink.setFilesToStage(List.of());
    }

    /** What holds wherever the graph runs; what the runner file says stands above it. */
    private Configuration configuration() {
        Configuration configuration = new Configuration();
        // Without checkpoints Flink restarts nothing by itself. What has been committed is found again.
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, settings.restarts());
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, settings.restartDelay());
        // Steps that were not on a lost worker go on.
        configuration.set(JobManagerOptions.EXECUTION_FAILOVER_STRATEGY, "region");
        // A second attempt beside the first would be fenced, and cost the source twice.
        configuration.set(BatchExecutionOptions.SPECULATIVE_ENABLED, false);
        settings.options().forEach(configuration::setString);
        // Who waits for the job inside of its submission cannot cancel it.
        configuration.set(DeploymentOptions.ATTACHED, false);
        return configuration;
    }

    @Override
    public void run(Pipeline pipeline) throws Exception {
        try (place) {
            if (cancelled) {
                return;
            }
            HeldEnvironment environment = place.environment();
            environment.handToFlink();
            pipeline.run();
            JobClient submitted = environment.submitted();
            job = submitted;
            if (cancelled) {
                end(submitted);
            }
            submitted.getJobExecutionResult().get();
        } catch (ExecutionException e) {
            throw place.explained(e.getCause() instanceof Exception cause ? cause : e);
        } catch (RuntimeException e) {
            throw place.explained(e);
        }
    }

    @Override
    public void cancel() {
        cancelled = true;
        JobClient submitted = job;
        if (submitted != null) {
            end(submitted);
        }
    }

    private static void end(JobClient submitted) {
        // Who waits for the job hears how it ends; that it had ended already is no trouble.
        submitted.cancel().exceptionally(trouble -> {
            LOG.log(Level.FINE, "cancelling the job", trouble);
            return null;
        });
    }
}
