package org.tofro.local;

import java.io.IOException;
import java.net.URLEncoder;
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
 * One MariaDB server on a data folder of the checkout, in place of MySQL. Its process outlives the daemon that started it;
 * {@link #start} adopts it.
 */
final class MariadbServer {
    static final String USER = "tofro";

    /**
     * As RDS for MySQL 8 is set up, as far as MariaDB has it; see
     * <a href="https://dev.mysql.com/doc/refman/8.0/en/sql-mode.html">the default SQL mode</a>. Not flushing each commit
     * to the disk loses data only when the operating system dies, not when a process does.
     */
    private static final List<String> SETTINGS = List.of(
            "--bind-address=127.0.0.1",
            "--socket=",
            "--skip-name-resolve",
            "--skip-log-bin",
            "--character-set-server=utf8mb4",
            "--collation-server=utf8mb4_unicode_520_ci",
            "--default-time-zone=+00:00",
            "--sql-mode=ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,"
                    + "ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION",
            "--max-connections=200",
            "--max-allowed-packet=64M",
            "--innodb-flush-log-at-trx-commit=2",
            "--innodb-flush-method=nosync",
            "--innodb-doublewrite=OFF",
            "--innodb-buffer-pool-size=64M",
            "--innodb-log-file-size=48M",
            "--log-warnings=1");

    private final String name;
    private final Path folder;
    private final Path portMemory;
    private final String password;
    private final MariadbPrograms programs;
    private final List<String> more;
    private final OneServer<MariadbProcess> server;

    /**
     * @param name what messages call it
     * @param folder of its data and its log
     * @param portMemory the file that keeps its port
     * @param more options of the server beyond those that every stand-in has
     */
    MariadbServer(
            String name, Path folder, Path portMemory, String password, MariadbPrograms programs, List<String> more) {
        this.name = name;
        this.folder = folder;
        this.portMemory = portMemory;
        this.password = password;
        this.programs = programs;
        this.more = List.copyOf(more);
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
    Optional<MariadbProcess> running() {
        return server.running();
    }

    /** Opens a connection as the server's owner; with no database chosen where its name is empty. */
    Connection connect(String database) throws SQLException {
        int port = running().map(MariadbProcess::port).orElseThrow(() -> new SQLException("the server does not run"));
        return connect(port, database);
    }

    private Connection connect(int port, String database) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", USER);
        properties.setProperty("password", password);
        properties.setProperty("connectTimeout", "5000");
        properties.setProperty("sslMode", "DISABLED");
        properties.setProperty("rewriteBatchedStatements", "true");
        String url = "jdbc:mysql://127.0.0.1:" + port + "/" + URLEncoder.encode(database, StandardCharsets.UTF_8);
        Connection connection = new com.mysql.cj.jdbc.Driver().connect(url, properties);
        if (connection == null) {
            throw new SQLException("the driver does not know " + url);
        }
        return connection;
    }

    private @Nullable MariadbProcess adopt(Consumer<String> progress) throws IOException {
        Optional<MariadbProcess> found = MariadbProcess.on(folder);
        if (found.isEmpty()) {
            Files.deleteIfExists(MariadbProcess.pidFile(folder));
            return null;
        }
        MariadbProcess server = found.get();
        long pid = server.process().pid();
        if (answers(server, Duration.ofSeconds(10))) {
            progress.accept("adopted the server of " + name + ", process " + pid);
            return server;
        }
        progress.accept("replaced the server of " + name + ", process " + pid + ", which did not answer");
        server.stop();
        return null;
    }

    /** Whether it serves this folder's data, once it has had time to start. */
    private boolean answers(MariadbProcess server, Duration limit) throws IOException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (server.isAlive() && System.nanoTime() < deadline) {
            try (Connection connection = connect(server.port(), "");
                    Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery("SELECT @@datadir")) {
                return rows.next() && rows.getString(1).equals(folder.resolve("data") + "/");
            } catch (SQLException e) {
                pause();
            }
        }
        return false;
    }

    private void create(Consumer<String> progress) throws IOException {
        Path data = folder.resolve("data");
        Files.createDirectories(folder);
        if (Files.isDirectory(data)) {
            return;
        }
        progress.accept("making the server of " + name);
        Path fresh = folder.resolve("data.new");
        PostgresPrograms.deleteTree(fresh);
        Files.createDirectory(fresh);
        Path statements = folder.resolve("bootstrap.new");
        try {
            StackFolder.writeForOwner(statements, bootstrap());
            List<String> command = command();
            command.addAll(List.of(
                    "--bootstrap", "--datadir=" + fresh, "--innodb-flush-method=nosync", "--innodb-log-file-size=48M"));
            Subprocess made = Subprocess.run(command, folder, statements, Duration.ofMinutes(2));
            if (made.exitCode() != 0) {
                throw new IOException(complaint(made.output()));
            }
        } finally {
            Files.deleteIfExists(statements);
        }
        Files.move(fresh, data);
    }

    /** What {@code mariadb-install-db} would run, whose other programs want libraries that few machines have. */
    private String bootstrap() throws IOException {
        Path share = programs.home().resolve("share");
        return "CREATE DATABASE mysql;\nUSE mysql;\n"
                + Files.readString(share.resolve("mysql_system_tables.sql"))
                + Files.readString(share.resolve("mysql_system_tables_data.sql"))
                + "DELETE FROM global_priv;\n"
                + ("INSERT INTO global_priv VALUES ('%%', '%s', JSON_OBJECT('access', 18446744073709551615,"
                                + " 'plugin', 'mysql_native_password', 'authentication_string', PASSWORD('%s')));%n")
                        .formatted(USER, password);
    }

    private List<String> command() {
        List<String> command = new ArrayList<>(List.of(programs.server().toString()));
        command.addAll(programs.places());
        if (new com.sun.security.auth.module.UnixSystem().getUid() == 0) {
            command.add("--user=root"); // it refuses root unless it is told
        }
        return command;
    }

    private MariadbProcess launch(Consumer<String> progress) throws IOException {
        int port = 0;
        for (int attempt = 0; ; attempt++) {
            port = Ports.choose(portMemory, port);
            long logged = Files.exists(log()) ? Files.size(log()) : 0;
            List<String> command = command();
            command.addAll(List.of(
                    MariadbProcess.dataOption(folder),
                    "--port=" + port,
                    "--pid-file=" + MariadbProcess.pidFile(folder),
                    "--tmpdir=" + folder));
            command.addAll(SETTINGS);
            command.addAll(more);
            Process process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                    .start();
            StackFolder.writeForOwner(MariadbProcess.pidFile(folder), Long.toString(process.pid()));
            MariadbProcess server = new MariadbProcess(process.toHandle(), port);
            if (answers(server, Duration.ofSeconds(60))) {
                progress.accept("started the server of " + name + " on 127.0.0.1:" + port);
                return server;
            }
            if (server.isAlive()) {
                server.stop();
                throw new IOException("it did not answer on port " + port + " within 60 s");
            }
            String said = loggedSince(logged);
            if (!said.contains("Bind on TCP/IP port") || attempt == 5) {
                throw new IOException(complaint(said));
            }
        }
    }

    private String loggedSince(long position) throws IOException {
        byte[] bytes = Files.readAllBytes(log());
        int from = (int) Math.min(position, bytes.length);
        return new String(bytes, from, bytes.length - from, StandardCharsets.UTF_8);
    }

    /** What the server gave as the reason of its failure. */
    private static String complaint(String output) {
        String advice = MariadbPrograms.advice(output);
        return advice != null
                ? advice
                : output.lines()
                        .filter(line -> line.contains("[ERROR]") || line.startsWith("ERROR"))
                        .map(line -> line.replaceFirst("^.*?ERROR\\]?:?\\s*", ""))
                        .findFirst()
                        .orElse("the server ended without a word");
    }

    private Path log() {
        return folder.resolve("server.log");
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(50);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
