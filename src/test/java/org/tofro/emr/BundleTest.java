package org.tofro.emr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A bundle arrives as it was, and one that would write elsewhere is refused. */
class BundleTest {
    @TempDir
    private Path folder;

    private Path file(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    @Test
    void whatWasPackedIsUnpackedAsItWas() throws IOException {
        Path pipeline = file("a/p.yaml", "steps: []\n");
        Path script = file("b/s.sql", "SELECT 'ü'\n");
        byte[] zip = new Bundle()
                .with("pipelines/p.yaml", pipeline)
                .with("sql/s.sql", script)
                .zip();
        Files.setLastModifiedTime(script, java.nio.file.attribute.FileTime.fromMillis(1_000_000));

        Bundle.unpack(new ByteArrayInputStream(zip), Files.createDirectory(folder.resolve("out")));

        assertThat(folder.resolve("out/pipelines/p.yaml")).hasSameTextualContentAs(pipeline);
        assertThat(folder.resolve("out/sql/s.sql")).hasSameTextualContentAs(script);
        assertThat(new Bundle()
                        .with("sql/s.sql", script)
                        .with("pipelines/p.yaml", pipeline)
                        .zip())
                .as("the same files in any order, touched since")
                .isEqualTo(zip);
    }

    @ParameterizedTest
    @ValueSource(strings = {"../evil.txt", "a/../../evil.txt", "/evil.txt", "a\\..\\..\\evil.txt", "."})
    void pathsThatEscapeAreRefused(String name) throws IOException {
        Path inner = Files.createDirectories(folder.resolve("x/inner"));

        assertThatThrownBy(() -> Bundle.unpack(new ByteArrayInputStream(zip(name)), inner))
                .hasMessage("the bundle names a file outside of its folder, '" + name
                        + "'; it was not made by `tofro submit`, and nothing of it is run");
        assertThat(folder.resolve("evil.txt")).doesNotExist();
        assertThat(folder.resolve("x/evil.txt")).doesNotExist();
        assertThat(inner).isEmptyDirectory();
    }

    @Test
    void whatIsNoZipIsRefused() {
        assertThatThrownBy(() -> Bundle.unpack(new ByteArrayInputStream("steps: []".getBytes()), folder))
                .hasMessage("the bundle is no zip file, or an empty one");
    }

    @Test
    void aBundleThatIsNotThereIsSaid() {
        assertThatThrownBy(() -> FetchedBundle.fetch(folder.toUri() + "bundle.zip"))
                .hasMessageMatching("there is no bundle file:/.*/bundle\\.zip");
    }

    @Test
    void theFilesOfABundleAreFoundByTheirNames() throws IOException {
        Files.write(
                folder.resolve("bundle.zip"),
                new Bundle().with("pipelines/p.yaml", file("p.yaml", "x")).zip());
        Path unpacked;
        try (FetchedBundle bundle = FetchedBundle.fetch(folder.toUri() + "bundle.zip")) {
            unpacked = bundle.file("pipeline", List.of("p", "pipelines/p.yaml"));
            assertThat(unpacked).hasContent("x");
            assertThat(bundle.nameOf(unpacked)).isEqualTo("pipelines/p.yaml");
            assertThatThrownBy(() -> bundle.file("pipeline", List.of("../../etc/passwd")))
                    .hasMessage("the bundle has no pipeline '../../etc/passwd'; it has pipelines/p.yaml");
            bundle.end(75);
        }
        assertThat(unpacked).doesNotExist();
        assertThat(folder.resolve("end.json")).hasContent("{\"exitCode\": 75}");
    }

    private static byte[] zip(String name) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry(name));
            zip.write("evil".getBytes());
            zip.closeEntry();
        }
        return bytes.toByteArray();
    }
}
