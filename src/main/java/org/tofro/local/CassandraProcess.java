package org.tofro.local;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A Cassandra server process that runs on a folder, found by the file {@code server.pid} that its starter left.
 *
 * @param process the server
 * @param port where it listens for clients
 */
record CassandraProcess(ProcessHandle process, int port) implements ServerProcess {
    private static final String FILE = "server.pid";

    /** The server that runs on that folder: a process of that number whose command line names the folder. */
    static Optional<CassandraProcess> on(Path folder) throws IOException {
        List<String> lines;
        try {
            lines = Files.readAllLines(folder.resolve(FILE));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        if (lines.size() != 2 || !lines.stream().allMatch(line -> line.matches("[0-9]{1,18}"))) {
            return Optional.empty();
        }
        return ProcessHandle.of(Long.parseLong(lines.get(0)))
                .filter(Subprocess::isAlive)
                .filter(process -> Stream.of(process.info().arguments().orElse(new String[0]))
                        .anyMatch(argument -> argument.contains(folder + "/")))
                .map(process -> new CassandraProcess(process, Integer.parseInt(lines.get(1))));
    }

    /** Leaves the file by which others find it. */
    void remember(Path folder) throws IOException {
        StackFolder.writeForOwner(folder.resolve(FILE), process.pid() + "\n" + port + "\n");
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
