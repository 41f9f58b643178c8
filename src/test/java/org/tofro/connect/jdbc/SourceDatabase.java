package org.tofro.connect.jdbc;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.BindException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.tofro.connect.staging.AttemptPath;
import org.tofro.connect.staging.CsvDecoder;
import org.tofro.connect.staging.StagingArea;
import org.tofro.connect.types.ColumnChoice;
import org.tofro.connect.types.SourceType;
import org.tofro.connect.types.TypedColumn;
import org.tofro.data.RunContext.OptionalLimit;
import org.tofro.data.SqlScript;
import org.tofro.data.StagedFile;
import org.tofro.data.StagedFiles;
import org.tofro.data.TableName;
import org.tofro.settings.PostgresConnection;
import org.tofro.settings.Secret;

/** A real PostgreSQL for a test class, and what a test asks of it and does to it. */
public final class SourceDatabase implements AutoCloseable {
    private final Path data;
    private final int port;
    private final Map<String, String> settings = new TreeMap<>();
    private EmbeddedPostgres server;

    private SourceDatabase(Path data, String... settings) throws IOException {
        this.data = data;
        this.port = freePort();
        this.settings.putAll(Map.of("shared_buffers", "64MB", "fsync", "off"));
        for (int i = 0; i < settings.length; i += 2) {
            this.settings.put(settings[i], settings[i + 1]);
        }
        startAgain();
    }

    /** Starts a new server. */
    public static SourceDatabase start(String... settings) throws IOException {
        return new SourceDatabase(Files.createTempDirectory("tofro-source"), settings);
    }

    /** A hot standby of this server, which restarts to have its data copied. */
    SourceDatabase standby(String... more) throws IOException, InterruptedException {
        stop();
        Path copy = Files.createTempDirectory("tofro-standby");
        int copied = new ProcessBuilder("cp", "-a", data + "/.", copy.toString())
                .start()
                .waitFor();
        if (copied != 0) {
            throw new IOException("cannot copy " + data);
        }
        startAgain();
        Files.createFile(copy.resolve("standby.signal"));
        Files.writeString(
                copy.resolve("postgresql.auto.conf"),
                "primary_conninfo = 'host=127.0.0.1 port=%d user=postgres'%n".formatted(port));
        return new SourceDatabase(copy, more);
    }

    /** Below the ports that the system gives to outgoing connections, so that it stays free while the server is stopped. */
    private static int freePort() throws IOException {
        for (int port = 20_000 + ThreadLocalRandom.current().nextInt(9_000); ; port++) {
            try (ServerSocket socket = new ServerSocket(port)) {
                return socket.getLocalPort();
            } catch (BindException e) {
                // Somebody else's.
            }
        }
    }

    /** Shuts the server down, fast: sessions are ended. */
    public void stop() throws IOException {
        server.close();
    }

    /** Starts a stopped server, on the port that it had. */
    public void startAgain() throws IOException {
        EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .setPort(port)
                .setPGStartupWait(Duration.ofSeconds(60));
        settings.forEach(builder::setServerConfig);
        server = builder.start();
    }

    /** Stops every process of the server where it stands, as an overloaded or migrating host does. */
    void freeze() throws IOException, InterruptedException {
        signal("STOP");
    }

    /** Lets a frozen server go on. */
    void goOn() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(String signal) throws IOException, InterruptedException {
        ProcessHandle postmaster = ProcessHandle.of(Long.parseLong(
                        Files.readAllLines(data.resolve("postmaster.pid")).get(0)))
                .orElseThrow();
        List<String> command = new ArrayList<>(List.of("kill", "-" + signal, Long.toString(postmaster.pid())));
        postmaster.children().forEach(process -> command.add(Long.toString(process.pid())));
        // A session that ended meanwhile cannot be reached any more.
        new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    public void execute(String sql) throws SQLException {
        execute("postgres", sql);
    }

    public Connection connect(String database) throws SQLException {
        return DriverManager.getConnection(server.getJdbcUrl("postgres", database));
    }

    void execute(String database, String sql) throws SQLException {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute(sql);
        }
    }

    Connection connect() throws SQLException {
        return DriverManager.getConnection(server.getJdbcUrl("postgres", "postgres"));
    }

    /** Fills a table from rows in COPY's text form. */
    void copyIn(String copy, String rows) throws SQLException, IOException {
        try (Connection connection = connect()) {
            // Not through a Reader: the driver would tear surrogate pairs at the borders of its buffer.
            byte[] bytes = rows.getBytes(StandardCharsets.UTF_8);
            connection.unwrap(PGConnection.class).getCopyAPI().copyIn(copy, new ByteArrayInputStream(bytes));
        }
    }

    /** The types of a table's columns, as an extract sees them. */
    Map<String, SourceType> types(String table) throws SQLException {
        List<String> names = strings("SELECT attname FROM pg_attribute WHERE attrelid = '" + table
                + "'::regclass AND attnum > 0 ORDER BY attnum");
        ExtractRequest request = table(
                table,
                names.stream()
                        .map(name -> new ColumnChoice(name, null, "varchar(max)"))
                        .toArray(ColumnChoice[]::new));
        try (PostgresSession session = PostgresSession.open(request, Connecting.LOGIN)) {
            return new ReadPlanner(request, session)
                    .plan().columns().stream().collect(Collectors.toMap(TypedColumn::name, TypedColumn::type));
        }
    }

    public List<String> strings(String sql) throws SQLException {
        try (Connection connection = connect("postgres");
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> strings = new ArrayList<>();
            while (rows.next()) {
                strings.add(rows.getString(1));
            }
            return strings;
        }
    }

    public int port() {
        return port;
    }

    PostgresConnection connection() {
        return connection("postgres", "postgres", 8);
    }

    PostgresConnection connection(String user, String password, int maxConnections) {
        return new PostgresConnection(
                "source", false, null, "127.0.0.1", port(), user, Secret.of(password), maxConnections, Map.of());
    }

    ExtractRequest table(String table, ColumnChoice... columns) {
        return tableOf("postgres", table, columns);
    }

    ExtractRequest tableOf(String database, String table, ColumnChoice... columns) {
        return request(database, new ReadSource.OfTable(TableName.parse(table).orElseThrow()), columns);
    }

    ExtractRequest sql(String sql, ColumnChoice... columns) {
        return request("postgres", new ReadSource.OfSql(new SqlScript(sql, "p.yaml:4")), columns);
    }

    private ExtractRequest request(String database, ReadSource source, ColumnChoice... columns) {
        return new ExtractRequest(
                connection(),
                database,
                source,
                List.of(columns),
                List.of(),
                2,
                OptionalLimit.NONE,
                new AttemptPath("people", "run-1", "extract", "1-" + System.nanoTime()));
    }

    /** What Tofro does on this server, other than what is asked for here. */
    List<String> sessions() throws SQLException {
        return strings("SELECT concat_ws(' ', pid, state, left(query, 50)) FROM pg_stat_activity"
                + " WHERE application_name LIKE 'tofro:%'");
    }

    /** Ends a session of the server, as an administrator does. */
    void terminate(String process) throws SQLException {
        if (!strings("SELECT pg_terminate_backend(" + process + ", 10000)").equals(List.of("t"))) {
            throw new AssertionError("process " + process + " did not end");
        }
    }

    /** Every row that was staged, its values as text, as tab-separated lines; NULL is {@code ~}. */
    static List<String> rows(StagingArea area, StagedFiles files) throws IOException {
        List<String> rows = new ArrayList<>();
        for (StagedFile file : files.files()) {
            try (InputStream in = area.open(file);
                    CsvDecoder decoder = CsvDecoder.open(in, file.uri(), files.nullMarker())) {
                List<byte @Nullable []> row;
                while ((row = decoder.next()) != null) {
                    rows.add(String.join(
                            "\t",
                            row.stream()
                                    .map(v -> v == null ? "~" : new String(v, StandardCharsets.UTF_8))
                                    .toList()));
                }
            }
        }
        return rows;
    }

    static StagingArea folder(Path folder) {
        return StagingArea.open(folder.toUri().toString(), null);
    }

    @Override
    public void close() throws IOException {
        stop();
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
