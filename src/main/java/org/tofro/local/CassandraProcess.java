package org.tofro.local;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A Cassandra server process that runs on a folder, found by its {@link PidFile}.
 *
 * @param process the server
 * @param port where it listens for clients
 */
record CassandraProcess(ProcessHandle process, int port) implements ServerProcess {
    /** The server that runs on that folder. */
    static Optional<CassandraProcess> on(Path folder) throws IOException {
        return PidFile.on(folder).map(found -> new CassandraProcess(found.process(), found.port()));
    }

    /** Leaves the file by which others find it. */
    void remember(Path folder) throws IOException {
        new PidFile(process, port).write(folder);
    }

    /** Whether it takes clients: the last thing that a server does when it starts. */
    boolean listens() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(Ports.loopback(), port), 1000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void stop() throws IOException {
        stopBy(List.of("-TERM", "-KILL"), Duration.ofSeconds(20), "Cassandra");
    }
}
