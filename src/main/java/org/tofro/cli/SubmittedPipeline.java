package org.tofro.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.tofro.emr.Bundle;
import org.tofro.pipeline.PipelineSpec;
import org.tofro.pipeline.Variables;
import org.tofro.plan.StepGraph;
import org.tofro.problem.Problems;
import org.tofro.settings.ClusterConfig;
import org.tofro.settings.Environment;
import org.tofro.settings.Settings;
import org.tofro.settings.SettingsReader;

/**
 * A pipeline as a cluster reads it: from the files that are brought to it, and with the variables that it is given and no
 * others.
 *
 * @param name the pipeline, as it was given
 * @param environment the runner file, as it was given
 * @param loaded the pipeline and its environment
 * @param cluster the cluster, as the environment and the pipeline describe it
 * @param given variables that the cluster is given
 * @param bundle the files
 * @param file the name of the pipeline's file among them
 * @param runner what the runner file is called there
 */
record SubmittedPipeline(
        String name,
        String environment,
        Loaded loaded,
        ClusterConfig cluster,
        Map<String, String> given,
        Bundle bundle,
        String file,
        String runner) {
    /**
     * Reads it.
     *
     * @param on the cluster that a person has named; null where none was
     * @throws InvalidInputException with all that is wrong
     */
    static SubmittedPipeline of(String pipeline, String runner, @Nullable String on, Variables variables)
            throws IOException {
        Problems problems = new Problems();
        Path runnerFile =
                SettingsReader.find(runner, Checkout.folder(), problems).orElseThrow(() -> Loaded.invalid(problems));
        PipelineLoader here = new PipelineLoader(runner, variables, problems);
        Optional<StepGraph> graph = here.load(pipeline);
        Optional<Environment> environment = here.environment();
        if (graph.isEmpty() || environment.isEmpty() || !problems.isEmpty()) {
            throw Loaded.invalid(problems);
        }
        PipelineSpec spec = graph.get().pipeline();
        ClusterConfig described = spec.cluster().over(environment.get().cluster());
        described.lacking().forEach(problems::add);
        if (!problems.isEmpty()) {
            throw Loaded.invalid(problems);
        }
        ClusterConfig wanted = on == null ? described : described.on(on);
        Map<String, String> given = given(wanted, variables);
        Loaded there = there(pipeline, runner, variables.in(given::get), wanted);
        demandCluster(there.settings());
        PipelineBundle bundle =
                PipelineBundle.of(spec, runnerFile, environment.get().certificates(), problems);
        if (!problems.isEmpty()) {
            throw Loaded.invalid(problems);
        }
        return new SubmittedPipeline(
                pipeline, runner, there, wanted, given, bundle.bundle(), bundle.pipeline(), nameOf(runnerFile));
    }

    /** The same as it is read for another interval. */
    SubmittedPipeline of(Loaded other) {
        return new SubmittedPipeline(name, environment, other, cluster, given, bundle, file, runner);
    }

    /** What it is for another interval. */
    Loaded loaded(Variables variables) {
        return there(name, environment, variables.in(given::get), cluster);
    }

    /** @throws InvalidInputException where the environment is none in which a cluster can run */
    static void demandCluster(Settings settings) {
        if (!settings.stateArea().startsWith("s3:") || settings.runner() != Settings.Runner.FLINK) {
            throw new InvalidInputException("runner '" + settings.name() + "' is not for a cluster of EMR: it takes"
                    + " `runner: flink`, and a staging_area and state_area on S3; runners/emr.yaml is one");
        }
    }

    /** The variables that the cluster is given. */
    private static Map<String, String> given(ClusterConfig config, Variables variables) {
        Map<String, String> given = new TreeMap<>();
        List<String> lacking = new ArrayList<>();
        for (String name : config.environment()) {
            String value = variables.environment().apply(name);
            if (value == null) {
                lacking.add(name);
            } else {
                given.put(name, value);
            }
        }
        if (!lacking.isEmpty()) {
            throw new InvalidInputException(
                    "`environment` of emr_cluster_config names variables that are not set here: "
                            + String.join(", ", lacking));
        }
        return given;
    }

    private static Loaded there(String pipeline, String runner, Variables variables, ClusterConfig config) {
        try {
            return Loaded.of(pipeline, runner, variables);
        } catch (InvalidInputException e) {
            throw new InvalidInputException(e.getMessage() + "\nThe cluster is given "
                    + (config.environment().isEmpty()
                            ? "no environment variables"
                            : "these environment variables alone: " + String.join(", ", config.environment()))
                    + ". Name others in `environment` of emr_cluster_config where they are no secrets, which everybody"
                    + " would see in the step's arguments; a secret stands as ${aws-secret:...}, which the cluster asks"
                    + " for itself");
        }
    }

    /** What the runner file is called on the cluster. */
    private static String nameOf(Path runner) {
        return String.valueOf(runner.getFileName()).replaceFirst("\\.[Yy][Aa]?[Mm][Ll]$", "");
    }
}
