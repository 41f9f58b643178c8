package org.tofro.local;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A command's side of the talk with its checkout's daemon, which it finds, starts or replaces. */
final class DaemonClient {
    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    private final StackFolder folder;
    private final StackOptions options;
    private final String build;
    private final Consumer<String> progress;

    /** @param build of this program; a daemon of another one is replaced */
    DaemonClient(StackFolder folder, StackOptions options, String build, Consumer<String> progress) {
        this.folder = folder;
        this.options = options;
        this.build = build;
        this.progress = progress;
    }

    /** Asks a daemon of this build, started where there is none. */
    Wire.Reply serve(List<Wire.Wanted> wanted) {
        try {
            for (int attempt = 0; ; attempt++) {
                Optional<Wire.Daemon> daemon =
                        running().filter(found -> found.build().equals(build));
                Wire.Daemon chosen = daemon.isPresent() ? daemon.get() : startOrReplace();
                try {
                    return ask(chosen, Wire.Operation.SERVE, wanted);
                } catch (IOException e) {
                    // It has just died or was about to stop: another one will do.
                    if (attempt == 3) {
                        throw e;
                    }
                }
            }
        } catch (IOException e) {
            throw new StackException(
                    "The stack's daemon was lost: " + StackFolder.reason(e) + "; its log is '" + folder.log() + "'", e);
        }
    }

    /** The daemon's answer, or null where none runs. */
    Wire.@Nullable Reply askIfRunning(Wire.Operation operation) {
        try {
            Optional<Wire.Daemon> daemon = running();
            return daemon.isEmpty() ? null : ask(daemon.get(), operation, null);
        } catch (IOException e) {
            return null;
        }
    }

    /** Stops the daemon and every server, also those that a killed daemon left. */
    boolean down() {
        return locked(() -> {
            Optional<Wire.Daemon> daemon = running();
            boolean stopped = askIfRunning(Wire.Operation.DOWN) != null;
            if (stopped && daemon.isPresent()) {
                waitForEnd(daemon.get().pid());
            }
            Files.deleteIfExists(folder.daemonFile());
            boolean orphans = false;
            for (var server : folder.servers()) {
                orphans |= StandIns.runsOn(server);
            }
            StandIns.stopServers(folder);
            return stopped || orphans;
        });
    }

    private Wire.Daemon startOrReplace() {
        return locked(() -> {
            Optional<Wire.Daemon> found = running();
            if (found.isPresent() && !found.get().build().equals(build)) {
                if (ask(found.get(), Wire.Operation.HAND_OVER, null).error() != null) {
                    return found.get(); // another command works with it, and it does as well
                }
                progress.accept("replacing the stack's daemon, which is of another build");
                waitForEnd(found.get().pid());
                found = Optional.empty();
            }
            return found.isPresent() ? found.get() : start();
        });
    }

    private Wire.Daemon start() throws IOException {
        Files.deleteIfExists(folder.daemonFile());
        long logged = Files.exists(folder.log()) ? Files.size(folder.log()) : 0;
        Process process = DaemonProcess.start(folder, options, build);
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        while (System.nanoTime() < deadline) {
            Optional<Wire.Daemon> started = running();
            if (started.isPresent()) {
                return started.get();
            }
            if (!process.isAlive()) {
                throw new StackException("The stack's daemon did not start: " + reasonInLog(logged) + "; its log is '"
                        + folder.log() + "'");
            }
            sleep();
        }
        process.destroy();
        throw new StackException("The stack's daemon did not start within " + START_LIMIT.toSeconds()
                + " s; its log is '" + folder.log() + "'");
    }

    private String reasonInLog(long from) throws IOException {
        byte[] log = Files.readAllBytes(folder.log());
        int start = (int) Math.min(from, log.length);
        List<String> lines = new String(log, start, log.length - start, StandardCharsets.UTF_8)
                .lines()
                .filter(line -> !line.isBlank())
                .toList();
        return lines.stream()
                .filter(line -> line.startsWith(StackDaemon.FAILURE))
                .findFirst()
                .map(line -> line.substring(StackDaemon.FAILURE.length()))
                .orElse(lines.isEmpty() ? "it ended without a word" : lines.get(0));
    }

    private Optional<Wire.Daemon> running() throws IOException {
        if (!Files.exists(folder.daemonFile()) || !isDaemonAlive()) {
            return Optional.empty();
        }
        return Optional.ofNullable(Json.read(Files.readString(folder.daemonFile()), Wire.Daemon.class));
    }

    /** By its lock: the port or the process number that a killed daemon left behind may be somebody else's by now. */
    private boolean isDaemonAlive() throws IOException {
        try (FileChannel channel =
                        FileChannel.open(folder.daemonLock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            return lock == null;
        } catch (OverlappingFileLockException e) {
            return true; // another thread of this process is looking; asking the daemon will tell
        }
    }

    private Wire.Reply ask(Wire.Daemon daemon, Wire.Operation operation, @Nullable List<Wire.Wanted> wanted)
            throws IOException {
        try (Socket socket = new Socket(Ports.loopback(), daemon.port());
                BufferedReader in =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
            Wire.Request request = new Wire.Request(daemon.token(), operation, Wire.Lease.ofThisProcess(), wanted);
            socket.getOutputStream().write((Json.write(request) + "\n").getBytes(StandardCharsets.UTF_8));
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                Wire.Reply reply = Json.read(line, Wire.Reply.class);
                if (reply == null) {
                    throw new IOException("the daemon's answer cannot be read");
                }
                if (reply.last()) {
                    return reply;
                }
                if (reply.progress() != null) {
                    progress.accept(reply.progress());
                }
            }
            throw new IOException("the daemon ended before it had answered");
        }
    }

    private interface Locked<T> {
        T run() throws IOException;
    }

    /** One command at a time starts or stops the daemon. */
    private <T> T locked(Locked<T> action) {
        try (FileChannel channel =
                FileChannel.open(folder.startLock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            FileLock lock = lock(channel);
            try {
                return action.run();
            } finally {
                lock.release();
            }
        } catch (IOException e) {
            throw new StackException(
                    "Cannot start or stop the stack's daemon: " + StackFolder.reason(e) + "; its log is '"
                            + folder.log() + "'",
                    e);
        }
    }

    private static FileLock lock(FileChannel channel) throws IOException {
        while (true) {
            try {
                return channel.lock();
            } catch (OverlappingFileLockException e) {
                sleep(); // another thread of this process has it
            }
        }
    }

    private void waitForEnd(long pid) throws IOException {
        Optional<ProcessHandle> process = ProcessHandle.of(pid);
        if (process.isPresent() && !Subprocess.waitForEnd(process.get(), Duration.ofSeconds(60))) {
            throw new StackException(
                    "The stack's daemon, process " + pid + ", does not stop; its log is '" + folder.log() + "'");
        }
    }

    private static void sleep() throws IOException {
        try {
            Thread.sleep(20);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
