package org.tofro.local;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Starts the daemon as a process that outlives this one and hears nothing of the terminal's Ctrl-C. */
final class DaemonProcess {
    private static final long MOST_LOG_BYTES = 5_000_000;

    /** Names of variables that hold secrets, as far as names tell. */
    private static final Pattern SECRET =
            Pattern.compile("(?i).*(password|passwd|secret|token|credential|(access|api|private)_?key).*");

    private DaemonProcess() {}

    /** Starts it; whether it came up is for the caller to see. */
    static Process start(StackFolder folder, StackOptions options, String build) throws IOException {
        if (Files.exists(folder.log()) && Files.size(folder.log()) > MOST_LOG_BYTES) {
            Files.move(folder.log(), folder.log().resolveSibling("daemon.log.1"), StandardCopyOption.REPLACE_EXISTING);
        }
        List<String> java = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-XX:TieredStopAtLevel=4",
                "-Djava.awt.headless=true",
                "-Djava.util.logging.SimpleFormatter.format=%1$tFT%1$tT.%1$tL %4$s %3$s: %5$s%6$s%n"));
        for (String property : List.of("maven.repo.local", "maven.home")) {
            String value = System.getProperty(property);
            if (value != null) {
                java.add("-D" + property + "=" + value);
            }
        }
        java.addAll(List.of(
                StackDaemon.class.getName(),
                folder.checkout().toString(),
                options.cache().toString(),
                options.idle().toString(),
                build));
        ProcessBuilder builder = new ProcessBuilder(detached(java, onPath("setsid")))
                .directory(folder.checkout().toFile())
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.log().toFile()));
        // It outlives this process and needs none of its secrets.
        String mavens = mavenSettings();
        builder.environment()
                .keySet()
                .removeIf(name -> SECRET.matcher(name).matches() && !mavens.contains("${env." + name + "}"));
        // By the environment, because the command line would fill a screen of ps.
        builder.environment().put("CLASSPATH", classPath());
        return builder.start();
    }

    /** What may name variables that the daemon's Maven needs, to find Cassandra's jars. */
    private static String mavenSettings() throws IOException {
        Path settings = Path.of(System.getProperty("user.home"), ".m2", "settings.xml");
        return Files.isRegularFile(settings) ? Files.readString(settings) : "";
    }

    /**
     * The command in a session of its own, or, where there is no setsid (macOS), in a process group of its own: what
     * {@code set -m} does for a command in the background.
     */
    static List<String> detached(List<String> command, @Nullable Path setsid) {
        List<String> detached = new ArrayList<>();
        if (setsid != null) {
            detached.add(setsid.toString());
        } else {
            detached.addAll(List.of("/bin/bash", "-c", "set -m; nohup \"$0\" \"$@\" & wait"));
        }
        detached.addAll(command);
        return detached;
    }

    static @Nullable Path onPath(String program) {
        String path = System.getenv("PATH");
        return Stream.of((path == null ? "/usr/bin:/bin" : path).split(File.pathSeparator))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
    }

    /** What this program was loaded from: under Maven's exec:java that is a class loader's matter, not the JVM's. */
    static String classPath() {
        Set<Path> entries = new LinkedHashSet<>();
        for (ClassLoader loader = StackDaemon.class.getClassLoader(); loader != null; loader = loader.getParent()) {
            if (loader instanceof URLClassLoader urls) {
                Arrays.stream(urls.getURLs()).map(DaemonProcess::path).forEach(entries::add);
            }
            if (!entries.isEmpty()) {
                break;
            }
        }
        if (entries.isEmpty()) {
            for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
                Path path = Path.of(entry).toAbsolutePath();
                entries.add(path);
                // Test runners put the class path into the manifest of a jar that they delete.
                entries.addAll(manifestClassPath(path));
            }
        }
        return entries.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    }

    private static List<Path> manifestClassPath(Path jar) {
        if (!jar.toString().endsWith(".jar")
                || !Files.isRegularFile(jar)
                || !jar.toString().contains("surefire")) {
            return List.of();
        }
        try (JarFile file = new JarFile(jar.toFile())) {
            String classPath = file.getManifest() == null
                    ? null
                    : file.getManifest().getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
            List<Path> paths = new ArrayList<>();
            for (String entry : classPath == null ? new String[0] : classPath.split(" ")) {
                paths.add(path(new URL(jar.toUri().toURL(), entry)));
            }
            return paths;
        } catch (IOException e) {
            throw new StackException("Cannot read the class path in '" + jar + "': " + StackFolder.reason(e), e);
        }
    }

    /** A fingerprint of the daemon's own classes: a daemon of another build is replaced. */
    static String build() {
        Path origin =
                path(StackDaemon.class.getProtectionDomain().getCodeSource().getLocation());
        Path classes = Files.isDirectory(origin) ? origin.resolve("org/tofro/local") : origin;
        StringBuilder files = new StringBuilder(origin.toString());
        try (Stream<Path> tree = Files.walk(classes)) {
            for (Path file : tree.filter(Files::isRegularFile).sorted().toList()) {
                files.append('\n')
                        .append(file)
                        .append(' ')
                        .append(Files.size(file))
                        .append(' ');
                files.append(Files.getLastModifiedTime(file).toMillis());
            }
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(files.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (IOException e) {
            throw new StackException("Cannot read the program's own classes: " + StackFolder.reason(e), e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static Path path(URL url) {
        try {
            return Path.of(url.toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException("the class path holds " + url, e);
        }
    }
}
