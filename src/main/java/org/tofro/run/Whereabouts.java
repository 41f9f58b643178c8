package org.tofro.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a process is at work, for a person who looks for it: its host, and the application of YARN and the EMR cluster that
 * it belongs to.
 *
 * @param process the process id
 * @param host the host's name
 * @param application the id of the YARN application; null outside of YARN
 * @param cluster the id of the EMR cluster; null outside of EMR
 */
public record Whereabouts(
        long process,
        String host,
        @Nullable String application,
        @Nullable String cluster) {
    /** YARN names its containers by the application's two numbers, sometimes behind an epoch. */
    private static final Pattern CONTAINER = Pattern.compile("container_(?:e[0-9]+_)?([0-9]+_[0-9]+)_[0-9]+_[0-9]+");

    private static final Pattern CLUSTER = Pattern.compile("\"jobFlowId\"\\s*:\\s*\"(j-[A-Z0-9]+)\"");

    /** EMR describes the cluster to its nodes there. */
    private static final Path JOB_FLOW = Path.of("/mnt/var/lib/info/job-flow.json");

    /** Where this process is. */
    public static Whereabouts ofThisProcess() {
        return of(LaunchIdentity.ofThisProcess(), System.getenv(), JOB_FLOW);
    }

    static Whereabouts of(LaunchIdentity identity, Map<String, String> environment, Path jobFlow) {
        Matcher container = CONTAINER.matcher(environment.getOrDefault("CONTAINER_ID", ""));
        return new Whereabouts(
                identity.process(),
                identity.host(),
                container.matches() ? "application_" + container.group(1) : null,
                cluster(jobFlow).orElse(null));
    }

    private static Optional<String> cluster(Path jobFlow) {
        try {
            Matcher id = CLUSTER.matcher(Files.readString(jobFlow));
            return id.find() ? Optional.of(id.group(1)) : Optional.empty();
        } catch (IOException notOnEmr) {
            return Optional.empty();
        }
    }

    /** In few words: {@code process 17 on etl-1}. */
    public String words() {
        return "process " + process + " on " + host
                + (application == null ? "" : ", " + application)
                + (cluster == null ? "" : " of EMR cluster " + cluster);
    }

    /** How the logs of the workers beside it are found; empty where there are none but its own. */
    public Optional<String> workerLogs() {
        if (application == null) {
            return Optional.empty();
        }
        return Optional.of("the logs of its workers: `yarn logs -applicationId " + application + "` on the cluster"
                + (cluster == null
                        ? ""
                        : ", and once they are brought to S3 under <log_uri>/" + cluster + "/containers/" + application
                                + "/"));
    }
}
