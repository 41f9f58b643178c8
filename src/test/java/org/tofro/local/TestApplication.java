package org.tofro.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One application on a Flink cluster of its own: a JobManager whose {@code main()} is the program in the jar, and two
 * TaskManagers. What `flink run-application` starts on YARN.
 */
public final class TestApplication implements AutoCloseable {
    private final List<FlinkProcess> processes = new ArrayList<>();
    private final FlinkServer manager;
    private final int rest;

    /**
     * Starts it.
     *
     * @param folder of its own
     * @param jar the jar for clusters
     * @param jvm further options of each JVM
     * @param arguments of the program: {@code run}, ...
     */
    public TestApplication(Path folder, Path jar, List<String> jvm, List<String> arguments) throws IOException {
        Files.createDirectories(folder);
        rest = Ports.choose(folder.resolve("rest.port"), 0);
        int rpc = Ports.choose(folder.resolve("rpc.port"), rest);
        String flink = FlinkServer.classPath(folder.resolve("jobmanager"), line -> {});
        List<String> options = new ArrayList<>(List.of("-Xmx512m"));
        options.addAll(jvm);
        List<String> program = new ArrayList<>(List.of(jar.toString()));
        program.addAll(arguments);
        manager = new FlinkServer(folder.resolve("jobmanager"), rest, rpc);
        processes.add(manager.start(
                ApplicationEntryPoint.class.getName(),
                options,
                program,
                flink
                        + java.io.File.pathSeparator
                        + Path.of("target/test-classes").toAbsolutePath()));
        List<String> workers = new ArrayList<>(FlinkStandIn.WORKER_JVM);
        workers.addAll(jvm);
        for (String worker : List.of("taskmanager-1", "taskmanager-2")) {
            processes.add(new FlinkServer(folder.resolve(worker), rest, rpc)
                    .start("org.apache.flink.runtime.taskexecutor.TaskManagerRunner", workers, List.of(), flink));
        }
    }

    /** Waits until the JobManager's process has ended. */
    public void awaitEnd(int seconds) throws IOException {
        if (!Subprocess.waitForEnd(processes.get(0).process(), java.time.Duration.ofSeconds(seconds))) {
            throw new AssertionError("the application still runs after " + seconds + " s:\n" + log());
        }
    }

    /** Where its JobManager answers, as long as it runs. */
    public String address() {
        return "http://127.0.0.1:" + rest;
    }

    public boolean isRunning() {
        return processes.get(0).isAlive();
    }

    /** What the JobManager, and in it the program, has said. */
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
