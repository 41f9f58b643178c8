package org.tofro.local;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.flink.runtime.util.EnvironmentInformation;

/**
 * A folder like a distribution of Flink, of the version that Tofro is built for: {@code lib} with its jars, {@code conf}, and
 * {@code bin/flink}, which is Flink's own client.
 *
 * @param folder the folder
 */
public record FlinkHome(Path folder) {
    /**
     * Makes it.
     *
     * @param settings what is in its {@code config.yaml}
     */
    public static FlinkHome make(Path folder, String settings) throws IOException {
        Path lib = Files.createDirectories(folder.resolve("lib"));
        Files.createDirectories(folder.resolve("plugins"));
        Files.writeString(Files.createDirectories(folder.resolve("conf")).resolve("config.yaml"), settings);
        String jars = FlinkServer.classPath(folder.resolve("flink"), line -> {});
        for (String jar : jars.split(File.pathSeparator)) {
            link(lib.resolve(Path.of(jar).getFileName()), Path.of(jar));
        }
        // On YARN the client sends itself: the jar that holds it, which is one of that name in a distribution.
        String version = EnvironmentInformation.getVersion();
        String yarn = MavenPrograms.classPath(
                java.util.List.of("org.apache.flink:flink-yarn:jar:" + version),
                "Flink's client for YARN",
                folder.resolve("class-path-yarn-" + version + ".txt"),
                line -> {});
        for (String jar : yarn.split(File.pathSeparator)) {
            // What it brings along is Hadoop of another version than the cluster's.
            if (Path.of(jar).getFileName().toString().startsWith("flink-yarn-")) {
                link(lib.resolve("flink-dist-" + version + ".jar"), Path.of(jar));
            }
        }
        FlinkHome home = new FlinkHome(folder);
        Script.write(home.flink(), """
                home='%s'
                export FLINK_CONF_DIR="$home/conf" FLINK_LIB_DIR="$home/lib" FLINK_PLUGINS_DIR="$home/plugins"
                exec '%s' -Xmx512m -XX:TieredStopAtLevel=1 --add-exports=java.base/sun.net.util=ALL-UNNAMED \\
                    --add-opens=java.base/java.util=ALL-UNNAMED --add-opens=java.base/java.lang=ALL-UNNAMED \\
                    --add-opens=java.base/java.time=ALL-UNNAMED --add-opens=java.base/java.nio=ALL-UNNAMED \\
                    $JVM_ARGS -cp "$home/lib/*${HADOOP_CLASSPATH:+:$HADOOP_CLASSPATH}" \\
                    org.apache.flink.client.cli.CliFrontend "$@"
                """.formatted(folder, Script.java()));
        return home;
    }

    private static void link(Path link, Path jar) throws IOException {
        if (!Files.exists(link)) {
            Files.createSymbolicLink(link, jar);
        }
    }

    /** The client's program. */
    public Path flink() {
        return folder.resolve("bin/flink");
    }
}
