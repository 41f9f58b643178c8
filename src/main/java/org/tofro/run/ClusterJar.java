package org.tofro.run;

import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** The jar that a cluster is given: it must hold the very classes with which the graph is made. */
final class ClusterJar {
    private static final String HOW = "make it by: mvn -Pcluster package";

    private ClusterJar() {}

    /** The one that the build leaves beside the classes that run. */
    static Path ofThisBuild() {
        try {
            return Path.of(ClusterJar.class
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .resolveSibling("tofro-cluster.jar");
        } catch (URISyntaxException e) {
            throw new IllegalStateException("the class path holds what is no path", e);
        }
    }

    /** @throws EngineException where the jar is missing, or is that of another build */
    static void check(Path jar) throws IOException, EngineException {
        if (!Files.isRegularFile(jar)) {
            throw new EngineException("there is no " + jar + ", which a Flink cluster is given; " + HOW);
        }
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            boolean any = false;
            Enumeration<? extends ZipEntry> entries = zip.entries();
            while (entries.hasMoreElements()) {
                ZipEntry entry = entries.nextElement();
                if (entry.getName().startsWith("org/tofro/") && entry.getName().endsWith(".class")) {
                    any = true;
                    if (!isOurs(entry)) {
                        throw new EngineException(jar + " holds another build of Tofro than this one; " + HOW);
                    }
                }
            }
            if (!any) {
                throw new EngineException(jar + " does not hold Tofro; " + HOW);
            }
        }
    }

    private static boolean isOurs(ZipEntry entry) throws IOException {
        try (InputStream own = ClusterJar.class.getResourceAsStream("/" + entry.getName())) {
            if (own == null) {
                return false;
            }
            CRC32 sum = new CRC32();
            sum.update(own.readAllBytes());
            return sum.getValue() == entry.getCrc();
        }
    }
}
