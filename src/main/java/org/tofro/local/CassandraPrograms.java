package org.tofro.local;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/**
 * The jars of Cassandra's server, which mix with nobody's.
 */
final class CassandraPrograms {
    static final String VERSION = "5.0.6";

    private static final String ARTIFACT = "org.apache.cassandra:cassandra-all:jar:" + VERSION;

    private CassandraPrograms() {}

    /** The class path, as the JVM takes it. */
    static String classPath(Path memory, Consumer<String> progress) throws IOException {
        return MavenPrograms.classPath(List.of(ARTIFACT), "Cassandra " + VERSION, memory, progress);
    }
}
