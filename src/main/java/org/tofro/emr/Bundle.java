package org.tofro.emr;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * A pipeline, the files that it names and its runner file as one zip. Expressions stand in it as they are written, so it
 * holds no secret; the same files make the same bytes.
 */
public final class Bundle {
    private static final int MOST_ENTRIES = 2_000;
    private static final long MOST_BYTES = 64L << 20;

    private final Map<String, Path> files = new TreeMap<>();

    /** A file, by its name in the bundle, with slashes. */
    public Bundle with(String name, Path file) {
        files.put(name, file);
        return this;
    }

    /** The names of what it holds, in order. */
    public List<String> names() {
        return List.copyOf(files.keySet());
    }

    /** The zip. */
    public byte[] zip() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, Path> file : files.entrySet()) {
                ZipEntry entry = new ZipEntry(file.getKey());
                entry.setLastModifiedTime(FileTime.fromMillis(0));
                zip.putNextEntry(entry);
                Files.copy(file.getValue(), zip);
                zip.closeEntry();
            }
        }
        return bytes.toByteArray();
    }

    /**
     * Unpacks a zip into a folder.
     *
     * @throws BundleException where it is none, holds more than a pipeline can, or names a file outside of the folder
     */
    public static void unpack(InputStream bytes, Path folder) throws IOException {
        Path root = folder.toAbsolutePath().normalize();
        long left = MOST_BYTES;
        int entries = 0;
        try (ZipInputStream zip = new ZipInputStream(bytes)) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                if (++entries > MOST_ENTRIES) {
                    throw new BundleException("the bundle holds more than " + MOST_ENTRIES + " files");
                }
                Path file = inside(root, entry.getName());
                if (entry.isDirectory()) {
                    Files.createDirectories(file);
                } else {
                    Files.createDirectories(file.getParent());
                    left -= copy(zip, file, left);
                }
            }
        }
        if (entries == 0) {
            throw new BundleException("the bundle is no zip file, or an empty one");
        }
    }

    private static Path inside(Path root, String name) {
        try {
            Path file = root.resolve(name).normalize();
            if (!name.isEmpty() && !name.contains("\\") && file.startsWith(root) && !file.equals(root)) {
                return file;
            }
        } catch (InvalidPathException impossible) {
            // It is then no file's name either.
        }
        throw new BundleException("the bundle names a file outside of its folder, '" + name + "'; it was not made by"
                + " `tofro submit`, and nothing of it is run");
    }

    private static long copy(InputStream in, Path file, long most) throws IOException {
        long copied = 0;
        try (OutputStream out = Files.newOutputStream(file)) {
            byte[] buffer = new byte[16 << 10];
            for (int got = in.read(buffer); got >= 0; got = in.read(buffer)) {
                copied += got;
                if (copied > most) {
                    throw new BundleException("the bundle holds more than " + (MOST_BYTES >> 20) + " MiB");
                }
                out.write(buffer, 0, got);
            }
        }
        return copied;
    }

    /** The bundle is not one, or not a harmless one. */
    public static final class BundleException extends RuntimeException {
        BundleException(String message) {
            super(message);
        }
    }
}
