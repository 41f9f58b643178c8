package org.tofro.connect.program;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A folder of this machine for one attempt of a step. Closing it removes all that is in it. What the process left that
 * was killed before it could is removed by the next one: the folder's lock tells, which dies with its process. Left behind
 * programs are ended with it.
 */
public final class WorkFolder implements AutoCloseable {
    /** What a disk must have left for whoever writes on. */
    public static final long LEAST_FREE_MIB = 256;

    private static final Logger LOG = Logger.getLogger(WorkFolder.class.getName());
    private static final String LOCK = ".lock";
    private static final String OWNER = ".owner";
    private static final String PROCESS = ".process";
    private static final long YOUNG_MILLIS = 60_000;

    private final Path folder;
    private final FileChannel lockFile;
    private final FileLock lock;

    private WorkFolder(Path folder, FileChannel lockFile, FileLock lock) {
        this.folder = folder;
        this.lockFile = lockFile;
        this.lock = lock;
    }

    /**
     * A new, empty folder below the one of all that this user does of a kind, where those of dead processes are removed
     * first.
     *
     * @param kind a word for it in the folder's name
     */
    public static WorkFolder open(String kind) throws IOException {
        return openIn(
                Path.of(System.getProperty("java.io.tmpdir"), "tofro-" + kind + "-" + System.getProperty("user.name")));
    }

    /** The same below a folder that the user names. */
    public static WorkFolder openIn(Path base) throws IOException {
        Files.createDirectories(base);
        if (Files.getFileStore(base).supportsFileAttributeView("posix")) {
            Files.setPosixFilePermissions(base, PosixFilePermissions.fromString("rwx------"));
        }
        removeLeft(base);
        // The lock is there before anybody looks for it: the folder appears whole, by a rename.
        String name = UUID.randomUUID().toString().substring(0, 13);
        Path hidden = Files.createDirectory(base.resolve("." + name));
        FileChannel channel = FileChannel.open(
                hidden.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        FileLock lock = channel.lock();
        Files.writeString(hidden.resolve(OWNER), identity(ProcessHandle.current()));
        Path folder = Files.move(hidden, base.resolve(name));
        return new WorkFolder(folder.toAbsolutePath(), channel, lock);
    }

    public Path path() {
        return folder;
    }

    /** A new folder in it. */
    public Path make(String name) throws IOException {
        return Files.createDirectories(folder.resolve(name));
    }

    /** Notes the program that works in it, so that it can be ended where this process is killed. */
    public void note(ProcessHandle process) throws IOException {
        Files.writeString(folder.resolve(PROCESS), identity(process));
    }

    /** Whether the disk has less than {@link #LEAST_FREE_MIB} left. */
    public boolean isFull() throws IOException {
        return Files.getFileStore(folder).getUsableSpace() < LEAST_FREE_MIB << 20;
    }

    @Override
    public void close() {
        try {
            lock.release();
            lockFile.close();
            remove(folder);
        } catch (IOException e) {
            LOG.log(Level.WARNING, "cannot remove the files of an attempt; the next one tries again", e);
        }
    }

    /** Removes the folders of processes that are no more, and ends the programs that they left. */
    private static void removeLeft(Path base) throws IOException {
        List<Path> folders;
        try (Stream<Path> all = Files.list(base)) {
            folders = all.filter(folder -> Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS))
                    .filter(WorkFolder::isWhole)
                    .toList();
        }
        for (Path folder : folders) {
            if (isLeft(folder)) {
                endProgram(folder);
                remove(folder);
            }
        }
    }

    /** Whether it is no folder that is being made at this moment. */
    private static boolean isWhole(Path folder) {
        boolean hidden = folder.getFileName().toString().startsWith(".");
        long age = System.currentTimeMillis() - folder.toFile().lastModified();
        return !hidden || age > YOUNG_MILLIS;
    }

    private static boolean isLeft(Path folder) {
        // To look at a lock of this process's own would release it: POSIX gives up all when any descriptor is closed.
        if (isOurs(folder)) {
            return false;
        }
        try (FileChannel channel = FileChannel.open(folder.resolve(LOCK), StandardOpenOption.WRITE)) {
            @Nullable FileLock free = channel.tryLock();
            return free != null;
        } catch (OverlappingFileLockException ours) {
            return false;
        } catch (IOException gone) {
            // Its owner is removing it, or was killed while it did.
            return Files.isDirectory(folder) && !Files.exists(folder.resolve(LOCK));
        }
    }

    private static boolean isOurs(Path folder) {
        try {
            return Files.readString(folder.resolve(OWNER)).equals(identity(ProcessHandle.current()));
        } catch (IOException none) {
            return false;
        }
    }

    private static void endProgram(Path folder) {
        try {
            String[] noted = Files.readString(folder.resolve(PROCESS)).split(" ");
            Optional<ProcessHandle> alive = ProcessHandle.of(Long.parseLong(noted[0]));
            // A number is given again; a number and a start are not.
            alive.filter(process -> identity(process).equals(noted[0] + " " + noted[1]))
                    .ifPresent(process -> ProcessTree.killNow(process, folder));
            // What it has started may have outlived it.
            ProcessTree.killIn(folder);
        } catch (IOException | NumberFormatException | ArrayIndexOutOfBoundsException none) {
            // No program was started in it.
        }
    }

    private static String identity(ProcessHandle process) {
        return process.pid() + " "
                + process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    }

    private static void remove(Path folder) throws IOException {
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.deleteIfExists(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult preVisitDirectory(Path inner, BasicFileAttributes attributes) {
                    // A script may have taken the right to do it from itself.
                    inner.toFile().setWritable(true);
                    inner.toFile().setExecutable(true);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException gone) {
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path inner, @Nullable IOException trouble)
                        throws IOException {
                    Files.deleteIfExists(inner);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
