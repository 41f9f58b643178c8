package org.tofro.cli;

import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.tofro.data.Outcome;
import org.tofro.report.PipelineRuns;
import org.tofro.report.RunEntry;
import org.tofro.report.RunReport;
import org.tofro.report.StepReport;

/**
 * What is known of pipelines and their last runs, as Prometheus reads it. Labels are names that pipeline files give, kinds
 * of steps and outcomes, and never a run's id, so that a pipeline has as many series after a year as after a day.
 */
final class MetricsText {
    private static final List<String> RESULTS =
            List.of("running", "succeeded", "partial", "failed", "not ready", "killed");

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final Gauge started =
            gauge("tofro_pipeline_last_run_start_timestamp_seconds", "When the last run was launched.", "pipeline");
    private final Gauge duration = gauge(
            "tofro_pipeline_last_run_duration_seconds", "How long the last run took, or has taken so far.", "pipeline");
    private final Gauge median = gauge(
            "tofro_pipeline_median_run_duration_seconds",
            "How long the last runs took that succeeded: the middle one of them.",
            "pipeline");
    private final Gauge rows = gauge(
            "tofro_pipeline_last_run_rows", "Rows that the last run left in the tables that it publishes.", "pipeline");
    private final Gauge bytes = gauge(
            "tofro_pipeline_last_run_staged_bytes", "Bytes that the steps of the last run have staged.", "pipeline");
    private final Gauge result =
            gauge("tofro_pipeline_last_run_result", "1 for how the last run stands, else 0.", "pipeline", "result");
    private final Gauge recent =
            gauge("tofro_pipeline_recent_runs", "Of the last 20 runs those that ended so.", "pipeline", "result");
    private final Gauge success = gauge(
            "tofro_pipeline_last_success_timestamp_seconds",
            "When the run ended that covers the latest interval.",
            "pipeline");
    private final Gauge covered = gauge(
            "tofro_pipeline_last_success_interval_end_timestamp_seconds",
            "The end of the latest interval that has succeeded.",
            "pipeline");
    private final Gauge due = gauge(
            "tofro_pipeline_due_timestamp_seconds",
            "By when the next interval is to have succeeded; the pipeline is late where that has passed.",
            "pipeline");
    private final Gauge lateness = gauge(
            "tofro_pipeline_lateness_seconds",
            "For how long the pipeline has been late; 0 where it is not.",
            "pipeline");
    private final Gauge paused =
            gauge("tofro_pipeline_paused", "1 where the pipeline is not to start, else 0.", "pipeline");
    private final Gauge waiting =
            gauge("tofro_pipeline_waiting_runs", "Runs that were asked for and have not begun.", "pipeline");
    private final Gauge stepDuration = step("tofro_step_duration_seconds", "How long the step took.");
    private final Gauge stepRead = step("tofro_step_read_rows", "Rows that the step read.");
    private final Gauge stepWritten = step("tofro_step_written_rows", "Rows that the step wrote.");
    private final Gauge stepRejected = step("tofro_step_rejected_rows", "Rows that the step put into a rejects file.");
    private final Gauge stepDuplicates =
            step("tofro_step_duplicate_rows", "Rows that the step left out because it took another one of their key.");
    private final Gauge stepBytes = step("tofro_step_staged_bytes", "Bytes of the staged files that the step moved.");
    private final Gauge stepTries = step("tofro_step_tries", "How often the last launch has tried the step.");
    private final Gauge stepOutcome =
            gauge("tofro_step_outcome", "1 for how the step ended, else 0.", "pipeline", "step", "type", "outcome");

    private Gauge gauge(String name, String help, String... labels) {
        return Gauge.builder().name(name).help(help).labelNames(labels).register(registry);
    }

    private Gauge step(String name, String help) {
        return gauge(name, help, "pipeline", "step", "type");
    }

    /** Adds what a run has left, and how its pipeline's runs went before. */
    void run(PipelineStatus status, PipelineRuns runs, @Nullable RunReport report) {
        String name = status.pipeline();
        PipelineStatus.LastRun last = status.lastRun();
        if (last != null) {
            set(started, last.startedAt(), name);
            set(duration, last.seconds(), name);
            set(median, last.medianSeconds(), name);
            rows.labelValues(name).set((double) last.rows());
            for (String each : RESULTS) {
                result.labelValues(name, word(each)).set(each.equals(last.result()) ? 1 : 0);
            }
            for (RunEntry.Result each : RunEntry.Result.values()) {
                if (each != RunEntry.Result.RUNNING) {
                    recent.labelValues(name, word(each.name())).set((double) runs.runs().stream()
                            .filter(run -> run.result() == each)
                            .count());
                }
            }
        }
        PipelineStatus.Success good = status.lastSuccess();
        if (good != null) {
            set(success, good.endedAt(), name);
            set(covered, good.intervalEnd(), name);
        }
        set(due, status.due(), name);
        if (report != null) {
            report.steps().forEach(each -> step(name, each));
            report.teardown().forEach(each -> step(name, each));
            bytes.labelValues(name).set((double)
                    report.steps().stream().mapToLong(StepReport::bytes).sum());
        }
    }

    /** Adds what is true at this moment and a run does not know. */
    void moment(PipelineStatus status, Instant now) {
        String name = status.pipeline();
        Instant by = status.due();
        if (by != null) {
            lateness.labelValues(name).set(Math.max(0, Duration.between(by, now).toMillis() / 1000.0));
        }
        paused.labelValues(name).set(status.paused() == null ? 0 : 1);
        waiting.labelValues(name).set(status.waiting().size());
    }

    private void step(String pipeline, StepReport step) {
        String[] labels = {pipeline, step.name(), step.type()};
        stepDuration.labelValues(labels).set(step.millis() / 1000.0);
        stepRead.labelValues(labels).set((double) step.rowsIn());
        stepWritten.labelValues(labels).set((double) step.rowsOut());
        stepRejected.labelValues(labels).set((double) step.rejected());
        stepDuplicates.labelValues(labels).set((double) step.duplicates());
        stepBytes.labelValues(labels).set((double) step.bytes());
        stepTries.labelValues(labels).set(step.tries());
        for (Outcome.Status each : Outcome.Status.values()) {
            stepOutcome
                    .labelValues(pipeline, step.name(), step.type(), word(each.name()))
                    .set(each == step.outcome() ? 1 : 0);
        }
    }

    private static void set(Gauge gauge, @Nullable Instant moment, String pipeline) {
        if (moment != null) {
            gauge.labelValues(pipeline).set(moment.toEpochMilli() / 1000.0);
        }
    }

    private static void set(Gauge gauge, @Nullable Double seconds, String pipeline) {
        if (seconds != null) {
            gauge.labelValues(pipeline).set(seconds);
        }
    }

    private static String word(String value) {
        return value.toLowerCase(Locale.ROOT).replace(' ', '_');
    }

    /** The text exposition format, version 0.0.4, which the textfile collector of node_exporter reads as well. */
    String text() {
        ByteArrayOutputStream bytesOfText = new ByteArrayOutputStream();
        try {
            PrometheusTextFormatWriter.create().write(bytesOfText, registry.scrape());
        } catch (IOException e) {
            throw new UncheckedIOException("memory takes what is written", e);
        }
        return bytesOfText.toString(StandardCharsets.UTF_8);
    }
}
