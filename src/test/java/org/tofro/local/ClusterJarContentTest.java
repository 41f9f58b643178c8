package org.tofro.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the jar for clusters holds, and what it must not. */
@Tag("slow")
class ClusterJarContentTest {
    private static final long MOST_BYTES = 150_000_000;

    @Test
    void holdsTofroAndItsLibrariesAndNothingOfTheLaptopsOrTheClusters() throws IOException {
        Path jar = BuiltClusterJar.get();
        assertThat(Files.size(jar)).isLessThan(MOST_BYTES);
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            List<String> names = Collections.list(zip.entries()).stream()
                    .map(ZipEntry::getName)
                    .toList();

            assertThat(names)
                    .as("what a cluster needs")
                    .contains(
                            "org/tofro/cli/Main.class",
                            "org/apache/beam/runners/flink/FlinkRunner.class",
                            "org/postgresql/Driver.class",
                            "com/amazon/redshift/jdbc42/Driver.class",
                            "com/mysql/cj/jdbc/Driver.class",
                            "com/datastax/oss/driver/api/core/CqlSession.class",
                            "linux/amd64/libzstd-jni-1.5.6-9.so",
                            "linux/aarch64/libzstd-jni-1.5.6-9.so",
                            "org/xerial/snappy/native/Linux/aarch64/libsnappyjava.so",
                            "org/xerial/snappy/native/Linux/x86_64/libsnappyjava.so",
                            "libduckdb_java.so_linux_amd64",
                            "libduckdb_java.so_linux_arm64");
            assertThat(starting(names, "org/apache/flink/", "org/slf4j/", "org/apache/logging/"))
                    .as("Flink's own, which the cluster has")
                    .isEmpty();
            assertThat(starting(
                            names,
                            "io/zonky/",
                            "ch/vorburger/",
                            "org/gaul/",
                            "org/eclipse/aether/",
                            "eu/maveniverse/",
                            "org/tofro/local/redshift/",
                            "org/tofro/local/StackDaemon",
                            "org/tofro/local/StandIn"))
                    .as("stand-ins")
                    .isEmpty();
            assertThat(names.stream().filter(name -> name.matches(".*(/|_)(Mac|Windows|osx|windows)[/_].*")))
                    .as("libraries of other systems")
                    .isEmpty();
            assertThat(names.stream().filter(name -> name.matches("META-INF/[^/]*\\.(SF|DSA|RSA|EC)")))
                    .as("signatures, which no jar of several jars keeps")
                    .isEmpty();
            assertThat(names.stream()
                            .collect(Collectors.groupingBy(name -> name, Collectors.counting()))
                            .entrySet())
                    .as("what the jar has once only")
                    .filteredOn(each -> each.getValue() > 1)
                    .isEmpty();
            assertThat(text(zip, "META-INF/services/org.apache.beam.sdk.io.FileSystemRegistrar"))
                    .contains("LocalFileSystemRegistrar", "S3FileSystemRegistrar")
                    .doesNotContain("Gcs");
            assertThat(text(zip, "META-INF/services/java.sql.Driver"))
                    .contains("org.postgresql.Driver", "com.amazon.redshift", "com.mysql.cj.jdbc.Driver", "duckdb");
            assertThat(text(zip, "reference.conf")).contains("datastax-java-driver");
            assertThat(text(zip, "META-INF/MANIFEST.MF")).contains("Main-Class: org.tofro.cli.Main");
        }
    }

    private static List<String> starting(List<String> names, String... prefixes) {
        return names.stream()
                .filter(name ->
                        !name.endsWith("/") && List.of(prefixes).stream().anyMatch(name::startsWith))
                .toList();
    }

    private static String text(ZipFile zip, String name) throws IOException {
        return new String(zip.getInputStream(zip.getEntry(name)).readAllBytes(), StandardCharsets.UTF_8);
    }
}
