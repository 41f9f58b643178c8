package org.tofro.emr;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.tofro.settings.ClusterConfig;
import software.amazon.awssdk.services.emr.model.ActionOnFailure;
import software.amazon.awssdk.services.emr.model.StepConfig;

/** The step by which a run is started: Flink's application mode on YARN. */
final class StepRequest {
    /** Dataduct's own limit of a cluster's life. */
    static final Duration DEFAULT_LIMIT = Duration.ofHours(6);

    /** Beam and Flink reflect into the JDK. */
    private static final String OPENS = "--add-opens=java.base/java.util=ALL-UNNAMED"
            + " --add-opens=java.base/java.lang=ALL-UNNAMED --add-opens=java.base/java.time=ALL-UNNAMED"
            + " --add-opens=java.base/java.nio=ALL-UNNAMED";

    private StepRequest() {}

    /**
     * The step.
     *
     * @param jar the jar's address on S3
     * @param alone whether nothing else is to run on the cluster
     */
    static StepConfig of(SubmitRequest request, String jar, boolean alone) {
        List<String> arguments = new ArrayList<>(List.of("bash", "-c", script(), "tofro", jar));
        arguments.add(Long.toString(limit(request.cluster()).toSeconds()));
        options(request).forEach((name, value) -> arguments.add("-D" + name + "=" + value));
        arguments.add("--");
        arguments.addAll(request.arguments());
        arguments.add("--bundle=" + request.uri("bundle.zip"));
        return StepConfig.builder()
                .name(request.name())
                .actionOnFailure(
                        alone && !request.addsSteps() ? ActionOnFailure.TERMINATE_CLUSTER : ActionOnFailure.CONTINUE)
                .hadoopJarStep(step -> step.jar("command-runner.jar").args(arguments))
                .build();
    }

    static Duration limit(ClusterConfig cluster) {
        @Nullable Duration given = cluster.terminateAfter();
        return given == null ? DEFAULT_LIMIT : given;
    }

    /** A run that has lost its launcher is resumed, not started a second time by YARN. */
    private static Map<String, String> options(SubmitRequest request) {
        Map<String, String> options = new TreeMap<>();
        options.put("yarn.application.name", request.name());
        options.put("yarn.application-attempts", "1");
        options.put("env.java.opts.all", OPENS);
        Map<String, String> environment = new TreeMap<>(request.environment());
        String region = request.cluster().region();
        if (region != null) {
            environment.putIfAbsent("AWS_REGION", region);
        }
        environment.forEach((name, value) -> {
            options.put("containerized.master.env." + name, value);
            options.put("containerized.taskmanager.env." + name, value);
        });
        options.putAll(request.flinkOptions());
        return options;
    }

    private static String script() {
        try (InputStream in = Objects.requireNonNull(StepRequest.class.getResourceAsStream("launch.sh"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
