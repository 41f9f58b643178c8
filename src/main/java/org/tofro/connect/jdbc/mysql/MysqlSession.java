package org.tofro.connect.jdbc.mysql;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.extract.ExtractException;
import org.tofro.connect.extract.ExtractProgress;
import org.tofro.connect.jdbc.ExtractRequest;
import org.tofro.connect.jdbc.Fault;
import org.tofro.connect.jdbc.QueryReader;
import org.tofro.connect.jdbc.Reading;
import org.tofro.connect.jdbc.SessionName;
import org.tofro.connect.jdbc.SharedSnapshot;
import org.tofro.connect.jdbc.SourceSession;
import org.tofro.connect.staging.CsvEncoder;
import org.tofro.connect.types.TypedColumn;

/** One connection to MySQL or MariaDB that only reads, in UTC and UTF-8. */
final class MysqlSession implements SourceSession {
    static final Duration CANCEL = Duration.ofSeconds(2);
    private static final int NO_SUCH_THREAD = 1094;

    /**
     * A staging area may keep the reader waiting for minutes, and the server then waits for the reader: by default 60 s. Of a
     * mode that fills chars up with blanks nothing is left; all others of the server's modes stay, for the user's SQL.
     */
    private static final List<String> SETTINGS = List.of(
            "SET time_zone = '+00:00'",
            "SET net_write_timeout = 600, net_read_timeout = 600, wait_timeout = 600, lock_wait_timeout = 60",
            "SET sql_mode = REPLACE(@@sql_mode, 'PAD_CHAR_TO_FULL_LENGTH', '')",
            "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
            "SET SESSION TRANSACTION READ ONLY");

    private final MysqlServer server;
    private final Connection connection;
    private final String name;
    private final long id;
    private final boolean mariadb;

    private MysqlSession(MysqlServer server, Connection connection, String name, long id, boolean mariadb) {
        this.server = server;
        this.connection = connection;
        this.name = name;
        this.id = id;
        this.mariadb = mariadb;
    }

    static MysqlSession open(MysqlServer server, ExtractRequest request, Duration login) throws SQLException {
        String name = SessionName.of(request.path());
        Connection connection = server.connect(request.database(), name, login);
        try (Statement statement = connection.createStatement()) {
            for (String setting : SETTINGS) {
                statement.execute(setting);
            }
            long id;
            boolean mariadb;
            try (ResultSet row = statement.executeQuery("SELECT CONNECTION_ID(), VERSION()")) {
                row.next();
                id = row.getLong(1);
                mariadb = row.getString(2).contains("MariaDB");
            }
            statement.execute(mariadb ? "SET max_statement_time = 0" : "SET max_execution_time = 0");
            if (!mariadb) {
                // Else the statistics may be a day old.
                statement.execute("SET information_schema_stats_expiry = 0");
            }
            // A query may compute for long before its first row; the socket's keepalives notice a server that is gone.
            connection.setNetworkTimeout(Runnable::run, 0);
            MysqlSession session = new MysqlSession(server, connection, name, id, mariadb);
            session.printInUtf8();
            return session;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    MysqlServer server() {
        return server;
    }

    boolean mariadb() {
        return mariadb;
    }

    /** The server's number of the session. */
    long id() {
        return id;
    }

    @Override
    public SharedSnapshot plan(ExtractRequest request, int most) throws SQLException {
        return LockedSnapshot.plan(request, this, most);
    }

    @Override
    public QueryReader reader(
            Reading.Way way,
            List<TypedColumn> columns,
            String nullMarker,
            CsvEncoder encoder,
            ExtractProgress progress,
            Fault fault) {
        return new MysqlReader(this, columns, encoder, progress, fault);
    }

    @Override
    public ExtractException failure(ExtractRequest request, SQLException e) {
        return MysqlErrors.translate(request, e);
    }

    /** A statement that takes its SQL as it stands. */
    Statement statement() throws SQLException {
        Statement statement = connection.createStatement(ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY);
        statement.setEscapeProcessing(false);
        return statement;
    }

    void execute(String sql) throws SQLException {
        try (Statement statement = statement()) {
            statement.execute(sql);
        }
    }

    /** The rows of a small result, their values as text. */
    List<List<@Nullable String>> rows(String sql) throws SQLException {
        try (Statement statement = statement();
                ResultSet result = statement.executeQuery(sql)) {
            int width = result.getMetaData().getColumnCount();
            List<List<@Nullable String>> rows = new ArrayList<>();
            while (result.next()) {
                List<@Nullable String> row = new ArrayList<>();
                for (int i = 1; i <= width; i++) {
                    byte[] value = result.getBytes(i);
                    row.add(value == null ? null : new String(value, StandardCharsets.UTF_8));
                }
                rows.add(row);
            }
            return rows;
        }
    }

    /** Text comes as UTF-8, whatever its column's character set. */
    void printInUtf8() throws SQLException {
        execute("SET character_set_results = utf8mb4");
    }

    /** Text comes as it is stored, and results tell their columns' own character sets. */
    void printAsStored() throws SQLException {
        execute("SET character_set_results = NULL");
    }

    /** Begins a transaction that sees this moment to its end. */
    void begin() throws SQLException {
        execute("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY");
    }

    void end() throws SQLException {
        execute("COMMIT");
    }

    /** How long a statement may take from now on; 0 for as long as it likes. */
    void limit(long millis) throws SQLException {
        execute(
                mariadb
                        ? String.format(Locale.ROOT, "SET max_statement_time = %.3f", millis / 1000.0)
                        : "SET max_execution_time = " + millis);
    }

    /** A query as the server's list of processes shows it, with the session's name in front. */
    String named(String query) {
        return "/* " + name.replace("*/", "* ") + " */ " + query;
    }

    @Override
    public boolean cancel() {
        try (Connection other = server.connect("", "tofro:cancel", CANCEL);
                Statement statement = other.createStatement()) {
            statement.execute("KILL QUERY " + id);
            return true;
        } catch (SQLException e) {
            return e.getErrorCode() == NO_SUCH_THREAD;
        }
    }

    @Override
    public void abort() {
        try {
            connection.abort(Runnable::run);
        } catch (SQLException e) {
            // Closed already.
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            // A broken connection cannot be closed in order; its socket is gone.
        }
    }
}
