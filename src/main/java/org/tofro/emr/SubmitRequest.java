package org.tofro.emr;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.tofro.settings.ClusterConfig;

/**
 * A run that is to work on a cluster.
 *
 * @param id of the submission; the name of the cluster and of the step follow from it
 * @param pipeline the pipeline's name, for a tag
 * @param cluster as the environment and the pipeline describe it
 * @param stateArea {@code s3://bucket/prefix/}
 * @param jar Tofro for a cluster, a file of this machine
 * @param bundle the pipeline with its files
 * @param arguments of Tofro on the cluster, without {@code --bundle}
 * @param environment variables that the cluster is given; none is a secret
 * @param flinkOptions options of Flink, as it spells them
 * @param addsSteps whether the run gives further steps to its own cluster
 */
public record SubmitRequest(
        String id,
        String pipeline,
        ClusterConfig cluster,
        String stateArea,
        Path jar,
        Bundle bundle,
        List<String> arguments,
        Map<String, String> environment,
        Map<String, String> flinkOptions,
        boolean addsSteps) {
    public SubmitRequest {
        arguments = List.copyOf(arguments);
        environment = Map.copyOf(environment);
        flinkOptions = Map.copyOf(flinkOptions);
    }

    /** What the cluster and its step are called: nothing else is called so. */
    public String name() {
        return "tofro " + id;
    }

    /** The address of a file of the submission. */
    String uri(String name) {
        return stateArea + DeployArea.fileName(id, name);
    }
}
