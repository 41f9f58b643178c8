package org.tofro.local;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.DriverException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.tofro.settings.CassandraConnection;
import org.tofro.settings.CassandraConnection.Consistency;
import org.tofro.settings.Secret;
import org.tofro.settings.Tls;

/** A real Cassandra for all tests of this JVM: started by the first that asks, ended with the JVM. */
public final class TestCassandra {
    private static final Path FOLDER = Path.of("target/cassandra").toAbsolutePath();

    private volatile CassandraServer server;
    private final CqlSession session;
    private final AtomicInteger keyspaces = new AtomicInteger();

    private TestCassandra() {
        try {
            if (CassandraProcess.on(FOLDER).isPresent()) {
                kill();
            }
            delete();
            Files.createDirectories(FOLDER);
            server = server("");
            Runtime.getRuntime().addShutdownHook(new Thread(TestCassandra::kill));
            server.start(line -> {});
            session = server.connect();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class Holder {
        static final TestCassandra SHARED = new TestCassandra();
    }

    public static TestCassandra shared() {
        return Holder.SHARED;
    }

    /** Nothing of it is needed again. */
    private static void kill() {
        try {
            var running = CassandraProcess.on(FOLDER);
            if (running.isPresent()) {
                Environments.kill(running.get().process().pid());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete() throws IOException {
        if (Files.exists(FOLDER)) {
            try (Stream<Path> all = Files.walk(FOLDER)) {
                for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(each);
                }
            }
        }
    }

    public CqlSession session() {
        return session;
    }

    /** Another session, as another process has it. */
    public CqlSession newSession() {
        return server.connect();
    }

    /** A keyspace of a test's own. */
    public String keyspace() {
        String name = "test" + keyspaces.incrementAndGet();
        session.execute(
                "CREATE KEYSPACE " + name + " WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}");
        return name;
    }

    /** Fills keyspaces from a seed's folder. */
    public void seed(Path folder) {
        new CassandraSeedLoader(server, FOLDER, "cassandra", line -> {}).load(CassandraSeed.read(folder));
    }

    /** Stops the server, as its operator would. */
    public void stop() throws IOException {
        server.running().orElseThrow().stop();
    }

    private static CassandraServer server(String settings) {
        return new CassandraServer("cassandra", FOLDER, FOLDER.resolve("port"), "Secret1", settings);
    }

    /** Stops it and starts it again with further lines in its cassandra.yaml; none for what it has otherwise. */
    public void restart(String settings) throws IOException, InterruptedException {
        stop();
        server = server(settings);
        startAgain();
    }

    /** Starts it again, at the same port, and waits until the tests' session has found it. */
    public void startAgain() throws InterruptedException {
        server.start(line -> {});
        long end = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        while (true) {
            try {
                session.execute("SELECT release_version FROM system.local");
                return;
            } catch (DriverException e) {
                if (System.nanoTime() > end) {
                    throw e;
                }
                Thread.sleep(200);
            }
        }
    }

    /** The server's process. */
    public ProcessHandle process() {
        return server.running().orElseThrow().process();
    }

    public int port() {
        return server.running().orElseThrow().port();
    }

    public CassandraConnection connection() {
        return connection(port(), CassandraServer.USER, "Secret1");
    }

    public CassandraConnection connection(int port, String user, String password) {
        return new CassandraConnection(
                "cassandra",
                false,
                null,
                List.of("127.0.0.1"),
                port,
                CassandraServer.DATACENTER,
                user,
                Secret.of(password),
                Tls.OFF,
                Consistency.LOCAL_QUORUM);
    }

    /** Where the class path of Cassandra's own programs stands. */
    public Path home() {
        return FOLDER.resolveSibling("class-path-" + CassandraPrograms.VERSION + ".txt");
    }

    /** The lines of a runner file that name this server. */
    public String runnerFields() {
        return "type: cassandra, contact_points: 127.0.0.1, port: " + port() + ", local_datacenter: "
                + CassandraServer.DATACENTER + ", user: " + CassandraServer.USER + ", password: ";
    }
}
