package org.tofro.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Assumptions;
import org.tofro.settings.MysqlConnection;
import org.tofro.settings.Secret;

/**
 * A real MariaDB for tests, and what a test asks of it and does to it: one that all of a JVM's tests share, or one of a
 * test's own. Where there is none for this machine, the tests that want it are skipped and say so.
 */
public final class LocalMysql implements AutoCloseable {
    private static final String PASSWORD = "tofro";
    private static final AtomicInteger DATABASES = new AtomicInteger();

    private final Path folder;
    private final MariadbServer server;
    private int port;

    private LocalMysql(MariadbPrograms programs, String... options) throws IOException {
        folder = Files.createTempDirectory(
                Files.createDirectories(Path.of("target")).toAbsolutePath(), "mysql");
        server = new MariadbServer("source", folder, folder.resolve("port"), PASSWORD, programs, List.of(options));
        port = server.start(line -> {});
        Runtime.getRuntime().addShutdownHook(new Thread(this::close));
    }

    /** The server of this JVM; make a {@link #database} of your own in it. */
    public static LocalMysql shared() {
        Assumptions.assumeTrue(Shared.SERVER != null, "There is no MariaDB for this machine");
        return Shared.SERVER;
    }

    /** A server of the test's own, with options such as {@code --net-write-timeout=1} after the stand-in's. */
    public static LocalMysql start(String... options) throws IOException {
        Assumptions.assumeTrue(runsHere(), "There is no MariaDB for this machine");
        return new LocalMysql(
                MariadbPrograms.unpack(StackOptions.ofThisMachine().cache()), options);
    }

    private static boolean runsHere() {
        return MariadbPrograms.runsOn(System.getProperty("os.name"), System.getProperty("os.arch"));
    }

    /** Makes an empty database and returns its name. */
    public String database() throws SQLException {
        String name = "test_" + DATABASES.incrementAndGet();
        execute("", "CREATE DATABASE " + name);
        return name;
    }

    public MysqlConnection connection() {
        return connection(MariadbServer.USER, PASSWORD, 8);
    }

    public MysqlConnection connection(String user, String password, int maxConnections) {
        return new MysqlConnection(
                "source", false, null, "127.0.0.1", port, user, Secret.of(password), maxConnections, Map.of());
    }

    public int port() {
        return port;
    }

    /** As the owner of everything; no database is chosen where its name is empty. */
    public Connection connect(String database) throws SQLException {
        return server.connect(database);
    }

    public void execute(String database, String... statements) throws SQLException {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** The rows of a query, fields parted by a bar, NULL as {@code ~}. */
    public List<String> rows(String database, String sql) throws SQLException {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> texts = new ArrayList<>();
            while (rows.next()) {
                List<String> fields = new ArrayList<>();
                for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                    String field = rows.getString(i);
                    fields.add(field == null ? "~" : field);
                }
                texts.add(String.join("|", fields));
            }
            return texts;
        }
    }

    /** Stops the process where it stands, as an overloaded or migrating host does. */
    public void freeze() throws IOException {
        signal("-STOP");
    }

    /** Lets a frozen server go on. */
    public void goOn() throws IOException {
        signal("-CONT");
    }

    /** Kills the server without a word; {@link #startAgain} finds what was committed. */
    public void kill() throws IOException {
        Environments.kill(server.running().orElseThrow().process().pid());
    }

    /** Shuts the server down: sessions are ended. */
    public void stop() throws IOException {
        if (server.running().isPresent()) {
            server.running().get().stop();
        }
    }

    /** Starts a stopped server, on the port that it had. */
    public void startAgain() {
        port = server.start(line -> {});
    }

    private void signal(String signal) throws IOException {
        long pid = server.running().orElseThrow().process().pid();
        Subprocess.run(List.of("kill", signal, Long.toString(pid)), folder, Duration.ofSeconds(10));
    }

    @Override
    public void close() {
        try {
            stop();
            PostgresPrograms.deleteTree(folder);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final class Shared {
        private static final LocalMysql SERVER = server();

        private static LocalMysql server() {
            try {
                return runsHere() ? start() : null;
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
