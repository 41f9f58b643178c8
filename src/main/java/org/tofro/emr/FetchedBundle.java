package org.tofro.emr;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.tofro.connect.staging.StagingArea;

/** A bundle that was fetched on the cluster, unpacked into a folder of its own until it is closed. */
public final class FetchedBundle implements AutoCloseable {
    private final StagingArea area;
    private final Path folder;

    private FetchedBundle(StagingArea area, Path folder) {
        this.area = area;
        this.folder = folder;
    }

    /**
     * Fetches and unpacks.
     *
     * @param uri {@code s3://bucket/.../bundle.zip}, reached as the machine's own AWS settings say, or {@code file:/...}
     * @throws Bundle.BundleException where there is none, or it is not harmless
     */
    public static FetchedBundle fetch(String uri) throws IOException {
        int slash = uri.lastIndexOf('/');
        StagingArea area = StagingArea.open(uri.substring(0, slash + 1), null);
        Path folder = Files.createTempDirectory("tofro-bundle-");
        FetchedBundle fetched = new FetchedBundle(area, folder);
        try {
            Optional<byte[]> bytes = area.read(uri.substring(slash + 1));
            if (bytes.isEmpty()) {
                throw new Bundle.BundleException("there is no bundle " + uri);
            }
            Bundle.unpack(new ByteArrayInputStream(bytes.get()), folder);
            return fetched;
        } catch (IOException | RuntimeException e) {
            fetched.close();
            throw e;
        }
    }

    /** The file of that name in it; what it is, and what there is, where there is none. */
    public Path file(String what, List<String> names) throws IOException {
        for (String name : names) {
            Path file = folder.resolve(name).normalize();
            if (file.startsWith(folder) && Files.isRegularFile(file)) {
                return file;
            }
        }
        try (Stream<Path> all = Files.walk(folder)) {
            List<String> there = all.filter(Files::isRegularFile)
                    .map(this::nameOf)
                    .filter(name -> name.endsWith(".yaml") || name.endsWith(".yml"))
                    .sorted()
                    .toList();
            throw new Bundle.BundleException(
                    "the bundle has no " + what + " '" + names.get(0) + "'; it has " + String.join(", ", there));
        }
    }

    /** What a file of it is called there; the path as it is of any other file. */
    public String nameOf(Path file) {
        Path absolute = file.toAbsolutePath().normalize();
        return absolute.startsWith(folder)
                ? folder.relativize(absolute).toString().replace('\\', '/')
                : file.toString();
    }

    /** Notes for the host that follows how the run ended. */
    public void end(int exitCode) {
        area.put("end.json", ("{\"exitCode\": " + exitCode + "}\n").getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        area.close();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        } catch (IOException | UncheckedIOException e) {
            // The folder for temporary files is the system's to clean.
        }
    }
}
