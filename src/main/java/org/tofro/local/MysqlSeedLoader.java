package org.tofro.local;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Brings a MariaDB server's databases to what a seed says, as {@link SeedLoader} does for PostgreSQL. MySQL cannot rename
 * a database, so one whose seed changed is dropped before it is made anew, and dropped again where that fails.
 */
final class MysqlSeedLoader {
    private static final int BATCH_ROWS = 1_000;

    /** The server's reason ends so where it has read a line of the statement wrongly. */
    private static final Pattern AT_LINE = Pattern.compile(" at line (\\d+)$");

    /** And so where it refuses a row of those that were sent together. */
    private static final Pattern AT_ROW = Pattern.compile(" at row (\\d+)$");

    private final MariadbServer server;
    private final String connection;
    private final Consumer<String> progress;

    MysqlSeedLoader(MariadbServer server, String connection, Consumer<String> progress) {
        this.server = server;
        this.connection = connection;
        this.progress = progress;
    }

    void load(Seed seed) {
        try (Connection admin = server.connect("")) {
            Map<String, String> loaded = loadedSeeds(admin);
            for (Seed.Database database : seed.changed(loaded)) {
                loadAfresh(admin, database);
            }
            for (String other : seed.gone(loaded)) {
                drop(admin, other);
            }
        } catch (SQLException e) {
            throw new StackException("Cannot seed the stand-in of '" + connection + "': " + e.getMessage(), e);
        }
    }

    private static Map<String, String> loadedSeeds(Connection admin) throws SQLException {
        Map<String, String> seeds = new LinkedHashMap<>();
        try (Statement statement = admin.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT schema_name, schema_comment FROM information_schema.schemata ORDER BY schema_name")) {
            while (rows.next()) {
                seeds.put(rows.getString(1), rows.getString(2));
            }
        }
        return seeds;
    }

    private void loadAfresh(Connection admin, Seed.Database database) throws SQLException {
        long begun = System.nanoTime();
        drop(admin, database.name());
        execute(admin, "CREATE DATABASE " + quoted(database.name()) + " COMMENT '" + Seed.MARK + "is not complete'");
        boolean complete = false;
        try (Connection target = server.connect(database.name())) {
            for (Path script : database.scripts()) {
                run(target, script);
            }
            target.setAutoCommit(false);
            for (Seed.Table table : database.tables()) {
                insert(target, table);
            }
            target.commit();
            complete = true;
        } finally {
            if (!complete) {
                drop(admin, database.name());
            }
        }
        execute(admin, "ALTER DATABASE " + quoted(database.name()) + " COMMENT '" + Seed.MARK + database.hash() + "'");
        progress.accept("seeded " + connection + "/" + database.name() + " in "
                + (System.nanoTime() - begun) / 1_000_000 + " ms");
    }

    private static void drop(Connection admin, String database) throws SQLException {
        execute(admin, "DROP DATABASE IF EXISTS " + quoted(database));
    }

    private static void run(Connection target, Path script) throws SQLException {
        for (MysqlScript.Statement each : MysqlScript.statements(SeedFolder.script(script))) {
            try {
                execute(target, each.sql());
            } catch (SQLException e) {
                Matcher within = AT_LINE.matcher(String.valueOf(e.getMessage()));
                int line = each.line() + (within.find() ? Integer.parseInt(within.group(1)) - 1 : 0);
                throw new StackException(script + ":" + line + ": " + e.getMessage(), e);
            }
        }
    }

    private static void insert(Connection target, Seed.Table table) throws SQLException {
        if (table.schema() != null) {
            throw new StackException(
                    table.csv() + ": MySQL's databases have no schemas; the file's name is <table>.csv");
        }
        List<Integer> lines = new ArrayList<>();
        try (SeedRows rows = new SeedRows(table.csv())) {
            List<@Nullable String> header = rows.next();
            if (header == null || header.contains(null)) {
                throw new StackException(
                        table.csv() + ":1: the header is missing; the first line names the table's columns");
            }
            String columns = header.stream()
                    .map(name -> quoted(String.valueOf(name).strip()))
                    .collect(Collectors.joining(", "));
            String places = header.stream().map(name -> "?").collect(Collectors.joining(", "));
            try (PreparedStatement insert = target.prepareStatement(
                    "INSERT INTO " + quoted(table.table()) + " (" + columns + ") VALUES (" + places + ")")) {
                List<@Nullable String> row;
                for (int count = 1; (row = rows.next()) != null; count++) {
                    if (row.size() != header.size()) {
                        throw new StackException(table.csv() + ":" + rows.line() + ": " + row.size()
                                + " fields, and the header names " + header.size());
                    }
                    for (int i = 0; i < row.size(); i++) {
                        insert.setString(i + 1, row.get(i));
                    }
                    insert.addBatch();
                    lines.add(rows.line());
                    if (count % BATCH_ROWS == 0) {
                        insert.executeBatch();
                        lines.clear();
                    }
                }
                insert.executeBatch();
            }
        } catch (SQLException e) {
            throw new StackException(table.csv() + ":" + lineOf(e, lines) + ": " + reason(e), e);
        } catch (CharacterCodingException e) {
            throw new StackException(table.csv() + ": the file is not UTF-8", e);
        } catch (IOException e) {
            throw new StackException("Cannot read '" + table.csv() + "': " + StackFolder.reason(e), e);
        }
    }

    /** The line of the row that the server names, or else the first of those that were sent together. */
    private static int lineOf(SQLException e, List<Integer> lines) {
        Matcher row = AT_ROW.matcher(String.valueOf(e.getMessage()));
        int index = row.find() ? Integer.parseInt(row.group(1)) - 1 : 0;
        return index < lines.size() ? lines.get(index) : 1;
    }

    /** The server's reason without the value that it complains of. */
    private static String reason(SQLException e) {
        return String.valueOf(e.getMessage())
                .replaceFirst("(?s): '.*' for column", " for the column")
                .replaceFirst("(?s) '.*' for key", " for the key")
                .replaceFirst(" at row \\d+$", "");
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute(sql);
        }
    }

    private static String quoted(String identifier) {
        return "`" + identifier.replace("`", "``") + "`";
    }
}
