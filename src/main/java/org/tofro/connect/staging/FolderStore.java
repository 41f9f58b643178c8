package org.tofro.connect.staging;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** A folder of this machine as an object store: a key is a path below it. */
final class FolderStore implements ObjectStore {
    private final Path folder;

    private FolderStore(Path folder) {
        this.folder = folder;
    }

    static FolderStore at(String uri) {
        try {
            return new FolderStore(Path.of(URI.create(uri)).toAbsolutePath().normalize());
        } catch (IllegalArgumentException e) {
            throw new StagingException(
                    "staging area '%s' is not a folder's address; write file:/folder/".formatted(uri), false, e);
        }
    }

    @Override
    public String uri(String key) {
        String base = "file://" + folder;
        return (base.endsWith("/") ? base : base + "/") + key;
    }

    @Override
    public ObjectWriter create(String key) {
        Path file = folder.resolve(key);
        try {
            Files.createDirectories(file.getParent());
            return new FileWriter(
                    file, Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
        } catch (IOException e) {
            throw failed("cannot write", file, e);
        }
    }

    @Override
    public void put(String key, byte[] content) {
        Path file = folder.resolve(key);
        Path beside = file.resolveSibling(file.getFileName() + "." + UUID.randomUUID() + ".tmp");
        try {
            Files.createDirectories(file.getParent());
            Files.write(beside, content, StandardOpenOption.CREATE_NEW);
            Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw failed("cannot write", file, e);
        }
    }

    @Override
    public Optional<InputStream> open(String key) {
        Path file = folder.resolve(key);
        try {
            return Optional.of(Files.newInputStream(file));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw failed("cannot read", file, e);
        }
    }

    @Override
    public void each(String prefix, Consumer<StoredObject> visitor) {
        int slash = prefix.lastIndexOf('/');
        Path start = slash < 0 ? folder : folder.resolve(prefix.substring(0, slash));
        if (!Files.isDirectory(start)) {
            return;
        }
        try (Stream<Path> walk = Files.walk(start)) {
            List<Path> files = walk.filter(Files::isRegularFile).toList();
            for (Path file : files) {
                String key = folder.relativize(file).toString().replace('\\', '/');
                if (key.startsWith(prefix) && !key.endsWith(".tmp")) {
                    visitor.accept(new StoredObject(
                            key,
                            Files.size(file),
                            Files.getLastModifiedTime(file).toInstant()));
                }
            }
        } catch (IOException | UncheckedIOException e) {
            throw failed("cannot list", start, e instanceof IOException io ? io : new IOException(e));
        }
    }

    @Override
    public void delete(String key) {
        Path file = folder.resolve(key);
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw failed("cannot delete", file, e);
        }
    }

    @Override
    public void deleteAll(List<String> keys) {
        keys.forEach(this::delete);
    }

    @Override
    public void close() {}

    private static StagingException failed(String what, Path file, IOException e) {
        return new StagingException("%s %s: %s".formatted(what, file, reason(e)), false, e);
    }

    private static String reason(IOException e) {
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (e instanceof FileAlreadyExistsException) {
            return "it exists already";
        }
        if (e instanceof NotDirectoryException) {
            return "its parent is not a folder";
        }
        String message = String.valueOf(e.getMessage());
        if (message.contains("No space left")) {
            return "the disk is full";
        }
        return message.contains("Read-only file system") ? "the file system is read-only" : message;
    }

    /** A file that is being written. */
    static final class FileWriter implements ObjectWriter {
        private final Path file;
        private final OutputStream out;

        private FileWriter(Path file, OutputStream out) {
            this.file = file;
            this.out = out;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            try {
                out.write(bytes, offset, length);
            } catch (IOException e) {
                throw failed("cannot write", file, e);
            }
        }

        @Override
        public void commit() {
            try {
                out.close();
            } catch (IOException e) {
                throw failed("cannot write", file, e);
            }
        }

        @Override
        public void abort() {
            try {
                out.close();
                Files.deleteIfExists(file);
            } catch (IOException e) {
                // What stays is a file that no record names; the failure that brought us here matters more.
            }
        }
    }
}
