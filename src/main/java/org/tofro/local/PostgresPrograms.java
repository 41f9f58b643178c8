package org.tofro.local;

import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/**
 * PostgreSQL's programs for this machine, unpacked once from the jar that brings them.
 *
 * @param home the folder that holds {@code bin}, {@code lib} and {@code share}
 * @param user as whom they run
 */
record PostgresPrograms(Path home, ServerUser user) {
    /** The major version of the programs, as a data folder's {@code PG_VERSION} spells it. */
    static final String MAJOR_VERSION = "17";

    /** Unpacks the programs where the cache does not have them yet. */
    static PostgresPrograms unpack(Path cache, StackFolder folder) {
        ServerUser user = ServerUser.choose();
        // Nobody cannot enter root's home, but must be able to enter the checkout anyway.
        return unpack(user == ServerUser.NOBODY ? folder.checkout().resolve(".tofro/cache") : cache, user);
    }

    static PostgresPrograms unpack(Path cache, ServerUser user) {
        byte[] archive = archive(System.getProperty("os.name"), System.getProperty("os.arch"));
        Path home = cache.resolve("postgresql-" + MAJOR_VERSION + "-" + digest(archive));
        if (!Files.isDirectory(home)) {
            try {
                Files.createDirectories(cache);
                Path fresh = Files.createTempDirectory(cache, "unpacking");
                Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rwxr-xr-x"));
                extract(archive, fresh);
                moveOrDrop(fresh, home);
            } catch (IOException e) {
                throw new StackException(
                        "Cannot unpack PostgreSQL's programs to '" + cache + "': " + StackFolder.reason(e), e);
            }
        }
        return new PostgresPrograms(home, user);
    }

    /** The packed programs for an operating system and processor, as the JVM names them. */
    static byte[] archive(String system, String processor) {
        String family = system.startsWith("Mac") ? "Darwin" : system;
        try (InputStream packed = DefaultPostgresBinaryResolver.INSTANCE.getPgBinary(family, processor)) {
            return packed.readAllBytes();
        } catch (IOException | RuntimeException e) {
            throw new StackException(
                    "There is no PostgreSQL for " + system + " on " + processor
                            + "; stand-ins run on Linux and macOS, on x86-64 and ARM: use a runner file with real servers",
                    e);
        }
    }

    /** Runs one of the programs to its end. */
    Subprocess run(String program, Path folder, Duration limit, List<String> arguments) throws IOException {
        return Subprocess.run(user.command(home.resolve("bin").resolve(program), arguments), folder, limit);
    }

    private static void extract(byte[] archive, Path target) throws IOException {
        try (TarArchiveInputStream tar =
                new TarArchiveInputStream(new XZCompressorInputStream(new ByteArrayInputStream(archive)))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                Path path = target.resolve(entry.getName()).normalize();
                if (!path.startsWith(target)) {
                    throw new IOException("the archive names '" + entry.getName() + "', outside of its folder");
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(path);
                    continue;
                }
                Files.createDirectories(path.getParent());
                if (entry.isSymbolicLink()) {
                    Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
                } else if (entry.isLink()) {
                    Files.copy(target.resolve(entry.getLinkName()).normalize(), path);
                } else {
                    Files.copy(tar, path);
                    boolean program = (entry.getMode() & 0100) != 0;
                    Files.setPosixFilePermissions(
                            path, PosixFilePermissions.fromString(program ? "rwxr-xr-x" : "rw-r--r--"));
                }
            }
        }
    }

    private static void moveOrDrop(Path fresh, Path home) throws IOException {
        try {
            Files.move(fresh, home, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            if (!Files.isDirectory(home)) {
                throw e;
            }
            deleteTree(fresh); // another process was faster
        }
    }

    static void deleteTree(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @org.jspecify.annotations.Nullable IOException e)
                    throws IOException {
                Files.delete(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static String digest(byte[] bytes) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            return HexFormat.of().formatHex(digest, 0, 6);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
