package org.tofro.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The folder {@code .tofro} of a checkout; the package's description shows what lies in it.
 *
 * @param checkout the checkout, as a real path: servers are recognised by the paths in their command lines
 */
record StackFolder(Path checkout) {
    /** The folder of that checkout, made where it is missing. */
    static StackFolder of(Path checkout) {
        try {
            StackFolder folder = new StackFolder(checkout.toRealPath());
            Files.createDirectories(folder.stack().resolve("ports"));
            return folder;
        } catch (IOException e) {
            throw new StackException("Cannot write the stand-ins' folder in '" + checkout + "': " + reason(e), e);
        }
    }

    Path stack() {
        return checkout.resolve(".tofro/stack");
    }

    Path daemonFile() {
        return stack().resolve("daemon.json");
    }

    Path daemonLock() {
        return stack().resolve("daemon.lock");
    }

    Path startLock() {
        return stack().resolve("start.lock");
    }

    Path log() {
        return stack().resolve("daemon.log");
    }

    Path passwordFile() {
        return stack().resolve("password");
    }

    Path port(String name) {
        return stack().resolve("ports").resolve(name);
    }

    Path postgres(String connection) {
        return checkout.resolve(".tofro/postgres").resolve(connection);
    }

    Path mysql(String connection) {
        return checkout.resolve(".tofro/mysql").resolve(connection);
    }

    Path redshift(String connection) {
        return checkout.resolve(".tofro/redshift").resolve(connection);
    }

    Path cassandra(String connection) {
        return checkout.resolve(".tofro/cassandra").resolve(connection);
    }

    /** Of one process of the Flink cluster. */
    Path flink(String process) {
        return checkout.resolve(".tofro/flink").resolve(process);
    }

    Path s3() {
        return checkout.resolve(".tofro/s3");
    }

    /** The folders of all servers that are processes of their own, whether they run or not. */
    List<Path> servers() {
        List<Path> servers = new ArrayList<>();
        for (String kind :
                List.of(".tofro/postgres", ".tofro/mysql", ".tofro/redshift", ".tofro/cassandra", ".tofro/flink")) {
            Path parent = checkout.resolve(kind);
            if (Files.isDirectory(parent)) {
                try (Stream<Path> folders = Files.list(parent)) {
                    folders.filter(Files::isDirectory).sorted().forEach(servers::add);
                } catch (IOException e) {
                    throw new StackException("Cannot read '" + parent + "': " + reason(e), e);
                }
            }
        }
        return servers;
    }

    /** Writes a file that only its owner can read, in one step: a reader sees the old content or the new. */
    static void writeForOwner(Path file, String content) throws IOException {
        // Temporary files are made with the owner's permissions only.
        Path fresh = Files.createTempFile(file.getParent(), file.getFileName().toString(), ".new");
        Files.writeString(fresh, content, StandardCharsets.UTF_8);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** An I/O error in words: the JDK's message for a missing file or a denied access is only the path. */
    static String reason(IOException e) {
        if (e instanceof java.nio.file.NoSuchFileException missing) {
            return "'" + missing.getFile() + "' does not exist";
        }
        if (e instanceof java.nio.file.AccessDeniedException denied) {
            return "access to '" + denied.getFile() + "' is denied";
        }
        if (e instanceof FileSystemException other && other.getReason() != null) {
            return other.getReason() + " ('" + other.getFile() + "')";
        }
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }
}
