package org.tofro.connect.cassandra.sstable;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.CodeSource;
import java.util.List;
import java.util.stream.Stream;
import org.tofro.connect.cassandra.sstable.program.SstableProgram;

/**
 * Copies the program's classes out of Tofro's: a jar that also has Beam's and Flink's must not stand beside Cassandra's.
 */
final class ProgramFolder {
    private static final String PACKAGE = SstableProgram.class.getPackageName().replace('.', '/');

    private ProgramFolder() {}

    /** Fills a folder that can stand in a class path. */
    static Path fill(Path folder) throws IOException {
        CodeSource source = SstableProgram.class.getProtectionDomain().getCodeSource();
        if (source == null) {
            throw new IOException("the program does not know where its classes are");
        }
        Path origin;
        try {
            origin = Path.of(source.getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IOException(e);
        }
        if (Files.isDirectory(origin)) {
            copy(origin, folder);
        } else {
            try (FileSystem jar = FileSystems.newFileSystem(origin)) {
                copy(jar.getPath("/"), folder);
            }
        }
        return folder;
    }

    private static void copy(Path root, Path folder) throws IOException {
        Path target = Files.createDirectories(folder.resolve(PACKAGE));
        List<Path> classes;
        try (Stream<Path> files = Files.list(root.resolve(PACKAGE))) {
            classes = files.filter(file -> file.toString().endsWith(".class")).toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        for (Path file : classes) {
            Files.copy(file, target.resolve(file.getFileName().toString()));
        }
    }

    /** Copies a file that stands beside this class. */
    static Path resource(String name, Path folder) throws IOException {
        Path file = folder.resolve(name);
        try (InputStream in = ProgramFolder.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException("the program lacks its file " + name);
            }
            Files.copy(in, file);
        }
        return file;
    }

    /** The options of its JVM, in a file: some hold passwords, and all users see a command line. */
    static Path options(Path folder) throws IOException {
        Path file = resource("sstable-jvm.options", folder);
        List<String> certificates = System.getProperties().stringPropertyNames().stream()
                .filter(name -> name.startsWith("javax.net.ssl."))
                .sorted()
                .map(name -> "-D" + name + "=" + System.getProperty(name))
                .map(option -> '"' + option.replace("\\", "\\\\").replace("\"", "\\\"") + '"')
                .toList();
        return Files.write(file, certificates, StandardOpenOption.APPEND);
    }
}
