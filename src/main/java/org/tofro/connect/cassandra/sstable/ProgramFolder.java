package org.tofro.connect.cassandra.sstable;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.CodeSource;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.cassandra.sstable.program.SstableProgram;
import org.tofro.connect.tls.Trust;

/**
 * Copies the program's classes out of Tofro's: a jar that also has Beam's and Flink's must not stand beside Cassandra's.
 */
final class ProgramFolder {
    private static final String PACKAGE = SstableProgram.class.getPackageName().replace('.', '/');

    /** Certificates are no secrets, but a store must have one. */
    private static final String STORE_PASSWORD = "certificates";

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
    static Path options(Path folder, @Nullable String roots) throws IOException {
        Path file = resource("sstable-jvm.options", folder);
        Map<String, String> properties = new TreeMap<>();
        for (String name : System.getProperties().stringPropertyNames()) {
            if (name.startsWith("javax.net.ssl.")) {
                properties.put(name, System.getProperty(name));
            }
        }
        if (roots != null) {
            properties.put("javax.net.ssl.trustStore", store(roots, folder).toString());
            properties.put("javax.net.ssl.trustStoreType", "PKCS12");
            properties.put("javax.net.ssl.trustStorePassword", STORE_PASSWORD);
        }
        List<String> certificates = properties.entrySet().stream()
                .map(property -> "-D" + property.getKey() + "=" + property.getValue())
                .map(option -> '"' + option.replace("\\", "\\\\").replace("\"", "\\\"") + '"')
                .toList();
        return Files.write(file, certificates, StandardOpenOption.APPEND);
    }

    private static Path store(String roots, Path folder) throws IOException {
        Path file = folder.resolve("roots.p12");
        try (OutputStream out = Files.newOutputStream(file)) {
            Trust.store(roots).store(out, STORE_PASSWORD.toCharArray());
            return file;
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }
}
