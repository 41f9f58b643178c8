package org.tofro.local;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * YARN of the Hadoop that EMR 7.4 and 7.5 have: a ResourceManager and a NodeManager, each a process of its own, on files of
 * this machine in place of HDFS; and {@code bin/yarn}, which is YARN's own client.
 */
public final class TestYarn implements AutoCloseable {
    private static final String HADOOP = "3.4.0";
    private static final List<String> SERVERS = List.of(
            "org.apache.hadoop:hadoop-client-minicluster:jar:" + HADOOP,
            "org.slf4j:slf4j-reload4j:jar:1.7.36",
            // What the minicluster takes to be there.
            "org.bouncycastle:bcpkix-jdk18on:jar:1.78.1",
            "org.glassfish.jaxb:jaxb-runtime:jar:2.3.9");
    private static final List<String> CLIENT =
            List.of("org.apache.hadoop:hadoop-client-runtime:jar:" + HADOOP, "org.slf4j:slf4j-simple:jar:1.7.36");
    private static final String PACKAGE = "org.apache.hadoop.yarn.server.";

    private final Path folder;
    private final String client;
    private final List<FlinkProcess> processes = new ArrayList<>();

    /**
     * Starts it.
     *
     * @param folder of its own
     * @param machine variables that all containers find, as they would find what a machine's role may do
     */
    public TestYarn(Path folder, Map<String, String> machine) throws IOException {
        this.folder = Files.createDirectories(folder);
        this.client = MavenPrograms.classPath(
                CLIENT, "Hadoop's client", folder.resolve("class-path-client-" + HADOOP + ".txt"), line -> {});
        String servers = MavenPrograms.classPath(
                SERVERS, "Hadoop", folder.resolve("class-path-servers-" + HADOOP + ".txt"), line -> {});
        Files.createDirectories(conf());
        Files.writeString(conf().resolve("core-site.xml"), xml(Map.of("fs.defaultFS", "file:///")));
        Files.writeString(conf().resolve("yarn-site.xml"), xml(settings(machine)));
        Files.writeString(
                conf().resolve("capacity-scheduler.xml"),
                xml(Map.of(
                        "yarn.scheduler.capacity.root.queues", "default",
                        "yarn.scheduler.capacity.root.default.capacity", "100",
                        "yarn.scheduler.capacity.maximum-am-resource-percent", "0.5")));
        Files.writeString(conf().resolve("log4j.properties"), """
                log4j.rootLogger=INFO,console
                log4j.appender.console=org.apache.log4j.ConsoleAppender
                log4j.appender.console.layout=org.apache.log4j.PatternLayout
                log4j.appender.console.layout.ConversionPattern=%d{HH:mm:ss} %p %c{2}: %m%n
                """);
        for (String server : List.of("resourcemanager.ResourceManager", "nodemanager.NodeManager")) {
            start(server.substring(0, server.indexOf('.')), PACKAGE + server, conf() + File.pathSeparator + servers);
        }
        Script.write(programs().resolve("yarn"), """
                exec '%s' -Xmx256m -XX:TieredStopAtLevel=1 -cp '%s' \\
                    org.apache.hadoop.yarn.client.cli.ApplicationCLI "$@"
                """.formatted(Script.java(), classPath()));
        awaitReady();
    }

    private void awaitReady() throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(180);
        while (!said("nodemanager").contains("Registered with ResourceManager")) {
            if (System.nanoTime() > deadline || !processes.stream().allMatch(FlinkProcess::isAlive)) {
                throw new IOException("YARN did not start:\n" + said("resourcemanager") + said("nodemanager"));
            }
            Subprocess.pause(100);
        }
    }

    private String said(String server) throws IOException {
        return Files.readString(folder.resolve(server).resolve("server.log"));
    }

    private void start(String name, String mainClass, String classPath) throws IOException {
        Path own = Files.createDirectories(folder.resolve(name));
        for (FlinkProcess left : FlinkProcess.on(own).stream().toList()) {
            left.stop();
        }
        ProcessHandle process = ServerJvm.start(
                own,
                own.resolve("server.log"),
                List.of(
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        // Guice makes classes in the JDK's own loader.
                        "--add-opens=java.base/java.lang=ALL-UNNAMED",
                        // By that the process is recognised.
                        "-Dyarn.log.dir=" + own + "/",
                        mainClass),
                classPath);
        new PidFile(process, 1).write(own);
        processes.add(new FlinkProcess(process, 1));
    }

    private Map<String, String> settings(Map<String, String> machine) throws IOException {
        Map<String, String> settings = new LinkedHashMap<>();
        for (String server : List.of("", ".scheduler", ".resource-tracker")) {
            int port = Ports.choose(folder.resolve("port" + server), 0);
            settings.put("yarn.resourcemanager" + server + ".address", "127.0.0.1:" + port);
        }
        for (String server : List.of(
                "resourcemanager.admin",
                "resourcemanager.webapp",
                "nodemanager",
                "nodemanager.localizer",
                "nodemanager.webapp")) {
            settings.put("yarn." + server + ".address", "127.0.0.1:0");
        }
        settings.put("yarn.nodemanager.hostname", "127.0.0.1");
        settings.put(
                "yarn.nodemanager.local-dirs",
                folder.resolve("nodemanager/local").toString());
        settings.put("yarn.nodemanager.log-dirs", logs().toString());
        settings.put("yarn.nodemanager.vmem-check-enabled", "false");
        settings.put("yarn.nodemanager.resource.memory-mb", "8192");
        settings.put("yarn.nodemanager.resource.cpu-vcores", "8");
        settings.put("yarn.scheduler.minimum-allocation-mb", "128");
        // Else a disk that is nearly full is one that nothing runs on.
        settings.put("yarn.nodemanager.disk-health-checker.enable", "false");
        // What containers have said is there when they have ended.
        settings.put("yarn.nodemanager.delete.debug-delay-sec", "3600");
        settings.put("yarn.application.classpath", classPath().replace(File.pathSeparator, ","));
        settings.put(
                "yarn.nodemanager.admin-env",
                machine.entrySet().stream()
                        .map(variable -> variable.getKey() + "=" + variable.getValue())
                        .collect(Collectors.joining(",")));
        return settings;
    }

    private static String xml(Map<String, String> settings) {
        return settings.entrySet().stream()
                .map(setting -> "<property><name>%s</name><value>%s</value></property>\n"
                        .formatted(setting.getKey(), setting.getValue()))
                .collect(Collectors.joining("", "<configuration>\n", "</configuration>\n"));
    }

    private Path conf() {
        return folder.resolve("conf");
    }

    private Path logs() {
        return folder.resolve("nodemanager/logs");
    }

    /** The folder of the program {@code yarn}. */
    public Path programs() {
        return folder.resolve("bin");
    }

    /** What Flink's client wants on its class path: YARN's address, and Hadoop. */
    public String classPath() {
        return conf() + File.pathSeparator + client;
    }

    /** What {@code yarn} says on standard output. */
    public String ask(String... arguments) throws IOException {
        List<String> command =
                new ArrayList<>(List.of(programs().resolve("yarn").toString()));
        command.addAll(List.of(arguments));
        Process asked = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        return new String(asked.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    }

    /** What the JobManager of an application, and in it the program, has said. */
    public String log(String application) throws IOException {
        StringBuilder log = new StringBuilder();
        try (Stream<Path> files = Files.walk(logs().resolve(application))) {
            for (Path file : files.filter(file -> file.getFileName().toString().startsWith("jobmanager."))
                    .sorted()
                    .toList()) {
                log.append(Files.readString(file));
            }
        }
        return log.toString();
    }

    /** Ends at once what its containers run of that main class; returns how many processes that were. */
    public int kill(String mainClass) {
        List<ProcessHandle> found = processes
                .get(1)
                .process()
                .descendants()
                .filter(process -> process.info().command().orElse("").endsWith("/java"))
                .filter(process -> process.info().commandLine().orElse("").contains("." + mainClass))
                .toList();
        found.forEach(ProcessHandle::destroyForcibly);
        return found.size();
    }

    @Override
    public void close() throws IOException {
        // The NodeManager first: it ends its containers.
        for (int i = processes.size() - 1; i >= 0; i--) {
            if (processes.get(i).isAlive()) {
                processes.get(i).stop();
            }
        }
    }
}
