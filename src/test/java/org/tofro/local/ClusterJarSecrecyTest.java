package org.tofro.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tofro.secrecy.Planted;

/** The jar for clusters holds what was compiled and the libraries, and nothing else of the folder in which it was built. */
@Tag("slow")
class ClusterJarSecrecyTest {
    private static final List<String> SOURCES = List.of("pom.xml", ".mvn", "src/main", "target/classes");
    private static final List<String> SECRETS = List.of(
            ".env",
            "secrets.yaml",
            "application.conf",
            "META-INF/credentials",
            "org/tofro/password.txt",
            "runners/mine.yaml",
            "runners/password.txt",
            "pipelines/.env",
            "scripts/key.pem",
            "src/password.txt",
            "target/password.txt",
            ".tofro/stack/password");

    private final Planted planted = new Planted();

    @Test
    void whatLiesBesideTheSourcesIsNotInIt(@TempDir Path checkout) throws IOException {
        for (String source : SOURCES) {
            copy(Path.of(source), checkout.resolve(source));
        }
        for (String name : SECRETS) {
            Path file = checkout.resolve(name);
            Files.createDirectories(file.getParent());
            Files.writeString(file, "password: " + planted.plant(name) + "\n");
        }

        Subprocess maven = Subprocess.run(
                List.of("mvn", "-q", "-B", "-Pcluster", "-Dmaven.main.skip=true", "package"),
                checkout,
                Duration.ofMinutes(10));

        assertThat(maven.exitCode()).as(maven.output()).isZero();
        List<String> names = planted.demandNonePackedIn(checkout.resolve("target/tofro-cluster.jar"));
        Set<String> known = known();
        assertThat(names).hasSizeGreaterThan(10_000);
        assertThat(names)
                .as("what neither was compiled nor is of a library")
                .filteredOn(name -> !known.contains(name) && !name.endsWith("/"))
                .isEmpty();
    }

    /** Names of all that was compiled, and that the libraries hold. */
    private static Set<String> known() throws IOException {
        Set<String> known = new HashSet<>(Set.of("META-INF/MANIFEST.MF"));
        Path classes = Path.of("target/classes");
        try (Stream<Path> all = Files.walk(classes)) {
            all.forEach(file -> known.add(classes.relativize(file).toString().replace(File.separatorChar, '/')));
        }
        for (String library : System.getProperty("java.class.path").split(File.pathSeparator)) {
            if (library.endsWith(".jar")) {
                try (ZipFile zip = new ZipFile(library)) {
                    Collections.list(zip.entries()).forEach(entry -> known.add(entry.getName()));
                }
            }
        }
        return known;
    }

    private static void copy(Path from, Path to) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(from)) {
            files = all.filter(Files::isRegularFile).toList();
        }
        for (Path file : files) {
            Path copied = to.resolve(from.relativize(file).toString());
            Files.createDirectories(copied.getParent());
            Files.copy(file, copied);
        }
    }
}
