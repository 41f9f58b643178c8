package org.tofro.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A PostgreSQL server process that runs on a data folder, found by the server's own {@code postmaster.pid}
 * (<a href="https://www.postgresql.org/docs/17/storage-file-layout.html">Database File Layout</a>).
 *
 * @param process the server
 * @param port where it listens; 0 while it starts
 */
record Postmaster(ProcessHandle process, int port) implements ServerProcess {
    /**
     * The server that runs on that data folder. A process that only has the number that the file names is not taken for
     * it: its command line must name the folder.
     */
    static Optional<Postmaster> on(Path data) throws IOException {
        List<String> lines;
        try {
            lines = Files.readAllLines(data.resolve("postmaster.pid"));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        Optional<ProcessHandle> process = lines.isEmpty()
                ? Optional.empty()
                : number(lines.get(0)).flatMap(ProcessHandle::of).filter(Subprocess::isAlive);
        if (process.isEmpty()) {
            return Optional.empty();
        }
        Optional<String[]> arguments = process.get().info().arguments();
        if (arguments.isEmpty() && Subprocess.isAlive(process.get())) {
            throw new IOException("process " + process.get().pid() + " may be the server of '" + data
                    + "', but its command line cannot be read; stop it, or delete '" + data.resolve("postmaster.pid")
                    + "' if it is something else");
        }
        if (arguments.stream().flatMap(Arrays::stream).noneMatch(data.toString()::equals)) {
            return Optional.empty();
        }
        int port =
                lines.size() < 4 ? 0 : number(lines.get(3)).map(Long::intValue).orElse(0);
        return Optional.of(new Postmaster(process.get(), port));
    }

    @Override
    public void stop() throws IOException {
        // https://www.postgresql.org/docs/17/server-shutdown.html: INT is the fast shutdown, QUIT the immediate one.
        stopBy(List.of("-INT", "-QUIT", "-KILL"), Duration.ofSeconds(15), "PostgreSQL");
    }

    private static Optional<Long> number(String text) {
        try {
            return Optional.of(Long.parseLong(text.strip()));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
