package org.tofro.pipeline;

import java.io.Serializable;
import java.time.Duration;
import org.tofro.data.Durations;

/**
 * A command that makes a machine ready before the first step.
 *
 * @param command for the shell
 * @param place where it is run
 * @param timeout how long it may take
 */
public record Bootstrap(String command, Place place, Duration timeout) implements Serializable {
    public static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(10);

    /** Which machines it makes ready. */
    public enum Place {
        /** The launcher's, and those of a cluster that is started for the run. */
        EVERYWHERE,
        /** The launcher's: Dataduct's {@code ec2}. */
        LAUNCHER,
        /** Those of a cluster that is started for the run, by its bootstrap actions: Dataduct's {@code emr}. */
        CLUSTER
    }

    /** Whether the launcher runs it before the first step of each launch. */
    public boolean onLauncher() {
        return place != Place.CLUSTER;
    }

    /** Whether it becomes a bootstrap action of a cluster that is started for the run. */
    public boolean onCluster() {
        return place != Place.LAUNCHER;
    }

    /** As the plan says it: {@code pip install x, on the launcher, within 10 minutes}. */
    public String words() {
        String where = switch (place) {
            case EVERYWHERE -> "on the launcher, and as a bootstrap action where a cluster is started for the run";
            case LAUNCHER -> "on the launcher";
            case CLUSTER -> "as a bootstrap action of a cluster that is started for the run";
        };
        return command.strip().replaceAll("\\s+", " ") + ": " + where + ", within " + Durations.words(timeout);
    }
}
