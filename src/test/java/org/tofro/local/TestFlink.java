package org.tofro.local;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A Flink cluster of a test's own: a JobManager and two TaskManagers, each a process with what a machine would give it. */
public final class TestFlink implements AutoCloseable {
    private final List<FlinkProcess> processes = new ArrayList<>();
    private final FlinkServer manager;

    private TestFlink(Path folder, String mainClass, String ownClasses, List<String> jvm, List<String> arguments)
            throws IOException {
        Files.createDirectories(folder);
        int rest = Ports.choose(folder.resolve("rest.port"), 0);
        int rpc = Ports.choose(folder.resolve("rpc.port"), rest);
        String flink = FlinkServer.classPath(folder.resolve("jobmanager"), line -> {});
        List<String> options = new ArrayList<>(List.of("-Xmx512m"));
        options.addAll(jvm);
        manager = new FlinkServer(folder.resolve("jobmanager"), rest, rpc);
        processes.add(manager.start(mainClass, options, arguments, flink + ownClasses));
        List<String> workers = new ArrayList<>(FlinkStandIn.WORKER_JVM);
        workers.addAll(jvm);
        for (String worker : List.of("taskmanager-1", "taskmanager-2")) {
            processes.add(new FlinkServer(folder.resolve(worker), rest, rpc)
                    .start("org.apache.flink.runtime.taskexecutor.TaskManagerRunner", workers, List.of(), flink));
        }
    }

    /**
     * One application, as {@code flink run-application} starts it on YARN: the JobManager's {@code main()} is the program in
     * the jar.
     *
     * @param folder of its own
     * @param jar the jar for clusters
     * @param jvm further options of each JVM
     * @param arguments of the program: {@code run}, ...
     */
    public static TestFlink application(Path folder, Path jar, List<String> jvm, List<String> arguments)
            throws IOException {
        List<String> program = new ArrayList<>(List.of(jar.toString()));
        program.addAll(arguments);
        return new TestFlink(
                folder,
                ApplicationEntryPoint.class.getName(),
                File.pathSeparator + Path.of("target/test-classes").toAbsolutePath(),
                jvm,
                program);
    }

    /** A cluster that takes jobs, as those of {@code flink run}. */
    public static TestFlink session(Path folder, List<String> jvm) throws IOException {
        return new TestFlink(
                folder, "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint", "", jvm, List.of());
    }

    /** The JobManager's REST interface, {@code host:port}. */
    public String rest() {
        return "127.0.0.1:" + manager.restPort();
    }

    /** Where its JobManager answers, as long as it runs. */
    public String address() {
        return "http://" + rest();
    }

    public boolean isRunning() {
        return processes.get(0).isAlive();
    }

    /** Waits until the JobManager's process has ended. */
    public void awaitEnd(int seconds) throws IOException {
        if (!Subprocess.waitForEnd(processes.get(0).process(), Duration.ofSeconds(seconds))) {
            throw new AssertionError("the application still runs after " + seconds + " s:\n" + log());
        }
    }

    /** What the JobManager, and in it an application's program, has said. */
    public String log() throws IOException {
        return Files.readString(manager.log());
    }

    /** Ends a process at once: 0 is the JobManager, 1 and 2 are its workers. */
    public void kill(int process) throws InterruptedException {
        processes.get(process).process().destroyForcibly();
        TimeUnit.MILLISECONDS.sleep(100);
    }

    @Override
    public void close() throws IOException {
        for (FlinkProcess process : processes) {
            if (process.isAlive()) {
                process.stop();
            }
        }
    }
}
