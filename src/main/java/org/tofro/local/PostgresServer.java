package org.tofro.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One PostgreSQL server on a data folder of the checkout. Its process outlives the daemon that started it, so that a
 * killed daemon loses nothing; {@link #start} adopts it.
 */
final class PostgresServer {
    static final String USER = "tofro";

    /**
     * Not flushing to the disk loses data only when the operating system itself dies; what was committed survives the
     * death of any process, because {@code synchronous_commit} stays on: a commit is written out before it is answered.
     * Statements that fail are not logged: they hold rows.
     */
    private static final List<String> SETTINGS = List.of(
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "fsync=off",
            "full_page_writes=off",
            "wal_level=minimal",
            "max_wal_senders=0",
            "max_wal_size=2GB",
            "max_connections=200",
            "shared_buffers=128MB",
            "jit=off",
            "timezone=UTC",
            "log_timezone=UTC",
            "log_checkpoints=off",
            "log_min_messages=log");

    private final String name;
    private final Path folder;
    private final Path data;
    private final Path portMemory;
    private final String password;
    private final PostgresPrograms programs;
    private final OneServer<Postmaster> server;

    /**
     * @param name what messages call it
     * @param folder of its data and its log
     * @param portMemory the file that keeps its port
     */
    PostgresServer(String name, Path folder, Path portMemory, String password, PostgresPrograms programs) {
        this.name = name;
        this.folder = folder;
        this.data = folder.resolve("data");
        this.portMemory = portMemory;
        this.password = password;
        this.programs = programs;
        this.server = new OneServer<>(name, log());
    }

    /** Makes sure that the server runs, and returns its port. */
    int start(Consumer<String> progress) {
        return server.start(() -> adopt(progress), () -> {
            create(progress);
            return launch(progress);
        });
    }

    /** The server's process, where it runs. */
    Optional<Postmaster> running() {
        return server.running();
    }

    /** Opens a connection as the server's owner. */
    Connection connect(String database) throws SQLException {
        int port = running().map(Postmaster::port).orElseThrow(() -> new SQLException("the server does not run"));
        return connect(port, database);
    }

    private Connection connect(int port, String database) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", USER);
        properties.setProperty("password", password);
        properties.setProperty("connectTimeout", "5");
        properties.setProperty("ApplicationName", "tofro stack");
        String url = "jdbc:postgresql://127.0.0.1:" + port + "/"
                + java.net.URLEncoder.encode(database, StandardCharsets.UTF_8);
        Connection connection = new org.postgresql.Driver().connect(url, properties);
        if (connection == null) {
            throw new SQLException("the driver does not know " + url);
        }
        return connection;
    }

    private @Nullable Postmaster adopt(Consumer<String> progress) throws IOException {
        Optional<Postmaster> found = Postmaster.on(data);
        if (found.isEmpty()) {
            // Where the file names a process that is something else, the server would refuse to start.
            Files.deleteIfExists(data.resolve("postmaster.pid"));
            return null;
        }
        Postmaster server = found.get();
        for (int attempt = 0; attempt < 20 && server.isAlive(); attempt++) {
            server = Postmaster.on(data).orElse(server);
            if (server.port() != 0 && servesOurData(server.port())) {
                progress.accept("adopted the server of " + name + ", process "
                        + server.process().pid());
                return server;
            }
            pause();
        }
        progress.accept("replaced the server of " + name + ", process "
                + server.process().pid() + ", which did not answer");
        server.stop();
        return null;
    }

    private boolean servesOurData(int port) {
        try (Connection connection = connect(port, "postgres");
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SHOW data_directory")) {
            return rows.next() && rows.getString(1).equals(data.toString());
        } catch (SQLException e) {
            return false;
        }
    }

    private void create(Consumer<String> progress) throws IOException {
        Path version = data.resolve("PG_VERSION");
        programs.user().own(folder);
        if (Files.exists(version)) {
            String major = Files.readString(version).strip();
            if (!major.equals(PostgresPrograms.MAJOR_VERSION)) {
                throw new IOException("'" + data + "' was made by PostgreSQL " + major + ", and this is "
                        + PostgresPrograms.MAJOR_VERSION + "; delete '" + folder + "' to have it made anew");
            }
            return;
        }
        progress.accept("making the server of " + name);
        Path fresh = folder.resolve("data.new");
        PostgresPrograms.deleteTree(fresh);
        Path passwordFile = folder.resolve("password.new");
        try {
            StackFolder.writeForOwner(passwordFile, password);
            programs.user().own(folder);
            // Strings sort by code point on every system, as they do in Redshift. The Redshift front knows no SCRAM;
            // the
            // password is random and travels on the loopback address only.
            Subprocess initdb = programs.run(
                    "initdb",
                    folder,
                    Duration.ofMinutes(2),
                    List.of(
                            "--pgdata=" + fresh,
                            "--username=" + USER,
                            "--pwfile=" + passwordFile,
                            "--auth=md5",
                            "--encoding=UTF8",
                            "--locale=C",
                            "--locale-provider=builtin",
                            "--builtin-locale=C.UTF-8",
                            "--no-sync"));
            if (initdb.exitCode() != 0) {
                throw new IOException(
                        "initdb says: " + complaint(initdb.output()).orElse(initdb.lastLine()));
            }
        } finally {
            Files.deleteIfExists(passwordFile);
        }
        Files.move(fresh, data);
    }

    private Postmaster launch(Consumer<String> progress) throws IOException {
        int port = 0;
        for (int attempt = 0; ; attempt++) {
            port = Ports.choose(portMemory, port);
            long logged = Files.exists(log()) ? Files.size(log()) : 0;
            StringBuilder settings = new StringBuilder("-p " + port);
            SETTINGS.forEach(setting -> settings.append(" -c ").append(setting));
            List<String> arguments = new ArrayList<>(List.of("start", "--silent", "--wait", "--timeout=60"));
            arguments.addAll(List.of("--pgdata=" + data, "--log=" + log(), "--options=" + settings));
            Subprocess start = programs.run("pg_ctl", folder, Duration.ofSeconds(90), arguments);
            Optional<Postmaster> server = Postmaster.on(data);
            if (start.exitCode() == 0 && server.isPresent()) {
                progress.accept("started the server of " + name + " on 127.0.0.1:" + port);
                return server.get();
            }
            String said = loggedSince(logged);
            if (!said.contains("could not create any TCP/IP sockets") || attempt == 5) {
                throw new IOException(complaint(said).orElse(start.lastLine()));
            }
        }
    }

    private String loggedSince(long position) throws IOException {
        if (!Files.exists(log())) {
            return "";
        }
        byte[] bytes = Files.readAllBytes(log());
        int from = (int) Math.min(position, bytes.length);
        return new String(bytes, from, bytes.length - from, StandardCharsets.UTF_8);
    }

    /** What a PostgreSQL program gave as the reason of its failure. */
    private static Optional<String> complaint(String output) {
        return output.lines()
                .filter(line -> line.contains("FATAL:") || line.contains("error:"))
                .map(line -> line.replaceFirst("^.*?(FATAL|error):\\s*", ""))
                .findFirst();
    }

    private Path log() {
        return folder.resolve("server.log");
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(100);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
