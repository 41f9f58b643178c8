package org.tofro.emr;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.emr.Emr;
import org.tofro.connect.emr.EmrException;
import org.tofro.connect.emr.StepEnd;
import org.tofro.connect.emr.StepWatch;
import org.tofro.settings.ClusterConfig.BootstrapScript;
import software.amazon.awssdk.services.emr.model.RunJobFlowRequest;
import software.amazon.awssdk.services.emr.model.StepConfig;

/**
 * Brings a run to a cluster and follows it: on a cluster of its own, which is ended on every way out, or as a step on one
 * that is running. EMR ends a cluster of its own also where this host dies.
 */
public final class Submission {
    private final SubmitRequest request;
    private final String jarName;

    public Submission(SubmitRequest request) throws IOException {
        this.request = request;
        this.jarName = DeployArea.jarName(request.jar());
    }

    /**
     * What is asked of EMR, and the command lines of {@code aws} that are equal to it and to what is brought before.
     *
     * @param zip where the bundle is left, which one of them brings to S3
     */
    public List<String> dryRun(Path zip) throws IOException {
        Files.createDirectories(zip.getParent());
        Files.write(zip, request.bundle().zip());
        List<String> lines = new ArrayList<>();
        String running = request.cluster().cluster();
        @Nullable String region = request.cluster().region();
        StepConfig step = step();
        RunJobFlowRequest cluster = ClusterRequest.of(request, step);
        lines.add(running == null ? "RunJobFlow" : "AddJobFlowSteps on " + running);
        lines.add(running == null ? RequestJson.pretty(cluster) : RequestJson.pretty(step));
        lines.add("");
        lines.add(AwsCommands.copy(request.jar().toString(), jarUri()));
        lines.add("# " + request.uri("bundle.zip") + " holds "
                + String.join(", ", request.bundle().names()));
        lines.add(AwsCommands.copy(zip.toString(), request.uri("bundle.zip")));
        scripts().forEach((name, path) -> lines.add(AwsCommands.copy(path.toString(), request.uri(name))));
        lines.add(
                running == null
                        ? AwsCommands.createCluster(cluster, region)
                        : AwsCommands.addStep(running, step, region));
        return lines;
    }

    private String jarUri() {
        return request.stateArea() + jarName;
    }

    private StepConfig step() {
        return StepRequest.of(request, jarUri(), request.cluster().cluster() == null);
    }

    private Map<String, Path> scripts() {
        Map<String, Path> scripts = new TreeMap<>();
        int number = 0;
        for (BootstrapScript script : request.cluster().bootstrap()) {
            number++;
            if (script.local() && request.cluster().cluster() == null) {
                scripts.put(ClusterRequest.localName(number), Path.of(script.path()));
            }
        }
        return scripts;
    }

    /** Brings the jar, the bundle and the scripts to S3. */
    public void bring(DeployArea area, Consumer<String> say) throws IOException {
        if (area.bringOnce(jarName, request.jar())) {
            say.accept("brought " + request.jar() + " to " + jarUri());
        }
        area.bring(
                DeployArea.fileName(request.id(), "bundle.zip"),
                request.bundle().zip());
        for (var script : scripts().entrySet()) {
            area.bring(DeployArea.fileName(request.id(), script.getKey()), Files.readAllBytes(script.getValue()));
        }
    }

    /** Has something ended when this host is to stop following. */
    @FunctionalInterface
    public interface OnLeaving {
        void then(Runnable action);
    }

    /** Hears which cluster is to begin the run. */
    @FunctionalInterface
    public interface OnAsked {
        /**
         * Hears of it when it was asked for.
         *
         * @param step the run's step on a cluster that is not its own; null where it is
         */
        void of(String cluster, @Nullable String step);
    }

    /**
     * Starts the run and follows it to its end.
     *
     * @param pause ends early where this host is to stop following
     * @param leaving runs what ends the cluster, or the step, where this host is stopped
     */
    public StepEnd follow(Emr emr, StepWatch.Pause pause, OnLeaving leaving, OnAsked asked, Consumer<String> say)
            throws InterruptedException {
        String running = request.cluster().cluster();
        return running == null
                ? followOwn(emr, pause, leaving, asked, say)
                : followOn(emr, emr.find(running), pause, leaving, asked, say);
    }

    private StepEnd followOwn(Emr emr, StepWatch.Pause pause, OnLeaving leaving, OnAsked asked, Consumer<String> say)
            throws InterruptedException {
        String cluster = emr.start(ClusterRequest.of(request, step()));
        say.accept("cluster " + cluster + " was asked for, which ends with the run");
        boolean good = false;
        leaving.then(() -> quietly(() -> emr.terminate(cluster), say));
        try {
            asked.of(cluster, null);
            String step = emr.stepOf(cluster, request.name());
            StepEnd end = new StepWatch(emr, cluster, step, pause, say).await(StepRequest.limit(request.cluster()));
            good = end.good();
            return end;
        } finally {
            if (!good) {
                quietly(() -> emr.terminate(cluster), say);
                say.accept("cluster " + cluster + " is being ended");
            }
        }
    }

    private StepEnd followOn(
            Emr emr, String cluster, StepWatch.Pause pause, OnLeaving leaving, OnAsked asked, Consumer<String> say)
            throws InterruptedException {
        String step = emr.add(cluster, step());
        say.accept("step " + step + " was given to cluster " + cluster);
        boolean ended = false;
        leaving.then(() -> quietly(() -> emr.cancel(cluster, step), say));
        try {
            asked.of(cluster, step);
            StepEnd end = new StepWatch(emr, cluster, step, pause, say).await(StepRequest.limit(request.cluster()));
            ended = end.ended();
            return end;
        } finally {
            if (!ended) {
                quietly(() -> emr.cancel(cluster, step), say);
                say.accept("step " + step + " is being cancelled; cluster " + cluster + " stays");
            }
        }
    }

    @FunctionalInterface
    private interface Call {
        void make() throws InterruptedException;
    }

    /** What ends something must not hide why it is to end. */
    private static void quietly(Call call, Consumer<String> say) {
        boolean interrupted = Thread.interrupted();
        try {
            call.make();
        } catch (EmrException e) {
            say.accept(String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            interrupted = true;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
