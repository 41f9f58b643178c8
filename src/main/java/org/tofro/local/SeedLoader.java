package org.tofro.local;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postgresql.PGConnection;
import org.postgresql.core.NativeQuery;
import org.postgresql.core.Parser;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * Brings a server's databases to what a seed says. A database whose seed has not changed is left as it is, whatever was
 * done to it since; one whose seed changed is made afresh, under another name until it is complete.
 */
final class SeedLoader {
    private static final Pattern COPY_POSITION = Pattern.compile("line (\\d+)(?:, column ([^:]+))?");

    private final PostgresServer server;
    private final String connection;
    private final Consumer<String> progress;

    SeedLoader(PostgresServer server, String connection, Consumer<String> progress) {
        this.server = server;
        this.connection = connection;
        this.progress = progress;
    }

    void load(Seed seed) {
        try (Connection admin = server.connect("postgres")) {
            Map<String, String> loaded = loadedSeeds(admin);
            for (Seed.Database database : seed.changed(loaded)) {
                loadAfresh(admin, database);
            }
            for (String other : seed.gone(loaded)) {
                drop(admin, other, "its seed has gone");
            }
        } catch (SQLException e) {
            throw new StackException("Cannot seed the stand-in of '" + connection + "': " + e.getMessage(), e);
        }
    }

    private static Map<String, String> loadedSeeds(Connection admin) throws SQLException {
        Map<String, String> seeds = new LinkedHashMap<>();
        try (Statement statement = admin.createStatement();
                ResultSet rows = statement.executeQuery("""
                        SELECT datname, coalesce(shobj_description(oid, 'pg_database'), '')
                        FROM pg_database
                        WHERE NOT datistemplate AND datname <> 'postgres'
                        ORDER BY datname""")) {
            while (rows.next()) {
                seeds.put(rows.getString(1), rows.getString(2));
            }
        }
        return seeds;
    }

    private void loadAfresh(Connection admin, Seed.Database database) throws SQLException {
        long begun = System.nanoTime();
        String fresh = database.name() + ".loading";
        try (Statement statement = admin.createStatement()) {
            statement.execute("DROP DATABASE IF EXISTS " + statement.enquoteIdentifier(fresh, true) + " WITH (FORCE)");
            statement.execute("CREATE DATABASE " + statement.enquoteIdentifier(fresh, true) + " TEMPLATE template0");
            boolean complete = false;
            try (Connection target = server.connect(fresh)) {
                target.setAutoCommit(false);
                for (Path script : database.scripts()) {
                    run(target, script);
                }
                for (Seed.Table table : database.tables()) {
                    copy(target, table);
                }
                target.commit();
                complete = true;
            } finally {
                if (!complete) {
                    statement.execute("DROP DATABASE " + statement.enquoteIdentifier(fresh, true) + " WITH (FORCE)");
                }
            }
            drop(admin, database.name(), "its seed changed");
            statement.execute("COMMENT ON DATABASE " + statement.enquoteIdentifier(fresh, true) + " IS "
                    + statement.enquoteLiteral(Seed.MARK + database.hash()));
            statement.execute("ALTER DATABASE " + statement.enquoteIdentifier(fresh, true) + " RENAME TO "
                    + statement.enquoteIdentifier(database.name(), true));
        }
        progress.accept("seeded " + connection + "/" + database.name() + " in "
                + (System.nanoTime() - begun) / 1_000_000 + " ms");
    }

    private void drop(Connection admin, String database, String reason) throws SQLException {
        int open;
        try (PreparedStatement count =
                admin.prepareStatement("SELECT count(*) FROM pg_stat_activity WHERE datname = ?")) {
            count.setString(1, database);
            try (ResultSet rows = count.executeQuery()) {
                rows.next();
                open = rows.getInt(1);
            }
        }
        if (open > 0) {
            progress.accept("closing " + open + " connections to " + connection + "/" + database + ": " + reason);
        }
        try (Statement statement = admin.createStatement()) {
            statement.execute(
                    "DROP DATABASE IF EXISTS " + statement.enquoteIdentifier(database, true) + " WITH (FORCE)");
        }
    }

    private static void run(Connection target, Path script) throws SQLException {
        String text = SeedFolder.script(script);
        int at = 0;
        try (Statement statement = target.createStatement()) {
            statement.setEscapeProcessing(false);
            for (NativeQuery query : Parser.parseJdbcSql(text, true, false, true, false, false)) {
                at = Math.max(at, text.indexOf(query.nativeSql, at));
                try {
                    statement.execute(query.nativeSql);
                } catch (PSQLException e) {
                    throw new StackException(script + ":" + lineOf(text, at, query.nativeSql, e) + ": " + reason(e), e);
                }
                at += query.nativeSql.length();
            }
        }
    }

    /** The line that the server points at, or else the one in which the statement begins. */
    private static int lineOf(String text, int start, String statement, PSQLException e) {
        ServerErrorMessage error = e.getServerErrorMessage();
        int position = error == null ? 0 : error.getPosition();
        int offset;
        if (position > 0) {
            offset = statement.offsetByCodePoints(
                    0, Math.min(position - 1, statement.codePointCount(0, statement.length())));
        } else {
            Matcher leading = Pattern.compile("(?:\\s|--[^\\n]*\\n|/\\*.*?\\*/)*", Pattern.DOTALL)
                    .matcher(statement);
            offset = leading.lookingAt() ? leading.end() : 0;
        }
        return 1
                + (int) text.substring(0, start + offset)
                        .chars()
                        .filter(c -> c == '\n')
                        .count();
    }

    private static void copy(Connection target, Seed.Table table) throws SQLException {
        try (Statement statement = target.createStatement();
                InputStream csv = Files.newInputStream(table.csv())) {
            StringBuilder copy = new StringBuilder("COPY ");
            if (table.schema() != null) {
                copy.append(statement.enquoteIdentifier(table.schema(), true)).append('.');
            }
            copy.append(statement.enquoteIdentifier(table.table(), true)).append(" (");
            String separator = "";
            for (String column : header(table.csv())) {
                copy.append(separator).append(statement.enquoteIdentifier(column, true));
                separator = ", ";
            }
            // PostgreSQL's CSV takes an unquoted empty field for NULL and a quoted one for an empty string.
            copy.append(") FROM STDIN (FORMAT csv, HEADER true, ENCODING 'UTF8')");
            target.unwrap(PGConnection.class).getCopyAPI().copyIn(copy.toString(), csv);
        } catch (PSQLException e) {
            throw new StackException(table.csv() + ":" + copyPosition(e) + reason(e), e);
        } catch (IOException e) {
            throw new StackException("Cannot read '" + table.csv() + "': " + StackFolder.reason(e), e);
        }
    }

    /** The names in a CSV file's first line. */
    private static List<String> header(Path csv) throws IOException {
        String line;
        // Only this line is decoded here; the server checks the rest and knows the line of what is wrong.
        try (BufferedReader reader = Files.newBufferedReader(csv, StandardCharsets.ISO_8859_1)) {
            line = reader.readLine();
        }
        if (line == null || line.isBlank()) {
            throw new StackException(csv + ":1: the header is missing; the first line names the table's columns");
        }
        String decoded = new String(line.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
        String names = decoded.startsWith("\uFEFF") ? decoded.substring(1) : decoded;
        Matcher fields =
                Pattern.compile("\"((?:[^\"]|\"\")*)\"(?=,|$)|([^,\"]+)(?=,|$)").matcher(names);
        List<String> header = new java.util.ArrayList<>();
        int end = 0;
        while (end <= names.length() && fields.find(end) && fields.start() == end) {
            String name = fields.group(1) == null
                    ? fields.group(2).strip()
                    : fields.group(1).replace("\"\"", "\"");
            header.add(name);
            end = fields.end() + 1;
        }
        if (end <= names.length()) {
            throw new StackException(csv + ":1: the header cannot be read from column " + (end + 1)
                    + " on; it must be names with commas between them");
        }
        return header;
    }

    private static String copyPosition(PSQLException e) {
        ServerErrorMessage error = e.getServerErrorMessage();
        String where = error == null || error.getWhere() == null ? "" : error.getWhere();
        Matcher position = COPY_POSITION.matcher(where);
        if (!position.find()) {
            return "1: "; // the table or a column of the header does not exist
        }
        String column = position.group(2);
        return position.group(1) + ": " + (column == null ? "" : "column " + column + ": ");
    }

    /** The server's reason without the value that it complains of. */
    private static String reason(PSQLException e) {
        ServerErrorMessage error = e.getServerErrorMessage();
        String said = error == null ? null : error.getMessage();
        String message = said == null ? String.valueOf(e.getMessage()) : said;
        return e.getSQLState() != null && e.getSQLState().startsWith("22")
                ? message.replaceFirst(": \".*\"$", "")
                : message;
    }
}
