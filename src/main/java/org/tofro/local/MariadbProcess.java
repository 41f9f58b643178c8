package org.tofro.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A MariaDB server process that runs on a folder's data, found by the folder's {@code server.pid}.
 *
 * @param process the server
 * @param port where it listens
 */
record MariadbProcess(ProcessHandle process, int port) implements ServerProcess {
    /** The file that names the process; written when it is started. */
    static Path pidFile(Path folder) {
        return folder.resolve("server.pid");
    }

    static String dataOption(Path folder) {
        return "--datadir=" + folder.resolve("data");
    }

    /** The server of that folder. A process that only has the number that the file names is not taken for it. */
    static Optional<MariadbProcess> on(Path folder) throws IOException {
        Optional<ProcessHandle> process;
        try {
            process = number(Files.readString(pidFile(folder)))
                    .flatMap(ProcessHandle::of)
                    .filter(Subprocess::isAlive);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        if (process.isEmpty()) {
            return Optional.empty();
        }
        List<String> arguments = process.get().info().arguments().map(List::of).orElse(List.of());
        if (arguments.isEmpty() && Subprocess.isAlive(process.get())) {
            throw new IOException("process " + process.get().pid() + " may be the server of '" + folder
                    + "', but its command line cannot be read; stop it, or delete '" + pidFile(folder)
                    + "' if it is something else");
        }
        if (!arguments.contains(dataOption(folder))) {
            return Optional.empty();
        }
        return arguments.stream()
                .filter(argument -> argument.startsWith("--port="))
                .flatMap(argument -> number(argument.substring("--port=".length())).stream())
                .findFirst()
                .map(port -> new MariadbProcess(process.get(), port.intValue()));
    }

    @Override
    public void stop() throws IOException {
        stopBy(List.of("-TERM", "-KILL"), Duration.ofSeconds(30), "MariaDB");
    }

    private static Optional<Long> number(String text) {
        try {
            return Optional.of(Long.parseLong(text.strip()));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
