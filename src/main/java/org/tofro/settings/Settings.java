package org.tofro.settings;

import java.io.Serializable;
import java.util.Map;

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
 */
public record Settings(
        String name,
        Runner runner,
        Map<String, String> beam,
        String stagingArea,
        String stateArea,
        Map<String, Connection> connections,
        Limits limits)
        implements Serializable {
    public Settings {
        beam = Map.copyOf(beam);
        connections = Map.copyOf(connections);
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
     */
    public record Limits(int leaseSeconds, int lockWaitSeconds, int maxParallelSteps) implements Serializable {
        public static final Limits DEFAULT = new Limits(60, 600, 4);
    }

    /** These settings with other connections, such as stand-ins' addresses filled in. */
    public Settings withConnections(Map<String, Connection> replaced) {
        return new Settings(name, runner, beam, stagingArea, stateArea, replaced, limits);
    }
}
