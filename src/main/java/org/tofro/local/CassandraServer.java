package org.tofro.local;

import com.datastax.oss.driver.api.core.AllNodesFailedException;
import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.DriverException;
import com.datastax.oss.driver.api.core.config.DefaultDriverOption;
import com.datastax.oss.driver.api.core.config.DriverConfigLoader;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One Cassandra server of one node on a folder of the checkout, a JVM of its own. It outlives the daemon that started it;
 * {@link #start} adopts it.
 */
final class CassandraServer {
    static final String USER = "tofro";
    /** What a cluster of one node with the simple snitch is called. */
    static final String DATACENTER = "datacenter1";

    private static final Duration START_LIMIT = Duration.ofMinutes(3);
    /** The user that a new cluster makes by itself. */
    private static final String FIRST_USER = "cassandra";

    private final String name;
    private final Path folder;
    private final Path portMemory;
    private final String password;
    private final String settings;
    private final OneServer<CassandraProcess> server;

    /**
     * @param name what messages call it
     * @param folder of its data and its log
     * @param portMemory the file that keeps its port; beside it stands the one for the port that nodes use
     */
    CassandraServer(String name, Path folder, Path portMemory, String password) {
        this(name, folder, portMemory, password, "");
    }

    /** @param settings further lines of its cassandra.yaml */
    CassandraServer(String name, Path folder, Path portMemory, String password, String settings) {
        this.name = name;
        this.folder = folder;
        this.portMemory = portMemory;
        this.password = password;
        this.settings = settings;
        this.server = new OneServer<>(name, log());
    }

    /** The file that holds the class path of the servers on that folder and those beside it, once one has started. */
    static Path classPathFile(Path folder) {
        return folder.resolveSibling("class-path-" + CassandraPrograms.VERSION + ".txt");
    }

    /** Makes sure that the server runs, and returns its port. */
    int start(Consumer<String> progress) {
        return server.start(() -> withUser(adopt(progress)), () -> withUser(launch(progress)));
    }

    /** The server's process, where it runs. */
    Optional<CassandraProcess> running() {
        return server.running();
    }

    /** Opens a session as the server's owner. */
    CqlSession connect() {
        int port = running()
                .map(CassandraProcess::port)
                .orElseThrow(() -> new StackException("The stand-in of '" + name + "' does not run"));
        return connect(port, USER, password);
    }

    private static CqlSession connect(int port, String user, String password) {
        DriverConfigLoader config = DriverConfigLoader.programmaticBuilder()
                .withDuration(DefaultDriverOption.REQUEST_TIMEOUT, Duration.ofMinutes(1))
                .withDuration(DefaultDriverOption.CONNECTION_INIT_QUERY_TIMEOUT, Duration.ofSeconds(20))
                .withDuration(DefaultDriverOption.CONTROL_CONNECTION_TIMEOUT, Duration.ofSeconds(20))
                .withInt(DefaultDriverOption.NETTY_IO_SHUTDOWN_QUIET_PERIOD, 0)
                .withInt(DefaultDriverOption.NETTY_ADMIN_SHUTDOWN_QUIET_PERIOD, 0)
                // Seeds are made of tables, a statement after the other: nobody waits for the driver's own view of
                // them.
                .withBoolean(DefaultDriverOption.METADATA_SCHEMA_ENABLED, false)
                .withBoolean(DefaultDriverOption.TIMESTAMP_GENERATOR_FORCE_JAVA_CLOCK, true)
                .build();
        return CqlSession.builder()
                .addContactPoint(new InetSocketAddress(Ports.loopback(), port))
                .withLocalDatacenter(DATACENTER)
                .withAuthCredentials(user, password)
                .withConfigLoader(config)
                .build();
    }

    private @Nullable CassandraProcess adopt(Consumer<String> progress) throws IOException {
        Optional<CassandraProcess> found = CassandraProcess.on(folder);
        if (found.isEmpty()) {
            return null;
        }
        CassandraProcess server = found.get();
        if (awaitListening(server)) {
            progress.accept("adopted the server of " + name + ", process "
                    + server.process().pid());
            return server;
        }
        progress.accept("replaced the server of " + name + ", process "
                + server.process().pid() + ", which did not answer");
        server.stop();
        return null;
    }

    private CassandraProcess launch(Consumer<String> progress) throws IOException {
        Files.createDirectories(folder);
        if (!Files.exists(folder.resolve("data"))) {
            progress.accept("making the server of " + name);
        }
        String classPath = CassandraPrograms.classPath(classPathFile(folder), progress);
        int port = Ports.choose(portMemory, 0);
        int storagePort = Ports.choose(portMemory.resolveSibling(portMemory.getFileName() + ".storage"), port);
        Map<String, String> values = Map.of(
                "${folder}", folder.toString(),
                "${port}", Integer.toString(port),
                "${storage_port}", Integer.toString(storagePort),
                "${settings}", settings);
        for (String file : List.of("cassandra.yaml", "cassandra-logback.xml", "cassandra-jvm.options")) {
            Files.writeString(folder.resolve(file), resource(file, values));
        }
        long begun = System.nanoTime();
        ProcessHandle process = ServerJvm.start(
                folder,
                log(),
                List.of("@" + folder.resolve("cassandra-jvm.options"), "org.apache.cassandra.service.CassandraDaemon"),
                classPath);
        CassandraProcess server = new CassandraProcess(process, port);
        server.remember(folder);
        if (!awaitListening(server)) {
            server.stop();
            throw new IOException(complaint());
        }
        progress.accept("started the server of " + name + " on 127.0.0.1:" + port + " in "
                + (System.nanoTime() - begun) / 1_000_000_000 + " s");
        return server;
    }

    private static boolean awaitListening(CassandraProcess server) throws IOException {
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        while (System.nanoTime() < deadline && server.isAlive()) {
            if (server.listens()) {
                return true;
            }
            Subprocess.pause(50);
        }
        return false;
    }

    /** A new server knows a user whose password is known to all: it makes ours, and locks its own out. */
    private @Nullable CassandraProcess withUser(@Nullable CassandraProcess started) throws IOException {
        if (started != null) {
            demandUser(started.port());
        }
        return started;
    }

    private void demandUser(int port) throws IOException {
        Path done = folder.resolve("user-made");
        if (Files.exists(done)) {
            return;
        }
        try (CqlSession session = firstSession(port)) {
            session.execute("CREATE ROLE IF NOT EXISTS " + USER + " WITH PASSWORD = '" + password
                    + "' AND SUPERUSER = true AND LOGIN = true");
        }
        try (CqlSession session = connect(port, USER, password)) {
            session.execute("ALTER ROLE " + FIRST_USER + " WITH SUPERUSER = false AND LOGIN = false");
        } catch (DriverException e) {
            throw new IOException("its user cannot be made: " + e.getMessage(), e);
        }
        Files.createFile(done);
    }

    /** The first user is made a moment after the server listens. */
    private static CqlSession firstSession(int port) throws IOException {
        for (int attempt = 0; ; attempt++) {
            try {
                return connect(port, FIRST_USER, FIRST_USER);
            } catch (AllNodesFailedException e) {
                if (attempt == 100) {
                    throw new IOException("its first user was not made", e);
                }
                Subprocess.pause(100);
            }
        }
    }

    private static String resource(String file, Map<String, String> values) throws IOException {
        try (InputStream in = CassandraServer.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException("the program lacks its file " + file);
            }
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            for (Map.Entry<String, String> value : values.entrySet()) {
                text = text.replace(value.getKey(), value.getValue());
            }
            return text;
        }
    }

    /** What the server gave as the reason of its failure. */
    private String complaint() throws IOException {
        List<String> lines = new ArrayList<>();
        if (Files.exists(log())) {
            Files.readAllLines(log(), StandardCharsets.ISO_8859_1).stream()
                    .filter(line -> line.matches("ERROR .*|Exception \\(.*|Error.*|Caused by.*"))
                    .forEach(lines::add);
        }
        return lines.isEmpty() ? "it did not listen" : lines.get(0);
    }

    private Path log() {
        return folder.resolve("server.log");
    }
}
