package org.tofro.connect.staging;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.tofro.data.StagedFile;
import org.tofro.settings.S3Connection;

/**
 * A place for files between two steps: a prefix of an S3 bucket or a folder of this machine. Names are relative to it,
 * with slashes. All methods are safe for many threads at once and throw a {@link StagingException} when the area fails
 * them.
 */
public final class StagingArea implements AutoCloseable {
    private static final int READS = 3;

    private final ObjectStore store;

    private StagingArea(ObjectStore store) {
        this.store = store;
    }

    /**
     * Opens an area; nothing is contacted before the first use.
     *
     * @param uri {@code s3://bucket/prefix/} or {@code file:/folder/}
     * @param s3 how to reach S3; null for AWS's own defaults, and for a folder
     */
    public static StagingArea open(String uri, @Nullable S3Connection s3) {
        if (uri.startsWith("s3://")) {
            return new StagingArea(S3Store.at(uri, s3));
        }
        if (uri.startsWith("file:")) {
            return new StagingArea(FolderStore.at(uri));
        }
        throw new StagingException(
                "staging area '%s' is neither s3://bucket/prefix/ nor file:/folder/".formatted(uri), false, null);
    }

    /** The full address of a name. */
    public String uri(String name) {
        return store.uri(checked(name));
    }

    /** Writes a small object as a whole, replacing what was there. */
    public void put(String name, byte[] content) {
        store.put(checked(name), content);
    }

    /**
     * Writes a file of this machine, in the memory of some megabytes: on S3 in place of an older one, in a folder under a name
     * that nobody has used.
     */
    public void put(String name, Path file) {
        ObjectWriter object = store.create(checked(name));
        try (InputStream in = Files.newInputStream(file)) {
            byte[] buffer = new byte[64 << 10];
            for (int got = in.read(buffer); got >= 0; got = in.read(buffer)) {
                object.write(buffer, 0, got);
            }
            object.commit();
        } catch (IOException e) {
            object.abort();
            throw new StagingException("%s cannot be read".formatted(file), false, e);
        } catch (RuntimeException e) {
            object.abort();
            throw e;
        }
    }

    /** The content of a small object, or nothing where there is none. Where reading breaks off it begins again, twice. */
    public Optional<byte[]> read(String name) {
        for (int left = READS - 1; ; left--) {
            Optional<InputStream> content = store.open(checked(name));
            if (content.isEmpty()) {
                return Optional.empty();
            }
            try (InputStream in = content.get()) {
                return Optional.of(in.readAllBytes());
            } catch (IOException e) {
                if (left == 0) {
                    throw new StagingException("%s: reading broke off".formatted(store.uri(name)), true, e);
                }
            }
        }
    }

    /** The bytes of a staged file as stored, compressed; it must exist. */
    public InputStream open(StagedFile file) {
        return store.open(name(file))
                .orElseThrow(() -> new StagingException("%s is missing".formatted(file.uri()), false, null));
    }

    /** Those of the files that are not there, or of another size than they were stored with. */
    public List<StagedFile> lost(List<StagedFile> files) {
        return files.stream()
                .filter(file -> store.list(name(file)).stream()
                        .noneMatch(object -> object.name().equals(name(file)) && object.bytes() == file.bytes()))
                .toList();
    }

    private String name(StagedFile file) {
        String base = store.uri("");
        if (!file.uri().startsWith(base)) {
            throw new StagingException("%s is not in the staging area %s".formatted(file.uri(), base), false, null);
        }
        return checked(file.uri().substring(base.length()));
    }

    /** Every object whose name starts with the prefix, in the order of the names; the empty prefix lists all. */
    public List<StoredObject> list(String prefix) {
        return store.list(prefix.isEmpty() ? prefix : checked(prefix));
    }

    /** Shows every object whose name starts with the prefix as it is found, however many there are. */
    public void each(String prefix, Consumer<StoredObject> visitor) {
        store.each(checked(prefix), visitor);
    }

    /** Removes an object; nothing happens where there is none. */
    public void delete(String name) {
        store.delete(checked(name));
    }

    /** Removes objects; those that are not there are passed over. */
    public void deleteAll(List<String> names) {
        names.forEach(StagingArea::checked);
        store.deleteAll(names);
    }

    /** The parts of one attempt of a step, of about 96 MB each; counts into the adder what it stores. */
    public Parts parts(AttemptPath path, LongAdder storedBytes) {
        return parts(path, storedBytes, Parts.ROLL_BYTES);
    }

    /** The parts of one attempt of a step, each closed once it has so many bytes as stored. */
    public Parts parts(AttemptPath path, LongAdder storedBytes, long rollBytes) {
        return new Parts(store, path, storedBytes, rollBytes);
    }

    @Override
    public void close() {
        store.close();
    }

    private static String checked(String name) {
        boolean escapes = name.startsWith("/")
                || name.indexOf('\0') >= 0
                || List.of(name.split("/")).contains("..");
        if (name.isEmpty() || escapes) {
            throw new StagingException("'%s' is not a name inside a staging area".formatted(name), false, null);
        }
        return name;
    }
}
