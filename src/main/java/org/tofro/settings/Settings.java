package org.tofro.settings;

import java.io.Serializable;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One environment, as {@code runners/<name>.yaml} describes it.
 *
 * @param name the environment's name
 * @param runner the engine
 * @param beam further options of the engine, as Beam spells them
 * @param stagingArea where staged files go: {@code s3://bucket/prefix/} or {@code file:/folder/}, with a slash at the end
 * @param stateArea where reports go, likewise
 * @param connections by name
 * @param limits how much a run may take
 * @param maskKey the key of masks by HMAC; null where there is none
 * @param flink which Flink, where it is the engine
 */
public record Settings(
        String name,
        Runner runner,
        Map<String, String> beam,
        String stagingArea,
        String stateArea,
        Map<String, Connection> connections,
        Limits limits,
        @Nullable Secret maskKey,
        FlinkSettings flink)
        implements Serializable {
    /** An environment without a key for masks. */
    public Settings(
            String name,
            Runner runner,
            Map<String, String> beam,
            String stagingArea,
            String stateArea,
            Map<String, Connection> connections,
            Limits limits) {
        this(name, runner, beam, stagingArea, stateArea, connections, limits, null, FlinkSettings.EMBEDDED);
    }

    public Settings {
        // In the file's order, so that what is said of several of them has the same order each time.
        beam = Collections.unmodifiableMap(new LinkedHashMap<>(beam));
        connections = Collections.unmodifiableMap(new LinkedHashMap<>(connections));
    }

    /** The engines that run a pipeline's graph. */
    public enum Runner {
        DIRECT,
        FLINK
    }

    /**
     * How much a run may take.
     *
     * @param leaseSeconds a lease's length; a run that cannot renew it for so long has lost it
     * @param lockWaitSeconds how long a publish waits for a table's fence
     * @param maxParallelSteps steps at work at the same time
     * @param maxRuns runs at work at the same time on one host; 0 for any number
     * @param runWaitSeconds how long a launch waits until there are fewer
     */
    public record Limits(int leaseSeconds, int lockWaitSeconds, int maxParallelSteps, int maxRuns, int runWaitSeconds)
            implements Serializable {
        public static final Limits DEFAULT = new Limits(60, 600, 4, 0, 21_600);

        /** Limits of one run, where a host may have any number of them. */
        public Limits(int leaseSeconds, int lockWaitSeconds, int maxParallelSteps) {
            this(leaseSeconds, lockWaitSeconds, maxParallelSteps, DEFAULT.maxRuns(), DEFAULT.runWaitSeconds());
        }
    }

    /**
     * How the staging area is reached where it is on S3: the connection named {@code s3}, or the only one of its type.
     * Null for a local folder and where AWS's own defaults are to be used.
     */
    public @Nullable S3Connection stagingS3() {
        if (!stagingArea.startsWith("s3:") && !stateArea.startsWith("s3:")) {
            return null;
        }
        if (connections.get("s3") instanceof S3Connection named) {
            return named;
        }
        List<S3Connection> all = connections.values().stream()
                .filter(S3Connection.class::isInstance)
                .map(S3Connection.class::cast)
                .toList();
        return all.size() == 1 ? all.get(0) : null;
    }

    /** The warehouse that holds leases and commit records: the connection named {@code redshift}, or the only one of its type. */
    public Optional<RedshiftConnection> warehouse() {
        if (connections.get("redshift") instanceof RedshiftConnection named) {
            return Optional.of(named);
        }
        List<RedshiftConnection> all = connections.values().stream()
                .filter(RedshiftConnection.class::isInstance)
                .map(RedshiftConnection.class::cast)
                .toList();
        return all.size() == 1 ? Optional.of(all.get(0)) : Optional.empty();
    }

    /** These settings with other connections, such as stand-ins' addresses filled in. */
    public Settings withConnections(Map<String, Connection> replaced) {
        return new Settings(name, runner, beam, stagingArea, stateArea, replaced, limits, maskKey, flink);
    }

    /** These settings with the stand-in as the cluster. */
    public Settings withStandInOfFlink() {
        return new Settings(
                name, runner, beam, stagingArea, stateArea, connections, limits, maskKey, flink.onStandIn());
    }

    /** These settings with the address of Flink's stand-in filled in. */
    public Settings withFlinkAt(String rest) {
        return new Settings(name, runner, beam, stagingArea, stateArea, connections, limits, maskKey, flink.at(rest));
    }
}
