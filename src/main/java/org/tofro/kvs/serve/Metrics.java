package org.tofro.kvs.serve;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.tofro.kvs.KvsAnswer;

/** What is counted and timed. Labels are of few values: routes, codes, and jobs that exist. */
final class Metrics {
    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final Histogram seconds = Histogram.builder()
            .name("tofro_kvs_request_seconds")
            .help("How long requests took, from their arrival to the end of their answer.")
            .labelNames("route", "status")
            .classicOnly()
            .classicUpperBounds(.0005, .001, .002, .005, .01, .02, .05, .1, .2, .5, 1, 2, 5)
            .register(registry);
    private final Counter errors = Counter.builder()
            .name("tofro_kvs_errors_total")
            .help("Requests that were answered by an error, by its code.")
            .labelNames("code")
            .register(registry);
    private final Counter keys = Counter.builder()
            .name("tofro_kvs_keys_total")
            .help("Keys that were asked for, by whether there was an entry.")
            .labelNames("job", "outcome")
            .register(registry);
    private final Gauge version = Gauge.builder()
            .name("tofro_kvs_served_version")
            .help("The version that the last answer of a job was of.")
            .labelNames("job")
            .register(registry);
    private final PrometheusTextFormatWriter text = PrometheusTextFormatWriter.create();
    private final OpenMetricsTextFormatWriter openMetrics = OpenMetricsTextFormatWriter.create();

    Metrics(IntSupplier inFlight) {
        GaugeWithCallback.builder()
                .name("tofro_kvs_requests_in_flight")
                .help("Requests that are being worked on.")
                .callback(callback -> callback.call(inFlight.getAsInt()))
                .register(registry);
    }

    void answered(String route, int status, long nanos) {
        seconds.labelValues(route, String.valueOf(status)).observe(nanos / 1e9);
    }

    void failed(String code) {
        errors.labelValues(code).inc();
    }

    void read(KvsAnswer answer) {
        String job = answer.version().job().name();
        int found = answer.entries().size();
        keys.labelValues(job, "found").inc(found);
        keys.labelValues(job, "missing").inc(answer.keys().size() - found);
        version.labelValues(job).set(answer.version().number());
    }

    /** @param accepts what the scraper says that it understands */
    Reply scrape(@Nullable String accepts) {
        var writer = openMetrics.accepts(accepts) ? openMetrics : text;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            writer.write(bytes, registry.scrape());
        } catch (IOException e) {
            throw new UncheckedIOException("memory takes what is written", e);
        }
        return new Reply(200, writer.getContentType(), Map.of(), new Reply.Bytes(bytes.toByteArray()));
    }
}
