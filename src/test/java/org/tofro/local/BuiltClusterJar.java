package org.tofro.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Enumeration;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** The jar for clusters of the classes under test: built by Maven's profile where there is none, or an older one. */
public final class BuiltClusterJar {
    private static final Path CLASSES = Path.of("target/classes").toAbsolutePath();
    private static final Path JAR = Path.of("target/tofro-cluster.jar").toAbsolutePath();

    private BuiltClusterJar() {}

    public static synchronized Path get() throws IOException {
        if (!isOfTheseClasses()) {
            // The classes are there, and are in use.
            Subprocess maven = Subprocess.run(
                    List.of("mvn", "-q", "-B", "-Pcluster", "-Dmaven.main.skip=true", "package"),
                    Path.of("").toAbsolutePath(),
                    Duration.ofMinutes(10));
            if (maven.exitCode() != 0 || !isOfTheseClasses()) {
                throw new IOException("mvn -Pcluster package did not make the jar:\n" + maven.output());
            }
        }
        return JAR;
    }

    private static boolean isOfTheseClasses() throws IOException {
        if (!Files.exists(JAR)) {
            return false;
        }
        try (ZipFile zip = new ZipFile(JAR.toFile())) {
            Enumeration<? extends ZipEntry> entries = zip.entries();
            while (entries.hasMoreElements()) {
                ZipEntry entry = entries.nextElement();
                if (entry.getName().startsWith("org/tofro/") && entry.getName().endsWith(".class")) {
                    Path own = CLASSES.resolve(entry.getName());
                    CRC32 sum = new CRC32();
                    sum.update(Files.exists(own) ? Files.readAllBytes(own) : new byte[0]);
                    if (sum.getValue() != entry.getCrc()) {
                        return false;
                    }
                }
            }
        }
        return true;
    }
}
