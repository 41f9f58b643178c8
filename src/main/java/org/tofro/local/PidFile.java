package org.tofro.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The file {@code server.pid} of a server's folder, by which others find the server: its process and its port.
 *
 * @param process the server
 * @param port where it listens for clients
 */
record PidFile(ProcessHandle process, int port) {
    private static final String FILE = "server.pid";

    /** The server that runs on that folder: a process of that number whose command line names the folder. */
    static Optional<PidFile> on(Path folder) throws IOException {
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
                .map(process -> new PidFile(process, Integer.parseInt(lines.get(1))));
    }

    /** Leaves the file. */
    void write(Path folder) throws IOException {
        StackFolder.writeForOwner(folder.resolve(FILE), process.pid() + "\n" + port + "\n");
    }
}
