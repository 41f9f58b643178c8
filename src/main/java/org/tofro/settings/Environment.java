package org.tofro.settings;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.tofro.problem.Problem;
import org.tofro.problem.Problems;

/**
 * A runner file, read and checked. What it takes from this machine, such as variables that hold secrets, is demanded
 * only for the connections that a pipeline uses.
 */
public final class Environment {
    private final Settings settings;
    private final List<Notification> notifications;
    private final List<CustomStep> customSteps;
    private final Housekeeping housekeeping;
    private final Map<String, List<Problem>> missing;
    private final List<Problem> missingForAll;
    private final List<Problem> missingForMasks;
    private final ClusterConfig cluster;
    private final List<CertificateFile> certificates;

    Environment(
            Settings settings,
            List<Notification> notifications,
            List<CustomStep> customSteps,
            Housekeeping housekeeping,
            Map<String, List<Problem>> missing,
            List<Problem> missingForAll,
            List<Problem> missingForMasks,
            ClusterConfig cluster,
            List<CertificateFile> certificates) {
        this.settings = settings;
        this.notifications = List.copyOf(notifications);
        this.customSteps = List.copyOf(customSteps);
        this.housekeeping = housekeeping;
        this.missing = Map.copyOf(missing);
        this.missingForAll = List.copyOf(missingForAll);
        this.missingForMasks = List.copyOf(missingForMasks);
        this.cluster = cluster;
        this.certificates = List.copyOf(certificates);
    }

    public String name() {
        return settings.name();
    }

    /** The cluster of EMR that its file describes. */
    public ClusterConfig cluster() {
        return cluster;
    }

    /** The files of certificates that its file names beside itself. */
    public List<CertificateFile> certificates() {
        return certificates;
    }

    public Settings.Runner runner() {
        return settings.runner();
    }

    /** Whether its runs are launched inside of a Flink cluster, to which `tofro submit` brings them. */
    public boolean isSubmitted() {
        return runner() == Settings.Runner.FLINK && settings.flink().place() == FlinkSettings.Place.APPLICATION;
    }

    /** Who is told how runs of pipelines end that say nothing of it themselves. */
    public List<Notification> notifications() {
        return notifications;
    }

    /** What becomes of what runs leave behind. */
    public Housekeeping housekeeping() {
        return housekeeping;
    }

    /** Whether its file names a key for masks. */
    public boolean hasMaskKey() {
        return settings.maskKey() != null;
    }

    /** What this machine lacks of that key. */
    public List<Problem> missingForMasks() {
        return missingForMasks;
    }

    /** The step types that it adds to Tofro's own. */
    public List<CustomStep> customSteps() {
        return customSteps;
    }

    /** The type of each connection by its name, in the order of the names. */
    public Map<String, String> connectionTypes() {
        Map<String, String> types = new TreeMap<>();
        settings.connections().forEach((name, connection) -> types.put(name, connection.type()));
        return types;
    }

    /**
     * The settings for a run that uses these connections, and S3 for its files. A value that this machine lacks is a
     * problem if one of them needs it; other connections that lack one are left out.
     */
    public Settings settingsFor(Collection<String> used, Problems problems) {
        List<Problem> found = new ArrayList<>(missingForAll);
        Map<String, Connection> whole = new LinkedHashMap<>();
        settings.connections().forEach((name, connection) -> {
            List<Problem> lacks = missing.getOrDefault(name, List.of());
            if (used.contains(name) || connection instanceof S3Connection) {
                found.addAll(lacks);
            }
            if (lacks.isEmpty()) {
                whole.put(name, connection);
            }
        });
        found.forEach(problems::add);
        return settings.withConnections(whole);
    }
}
