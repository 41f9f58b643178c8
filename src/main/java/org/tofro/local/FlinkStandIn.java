package org.tofro.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A Flink cluster: a JobManager and two TaskManagers, each a process of its own. */
final class FlinkStandIn implements StandIn {
    private static final Duration START_LIMIT = Duration.ofMinutes(2);
    static final List<String> WORKER_JVM =
            List.of("-Xmx640m", "-XX:MaxDirectMemorySize=384m", "-XX:MaxMetaspaceSize=1536m");

    private static final List<String> WORKERS = List.of("taskmanager-1", "taskmanager-2");

    private final String connection;
    private final StackFolder stack;

    FlinkStandIn(String connection, StackFolder stack) {
        this.connection = connection;
        this.stack = stack;
    }

    /** Starts what does not run: a worker that was killed too. */
    @Override
    public synchronized Wire.Address serve(Wire.Wanted wanted, Consumer<String> progress) {
        try {
            return start(progress);
        } catch (IOException e) {
            throw new StackException(
                    "The stand-in of Flink did not start: " + StackFolder.reason(e) + "; its logs are '"
                            + stack.flink("*").resolve("server.log") + "'",
                    e);
        }
    }

    private Wire.Address start(Consumer<String> progress) throws IOException {
        Optional<FlinkProcess> found = FlinkProcess.on(manager());
        int rest = found.isPresent() ? found.get().port() : Ports.choose(stack.port("flink.rest"), 0);
        int rpc = found.isPresent()
                ? Ports.remembered(stack.port("flink.rpc"))
                : Ports.choose(stack.port("flink.rpc"), rest);
        if (found.isEmpty() || registered(rest) < WORKERS.size()) {
            long begun = System.nanoTime();
            String classPath = FlinkServer.classPath(manager(), progress);
            new FlinkServer(manager(), rest, rpc)
                    .start(
                            "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint",
                            List.of("-Xmx384m"),
                            List.of(),
                            classPath);
            for (String worker : WORKERS) {
                new FlinkServer(stack.flink(worker), rest, rpc)
                        .start(
                                "org.apache.flink.runtime.taskexecutor.TaskManagerRunner",
                                WORKER_JVM,
                                List.of(),
                                classPath);
            }
            await(rest);
            progress.accept(
                    "started Flink on 127.0.0.1:" + rest + " in " + (System.nanoTime() - begun) / 1_000_000_000 + " s");
        }
        return new Wire.Address("127.0.0.1", rest, "", "");
    }

    private Path manager() {
        return stack.flink("jobmanager");
    }

    private void await(int rest) throws IOException {
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        while (registered(rest) < WORKERS.size()) {
            for (String name : List.of("jobmanager", WORKERS.get(0), WORKERS.get(1))) {
                if (FlinkProcess.on(stack.flink(name)).isEmpty()) {
                    throw new IOException("its " + name + " has ended");
                }
            }
            if (System.nanoTime() > deadline) {
                throw new IOException("its workers did not register within " + START_LIMIT.toSeconds() + " s");
            }
            Subprocess.pause(100);
        }
    }

    /** How many workers the JobManager knows; 0 where it does not answer. */
    private static int registered(int rest) {
        try {
            HttpURLConnection http = (HttpURLConnection)
                    URI.create("http://127.0.0.1:" + rest + "/overview").toURL().openConnection();
            http.setConnectTimeout(1000);
            http.setReadTimeout(2000);
            JsonNode overview = new ObjectMapper().readTree(http.getInputStream());
            return overview.path("taskmanagers").asInt();
        } catch (IOException notYet) {
            return 0;
        }
    }

    @Override
    public Optional<Wire.State> state() {
        try {
            return FlinkProcess.on(manager())
                    .map(process -> new Wire.State(
                            connection,
                            Wire.Kind.FLINK.type,
                            "127.0.0.1:" + process.port(),
                            process.process().pid(),
                            manager().toString()));
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        // The cluster is processes of their own.
    }
}
