package org.tofro.connect.cassandra.sstable;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.cassandra.session.CassandraException;

/**
 * The jars of a version of Cassandra.
 *
 * @param jars all of its class path
 * @param version such as {@code 5.0.6}
 */
record CassandraJars(List<Path> jars, String version) {
    private static final String VERSION_FILE = "org/apache/cassandra/config/version.properties";
    private static final String FORM =
            "name an installation of Cassandra, a folder of its jars, or a file that holds its class path";

    /** The jars at that place, as {@link SstableOptions#cassandra} says it. */
    static CassandraJars at(String place) {
        try {
            List<Path> jars = find(Path.of(place));
            if (jars.isEmpty()) {
                throw CassandraException.permanent("'" + place + "' has no jars; " + FORM);
            }
            for (Path jar : jars) {
                String version = jar.getFileName().toString().contains("cassandra") ? version(jar) : null;
                if (version != null) {
                    return new CassandraJars(jars, version);
                }
            }
            throw CassandraException.permanent(
                    "'" + place + "' has jars, but not Cassandra's own (apache-cassandra-*.jar); " + FORM);
        } catch (IOException e) {
            throw CassandraException.permanent("the jars of Cassandra at '" + place + "' cannot be read: " + e);
        }
    }

    private static List<Path> find(Path place) throws IOException {
        if (Files.isRegularFile(place)) {
            return Stream.of(Files.readString(place).strip().split(File.pathSeparator))
                    .map(Path::of)
                    .filter(Files::isRegularFile)
                    .toList();
        }
        Path lib = place.resolve("lib");
        Path folder = Files.isDirectory(lib) ? lib : place;
        if (!Files.isDirectory(folder)) {
            throw CassandraException.permanent(
                    "'" + place + "', where Cassandra's jars should be, is not on this machine; " + FORM
                            + ", which is on all machines that write, or use 'method: cql', which needs none");
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .sorted()
                    .toList();
        }
    }

    private static @Nullable String version(Path jar) throws IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            ZipEntry entry = file.getEntry(VERSION_FILE);
            if (entry == null) {
                return null;
            }
            Properties properties = new Properties();
            properties.load(file.getInputStream(entry));
            return properties.getProperty("CassandraVersion");
        }
    }

    /** As the JVM takes it, with a folder in front. */
    String classPath(Path first) {
        return Stream.concat(Stream.of(first), jars.stream())
                .map(Path::toString)
                .collect(Collectors.joining(File.pathSeparator));
    }

    /** The part of a version within which SSTables and streams are understood: {@code 5.0} of {@code 5.0.6-SNAPSHOT}. */
    static String series(String version) {
        String[] parts = version.split("[.-]");
        return parts.length < 2 ? version : parts[0] + "." + parts[1];
    }
}
