package org.tofro.local;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.flink.runtime.util.EnvironmentInformation;

/**
 * One process of a Flink cluster, a JVM of its own on a folder of its own, with Flink's jars on its class path and nothing of
 * Tofro's. It outlives the daemon that started it.
 *
 * @param folder its working directory, its configuration and its log
 * @param restPort of the cluster's JobManager
 * @param rpcPort by which the cluster's processes talk
 */
record FlinkServer(Path folder, int restPort, int rpcPort) {
    private static final List<String> JVM = List.of(
            "--add-opens=java.base/java.util=ALL-UNNAMED",
            "--add-opens=java.base/java.lang=ALL-UNNAMED",
            "--add-opens=java.base/java.time=ALL-UNNAMED",
            "--add-opens=java.base/java.nio=ALL-UNNAMED",
            "--add-exports=java.base/sun.net.util=ALL-UNNAMED",
            // Apart from the JDK's own log, which the program in an application's JobManager sets up for itself.
            "-Dorg.slf4j.simpleLogger.showDateTime=true",
            "-Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS",
            "-Dorg.slf4j.simpleLogger.showShortLogName=true");

    /** Makes sure that it runs; whether the cluster then works is for the caller to see. */
    FlinkProcess start(String mainClass, List<String> jvm, List<String> arguments, String classPath)
            throws IOException {
        Optional<FlinkProcess> running = FlinkProcess.on(folder);
        if (running.isPresent() && running.get().port() == restPort) {
            return running.get();
        }
        if (running.isPresent()) {
            running.get().stop();
        }
        Files.createDirectories(folder.resolve("tmp"));
        Files.createDirectories(folder.resolve("blobs"));
        Files.createDirectories(folder.resolve("web"));
        Files.writeString(folder.resolve("config.yaml"), configuration());
        List<String> command = new ArrayList<>(JVM);
        command.addAll(jvm);
        command.add("-XX:+UseSerialGC");
        command.add("-XX:+ExitOnOutOfMemoryError");
        command.add(mainClass);
        command.add("--configDir");
        // With a slash behind it: by that the process is recognised.
        command.add(folder + "/");
        command.addAll(arguments);
        ProcessHandle process = ServerJvm.start(folder, log(), command, classPath);
        new PidFile(process, restPort).write(folder);
        return new FlinkProcess(process, restPort);
    }

    private String configuration() throws IOException {
        Map<String, String> values = Map.of(
                "${folder}", folder.toString(),
                "${name}", String.valueOf(folder.getFileName()),
                "${rest_port}", Integer.toString(restPort),
                "${rpc_port}", Integer.toString(rpcPort));
        try (InputStream in = FlinkServer.class.getResourceAsStream("flink.yaml")) {
            if (in == null) {
                throw new IllegalStateException("the program lacks its file flink.yaml");
            }
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            for (Map.Entry<String, String> value : values.entrySet()) {
                text = text.replace(value.getKey(), value.getValue());
            }
            return text;
        }
    }

    Path log() {
        return folder.resolve("server.log");
    }

    /** The jars of a Flink cluster of the version that Tofro is built for, as the JVM takes them. */
    static String classPath(Path memory, Consumer<String> progress) throws IOException {
        String version = EnvironmentInformation.getVersion();
        return MavenPrograms.classPath(
                List.of("org.apache.flink:flink-runtime-web:jar:" + version, "org.slf4j:slf4j-simple:jar:1.7.36"),
                "Flink " + version,
                memory.resolveSibling("class-path-" + version + ".txt"),
                progress);
    }
}
