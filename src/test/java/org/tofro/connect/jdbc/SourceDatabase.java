package org.tofro.connect.jdbc;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.tofro.connect.staging.AttemptPath;
import org.tofro.connect.staging.CsvDecoder;
import org.tofro.connect.staging.StagingArea;
import org.tofro.data.RunContext.OptionalLimit;
import org.tofro.data.SqlScript;
import org.tofro.data.StagedFile;
import org.tofro.data.StagedFiles;
import org.tofro.data.TableName;
import org.tofro.settings.PostgresConnection;
import org.tofro.settings.Secret;

/** A real PostgreSQL for a test class, and what a test asks of it. */
final class SourceDatabase implements AutoCloseable {
    private final EmbeddedPostgres server;

    private SourceDatabase(EmbeddedPostgres server) {
        this.server = server;
    }

    static SourceDatabase start() throws IOException {
        return new SourceDatabase(EmbeddedPostgres.builder()
                .setServerConfig("shared_buffers", "64MB")
                .setServerConfig("fsync", "off")
                .start());
    }

    void execute(String sql) throws SQLException {
        execute("postgres", sql);
    }

    void execute(String database, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(server.getJdbcUrl("postgres", database));
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
        try (PostgresSession session = PostgresSession.open(request)) {
            return new ReadPlanner(request, session)
                    .plan().columns().stream().collect(Collectors.toMap(SourceColumn::name, SourceColumn::type));
        }
    }

    List<String> strings(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(server.getJdbcUrl("postgres", "postgres"));
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> strings = new ArrayList<>();
            while (rows.next()) {
                strings.add(rows.getString(1));
            }
            return strings;
        }
    }

    int port() {
        return server.getPort();
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
        server.close();
    }
}
