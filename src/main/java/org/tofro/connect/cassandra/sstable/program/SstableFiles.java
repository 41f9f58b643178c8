package org.tofro.connect.cassandra.sstable.program;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What lies in a folder of SSTables, as Cassandra's own statistics in them tell.
 *
 * @param tables how many SSTables
 * @param rows how many rows Cassandra has counted in them
 * @param bytes of all their files
 */
record SstableFiles(int tables, long rows, long bytes) {
    static SstableFiles in(Path folder, CassandraClasses cassandra) throws IOException, ReflectiveOperationException {
        List<Path> files;
        try (Stream<Path> found = Files.list(folder)) {
            files = found.toList();
        }
        int tables = 0;
        long rows = 0;
        long bytes = 0;
        for (Path file : files) {
            bytes += Files.size(file);
            if (file.getFileName().toString().endsWith("-Data.db")) {
                tables++;
                rows += rows(file, cassandra);
            }
        }
        return new SstableFiles(tables, rows, bytes);
    }

    private static long rows(Path data, CassandraClasses cassandra) throws ReflectiveOperationException {
        Class<?> file = cassandra.type("io.util.File");
        Class<?> kind = cassandra.type("io.sstable.metadata.MetadataType");
        Class<?> descriptors = cassandra.type("io.sstable.Descriptor");
        Object descriptor = descriptors
                .getMethod("fromFile", file)
                .invoke(null, cassandra.constructor("io.util.File", Path.class).newInstance(data));
        Object statistics = cassandra.call(
                cassandra.call(descriptor, "getMetadataSerializer"),
                "deserialize",
                new Class<?>[] {descriptors, kind},
                descriptor,
                kind.getField("STATS").get(null));
        return (Long) cassandra.field(statistics, "totalRows");
    }
}
