package org.tofro.connect.transform;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.tofro.connect.extract.Cancellation;
import org.tofro.connect.extract.ExtractException;
import org.tofro.connect.program.WorkFolder;
import org.tofro.connect.staging.StagingArea;
import org.tofro.data.Column;
import org.tofro.data.RedshiftType;
import org.tofro.data.StagedFile;
import org.tofro.data.StagedFiles;
import org.tofro.data.TableName;

/**
 * A DuckDB of its own in a work folder, with a table for each input. It may use 512 MiB of memory beside the JVM's heap.
 * See "Configuration" and "Securing DuckDB" in DuckDB's documentation for the settings.
 */
final class QueryEngine implements AutoCloseable {
    private static final int MEMORY_MIB = 512;
    private static final long LEAST_LINE = 2L << 20;

    private final Connection connection;
    private final Statement statement;
    private final WorkFolder work;
    private final String origin;
    private final Cancellation cancellation;
    private final Runnable cancel;

    private QueryEngine(
            Connection connection, Statement statement, WorkFolder work, String origin, Cancellation cancellation) {
        this.connection = connection;
        this.statement = statement;
        this.work = work;
        this.origin = origin;
        this.cancellation = cancellation;
        this.cancel = this::interrupt;
    }

    static QueryEngine open(WorkFolder work, String origin, Cancellation cancellation) throws IOException {
        try {
            Connection connection =
                    DriverManager.getConnection("jdbc:duckdb:" + work.path().resolve("query.duckdb"));
            QueryEngine engine = new QueryEngine(connection, connection.createStatement(), work, origin, cancellation);
            engine.configure();
            cancellation.onCancel(engine.cancel);
            return engine;
        } catch (SQLException e) {
            throw new ExtractException("DuckDB, which runs the query, cannot be started: " + e.getMessage(), false, e);
        }
    }

    private void configure() throws IOException, SQLException {
        for (String setting : List.of(
                "memory_limit = '" + MEMORY_MIB + "MiB'",
                "threads = " + Math.min(4, Runtime.getRuntime().availableProcessors()),
                "temp_directory = " + literal(work.make("spill").toString()),
                "TimeZone = 'UTC'",
                "autoinstall_known_extensions = false",
                "autoload_known_extensions = false",
                "allowed_directories = [" + literal(work.path() + "/") + "]",
                "enable_external_access = false",
                "lock_configuration = true")) {
            statement.execute("SET " + setting);
        }
    }

    /** Makes a table of staged files, and demands that it has all of their rows. */
    void load(String table, StagedFiles files, StagingArea area) throws IOException {
        List<String> types = new ArrayList<>();
        List<String> selected = new ArrayList<>();
        for (Column column : files.schema().columns()) {
            String name = TableName.quote(column.name());
            RedshiftType type = RedshiftType.parse(column.type())
                    .orElseThrow(() -> new IllegalStateException(column.type() + " is no type of Redshift"));
            types.add(literal(column.name()) + ": " + literal(engineType(type)));
            selected.add(type.kind() == RedshiftType.Kind.VARBYTE ? "unhex(" + name + ") AS " + name : name);
        }
        if (files.files().isEmpty()) {
            run("CREATE TABLE " + table + " AS SELECT " + String.join(", ", nothing(files)) + " WHERE false");
            return;
        }
        Path folder = work.make(table);
        List<String> paths = new ArrayList<>();
        for (StagedFile file : files.files()) {
            Path path = folder.resolve("part-" + paths.size() + ".csv.zst");
            Room.demand(work);
            try (InputStream in = area.open(file)) {
                Files.copy(in, path);
            }
            paths.add(literal(path.toString()));
        }
        long line = Math.max(LEAST_LINE, files.longestRow() + 1024);
        run("CREATE TABLE " + table + " AS SELECT " + String.join(", ", selected) + " FROM read_csv(["
                + String.join(", ", paths)
                + "], header = false, auto_detect = false, compression = 'zstd', delim = ',',"
                + " quote = '\"', escape = '\"', new_line = '\\n', nullstr = " + literal(files.nullMarker())
                + ", allow_quoted_nulls = false, strict_mode = true, max_line_size = " + line + ", columns = {"
                + String.join(", ", types) + "})");
        long loaded = count(table);
        if (loaded != files.rows()) {
            throw ExtractException.permanent(
                    "'" + files.step() + "' has staged " + files.rows() + " rows, and DuckDB read " + loaded
                            + "; nothing was committed. Run `resume`; if it happens twice, report it");
        }
        for (int i = 0; i < paths.size(); i++) {
            Files.delete(folder.resolve("part-" + i + ".csv.zst"));
        }
    }

    private static List<String> nothing(StagedFiles files) {
        return files.schema().columns().stream()
                .map(column -> {
                    RedshiftType type = RedshiftType.parse(column.type()).orElseThrow();
                    String engine = type.kind() == RedshiftType.Kind.VARBYTE ? "BLOB" : engineType(type);
                    return "CAST(NULL AS " + engine + ") AS " + TableName.quote(column.name());
                })
                .toList();
    }

    /** Gives inputs their own names too; the combinations of one step become one table, with a column for each value. */
    void name(List<InputFiles> inputs) throws IOException {
        Map<String, List<String>> members = new LinkedHashMap<>();
        for (int i = 0; i < inputs.size(); i++) {
            TransformInput input = inputs.get(i).input();
            boolean one = input.combination().isEmpty();
            String name = one ? input.node() : input.node().replaceFirst("\\[.*", "");
            members.computeIfAbsent(name, key -> new ArrayList<>()).add(member("input" + (i + 1), inputs.get(i)));
        }
        for (Map.Entry<String, List<String>> member : members.entrySet()) {
            // A step may well be called input1.
            if (!member.getKey().toLowerCase(Locale.ROOT).matches("input[0-9]+")) {
                run("CREATE VIEW " + TableName.quote(member.getKey()) + " AS "
                        + String.join(" UNION ALL BY NAME ", member.getValue()));
            }
        }
    }

    private static String member(String table, InputFiles input) {
        Set<String> columns = new HashSet<>();
        input.files().schema().names().forEach(name -> columns.add(name.toLowerCase(Locale.ROOT)));
        StringBuilder select = new StringBuilder("SELECT *");
        input.input().combination().forEach((name, value) -> {
            if (!columns.contains(name.toLowerCase(Locale.ROOT))) {
                select.append(", " + literal(value) + " AS " + TableName.quote(name));
            }
        });
        return select + " FROM " + table;
    }

    /** The columns of a query's result. */
    List<QueryColumn> describe(String query) {
        try (ResultSet rows = statement.executeQuery("DESCRIBE " + query)) {
            List<QueryColumn> columns = new ArrayList<>();
            while (rows.next()) {
                columns.add(new QueryColumn(rows.getString(1), rows.getString(2)));
            }
            return columns;
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /** Writes a query's result as a CSV file; returns how many rows it has. */
    long copy(String query, List<QueryColumn> columns, Path file, String nullText) throws IOException {
        Room.demand(work);
        String texts = String.join(
                ", ",
                columns.stream()
                        .filter(QueryColumn::isText)
                        .map(column -> TableName.quote(column.name()))
                        .toList());
        return run("COPY (SELECT "
                + String.join(
                        ", ", columns.stream().map(QueryColumn::expression).toList())
                + " FROM (" + query + "\n) AS result) TO " + literal(file.toString())
                + " (FORMAT csv, HEADER false, DELIMITER ',', QUOTE '\"', ESCAPE '\"', NULLSTR " + literal(nullText)
                + (texts.isEmpty() ? "" : ", FORCE_QUOTE (" + texts + ")") + ")");
    }

    private long count(String table) {
        try (ResultSet rows = statement.executeQuery("SELECT count(*) FROM " + table)) {
            return rows.next() ? rows.getLong(1) : 0;
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    private long run(String sql) {
        try {
            return statement.executeLargeUpdate(sql);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    private ExtractException failed(SQLException e) {
        return QueryErrors.explain(origin, MEMORY_MIB, e);
    }

    private static String engineType(RedshiftType type) {
        return switch (type.kind()) {
            case SMALLINT -> "SMALLINT";
            case INTEGER -> "INTEGER";
            case BIGINT -> "BIGINT";
            case DECIMAL -> "DECIMAL(" + type.size() + "," + type.scale() + ")";
            case REAL -> "FLOAT";
            case DOUBLE -> "DOUBLE";
            case BOOLEAN -> "BOOLEAN";
            case DATE -> "DATE";
            case TIMESTAMP -> "TIMESTAMP";
            case TIMESTAMPTZ -> "TIMESTAMPTZ";
            case TIME -> "TIME";
            case TIMETZ -> "TIMETZ";
            case CHAR, VARCHAR, SUPER, VARBYTE -> "VARCHAR";
        };
    }

    private static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    private void interrupt() {
        try {
            statement.cancel();
        } catch (SQLException ended) {
            // Nothing was running.
        }
    }

    @Override
    public void close() {
        cancellation.forget(cancel);
        try (Connection closing = connection;
                Statement open = statement) {
            open.cancel();
        } catch (SQLException e) {
            // The folder is removed; nothing of it is needed.
        }
    }
}
