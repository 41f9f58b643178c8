package org.tofro.report;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.Serializable;
import java.nio.channels.Channels;
import java.util.List;
import java.util.Optional;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.io.fs.EmptyMatchTreatment;
import org.apache.beam.sdk.io.fs.MatchResult;
import org.apache.beam.sdk.io.fs.MoveOptions.StandardMoveOptions;
import org.apache.beam.sdk.io.fs.ResourceId;
import org.tofro.data.AreaLocation;

/**
 * The files of a state area, each read and written as a whole; paths are relative to it.
 *
 * @param area {@code s3://bucket/prefix/} or {@code file:/folder/}, with a slash at its end
 */
record StateFiles(String area) implements Serializable {
    private static final int ATTEMPTS = 3;
    private static final long PAUSE_MILLIS = 200;

    /** Writes a file in place of an older one. */
    void write(String path, byte[] content, String mime) throws IOException {
        patiently(() -> {
            ResourceId resource = FileSystems.matchNewResource(location(path), false);
            try (OutputStream out = Channels.newOutputStream(FileSystems.create(resource, mime))) {
                out.write(content);
            }
            return path;
        });
    }

    /**
     * What a file holds; empty where there is none. Looks before it opens: what opening an object that is not there throws,
     * each of Beam's file systems decides.
     */
    <T> Optional<T> read(String path, Parser<T> parser) throws IOException {
        return patiently(() -> {
            try {
                ResourceId resource =
                        FileSystems.matchSingleFileSpec(location(path)).resourceId();
                try (InputStream in = Channels.newInputStream(FileSystems.open(resource))) {
                    return Optional.of(parser.parse(in.readAllBytes()));
                }
            } catch (FileNotFoundException e) {
                return Optional.empty();
            }
        });
    }

    /** The same of a file that is most likely there: opened without a look, which is half of the requests. */
    <T> Optional<T> readLikely(String path, Parser<T> parser) throws IOException {
        ResourceId resource = FileSystems.matchNewResource(location(path), false);
        try (InputStream in = Channels.newInputStream(FileSystems.open(resource))) {
            return Optional.of(parser.parse(in.readAllBytes()));
        } catch (IOException | RuntimeException perhapsGone) {
            return read(path, parser);
        }
    }

    /** Makes of a file's content what it stands for. */
    @FunctionalInterface
    interface Parser<T> {
        T parse(byte[] content) throws IOException;
    }

    /** The paths that match, in their order; {@code *} stands for anything but a slash, {@code **} for anything. */
    List<String> list(String pattern) throws IOException {
        return patiently(() -> match(pattern).stream()
                .map(found -> found.resourceId().toString())
                .map(this::relative)
                .sorted()
                .toList());
    }

    /** Deletes files; those that are not there any more are passed over. */
    void delete(List<String> paths) throws IOException {
        patiently(() -> {
            List<ResourceId> resources = paths.stream()
                    .map(path -> FileSystems.matchNewResource(location(path), false))
                    .toList();
            FileSystems.delete(resources, StandardMoveOptions.IGNORE_MISSING_FILES);
            return true;
        });
    }

    private List<MatchResult.Metadata> match(String pattern) throws IOException {
        MatchResult matched = FileSystems.match(location(pattern), EmptyMatchTreatment.ALLOW);
        return matched.status() == MatchResult.Status.NOT_FOUND ? List.of() : matched.metadata();
    }

    private String relative(String resource) {
        String path = resource.replace('\\', '/');
        String base = location("").replace('\\', '/');
        String plain = path.startsWith(base) ? path.substring(base.length()) : path;
        return plain.startsWith("/") ? plain.substring(1) : plain;
    }

    String location(String path) {
        return AreaLocation.of(area, path);
    }

    /** Reads or writes one file as a whole. */
    @FunctionalInterface
    private interface Attempt<T> {
        T make() throws IOException;
    }

    /**
     * A file is read or written as a whole, so it can be done again as a whole; that helps where the store's client cannot
     * try again by itself, such as when a body breaks off, or the answer that ends an upload is lost.
     */
    private static <T> T patiently(Attempt<T> attempt) throws IOException {
        for (int failed = 1; ; failed++) {
            IOException trouble;
            try {
                return attempt.make();
            } catch (RuntimeException e) {
                trouble = failure(e);
            } catch (IOException e) {
                trouble = e;
            }
            if (failed == ATTEMPTS) {
                throw trouble;
            }
            pause(failed);
        }
    }

    private static void pause(int failed) throws IOException {
        try {
            Thread.sleep(PAUSE_MILLIS * failed);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while the state area was tried again");
        }
    }

    /** A store's client may throw what is no IOException; its first line says what was wrong. */
    private static IOException failure(RuntimeException e) {
        String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        // The client adds the service and the request to what it says.
        String plain = message.lines()
                .findFirst()
                .orElse("")
                .replaceFirst(" \\(Service: .*", "")
                .replaceFirst("\\.$", "");
        return new IOException(plain, e);
    }
}
