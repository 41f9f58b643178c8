package org.tofro.settings;

import java.io.Serializable;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which Flink runs a pipeline's graph, and how: {@code flink} of a runner file.
 *
 * @param place where it runs
 * @param standIn whether the cluster is the stand-in of this machine
 * @param rest the REST address of the cluster's JobManager, {@code host:port}; null where there is none, or not yet
 * @param parallelism subtasks of each operator; null for what the place has slots for
 * @param jar the jar of Tofro that a cluster is given; null for the checkout's own
 * @param restarts how often what a lost worker had in hand is begun again; Flink without checkpoints does not by itself
 * @param restartDelay how long it waits before
 * @param largeRows whether, where the direct runner is the engine, embedded Flink takes the graphs whose rows it would have
 *     to hold in memory
 * @param options further options of Flink, as it spells them
 */
public record FlinkSettings(
        Place place,
        boolean standIn,
        @Nullable String rest,
        @Nullable Integer parallelism,
        @Nullable String jar,
        int restarts,
        Duration restartDelay,
        boolean largeRows,
        Map<String, String> options)
        implements Serializable {
    /** Flink inside of the launcher, which is what {@code runner: flink} alone means. */
    public static final FlinkSettings EMBEDDED =
            new FlinkSettings(Place.EMBEDDED, false, null, null, null, 5, Duration.ofSeconds(2), true, Map.of());

    public FlinkSettings {
        options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
    }

    /** Where Flink runs. */
    public enum Place {
        /** In the launcher's JVM. */
        EMBEDDED,
        /** On a cluster that is there and takes jobs by REST. */
        CLUSTER,
        /** On the cluster inside of which the launcher runs: by {@code flink run-application} or {@code flink run}. */
        APPLICATION
    }

    /** The same on the stand-in, wherever it is. */
    FlinkSettings onStandIn() {
        return new FlinkSettings(
                Place.CLUSTER, true, null, parallelism, jar, restarts, restartDelay, largeRows, options);
    }

    /** The same with the address of the stand-in. */
    FlinkSettings at(String address) {
        return new FlinkSettings(place, standIn, address, parallelism, jar, restarts, restartDelay, largeRows, options);
    }
}
