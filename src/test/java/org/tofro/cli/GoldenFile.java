package org.tofro.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A text file that says what a test expects; {@code -Dgolden.update=true} rewrites it from what the test got. */
public final class GoldenFile {
    private GoldenFile() {}

    static boolean update() {
        return Boolean.getBoolean("golden.update");
    }

    /** The YAML files of a folder, each of which has a text file of the same name beside it. */
    static List<Path> cases(String folder) {
        try (Stream<Path> files = Files.list(Path.of(folder))) {
            return files.filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Path expectedFor(Path yaml) {
        return yaml.resolveSibling(yaml.getFileName().toString().replaceFirst("\\.yaml$", ".txt"));
    }

    public static void check(Path expected, String actual) throws IOException {
        if (update()) {
            Files.writeString(expected, actual);
        }
        assertThat(expected).exists();
        assertThat(actual).isEqualTo(Files.readString(expected));
    }
}
