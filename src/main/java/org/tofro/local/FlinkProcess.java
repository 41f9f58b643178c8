package org.tofro.local;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A process of the Flink cluster that runs on a folder: its JobManager or one of its TaskManagers.
 *
 * @param process the process
 * @param port the REST interface of the cluster that it belongs to
 */
record FlinkProcess(ProcessHandle process, int port) implements ServerProcess {
    /** The process that runs on that folder. */
    static Optional<FlinkProcess> on(Path folder) throws IOException {
        return PidFile.on(folder).map(found -> new FlinkProcess(found.process(), found.port()));
    }

    @Override
    public void stop() throws IOException {
        stopBy(List.of("-TERM", "-KILL"), Duration.ofSeconds(10), "Flink");
    }
}
