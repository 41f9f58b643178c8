package org.tofro.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.tofro.pipeline.Bootstrap;
import org.tofro.settings.ClusterConfig;
import org.tofro.settings.ClusterConfig.BootstrapScript;

/** The {@code bootstrap} commands of a pipeline, as a script that each machine of a cluster runs first. */
final class MachineCommands {
    private MachineCommands() {}

    /**
     * The cluster, whose machines run the commands that are for them after its own bootstrap scripts.
     *
     * @param script where the script is written that is brought to S3
     */
    static ClusterConfig before(ClusterConfig cluster, List<Bootstrap> commands, Path script) {
        List<Bootstrap> theirs = commands.stream().filter(Bootstrap::onCluster).toList();
        if (theirs.isEmpty() || cluster.cluster() != null) {
            return cluster;
        }
        try {
            Files.createDirectories(script.getParent());
            Files.writeString(script, script(theirs));
            return cluster.preparedBy(new BootstrapScript(script.toString(), true, List.of()));
        } catch (IOException e) {
            throw new FailedException("cannot write to " + script.getParent() + ": " + e.getMessage());
        }
    }

    /** EMR ends a cluster one of whose bootstrap actions ends with another exit code than 0. */
    static String script(List<Bootstrap> commands) {
        return commands.stream()
                .map(each -> "timeout " + Math.max(1, each.timeout().toSeconds()) + " sh -c '"
                        + each.command().replace("'", "'\\''") + "'\n")
                .collect(Collectors.joining("", "#!/bin/bash\nset -e\n", ""));
    }
}
