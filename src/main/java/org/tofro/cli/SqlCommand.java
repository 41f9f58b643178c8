package org.tofro.cli;

import java.io.PrintStream;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.jdbc.SourceSessions;
import org.tofro.connect.jdbc.mysql.MysqlLogin;
import org.tofro.connect.tls.TlsTrouble;
import org.tofro.connect.warehouse.WarehouseException;
import org.tofro.connect.warehouse.WarehouseSession;
import org.tofro.settings.CassandraConnection;
import org.tofro.settings.MysqlConnection;
import org.tofro.settings.PostgresConnection;
import org.tofro.settings.RedshiftConnection;
import org.tofro.settings.S3Connection;
import org.tofro.settings.Settings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs SQL on a connection and prints what comes back. */
@Command(name = "sql", description = "Run SQL on a connection.", mixinStandardHelpOptions = true)
final class SqlCommand implements Callable<Integer> {
    private static final int FETCH_ROWS = 1_000;

    private final PrintStream out;
    private final PrintStream err;

    @Parameters(paramLabel = "SQL", description = "One statement.")
    private String sql = "";

    @Option(
            names = "--connection",
            required = true,
            paramLabel = "NAME",
            description = "A connection of the runner file.")
    private String connection = "";

    @Option(
            names = "--database",
            paramLabel = "D",
            description = "The database; needed for RDS, else the connection's own.")
    private @Nullable String database;

    @Option(
            names = "--runner",
            paramLabel = "NAME",
            defaultValue = "local",
            description = "The environment. Default: ${DEFAULT-VALUE}.")
    private String runner = "local";

    @Option(
            names = "--output",
            paramLabel = "table|csv|json",
            defaultValue = "table",
            description = "How rows are printed. Default: ${DEFAULT-VALUE}.")
    private RowPrinter.Form output = RowPrinter.Form.TABLE;

    SqlCommand(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    @Override
    public Integer call() throws WarehouseException {
        Settings settings = Served.of(settings(), Set.of(connection), err::println);
        org.tofro.settings.Connection target = settings.connections().get(connection);
        if (target instanceof RedshiftConnection warehouse) {
            try (WarehouseSession session = WarehouseSession.open(in(warehouse), "tofro:sql")) {
                return print(session.jdbc());
            } catch (SQLException e) {
                throw failed(e);
            }
        }
        try (Connection jdbc = connect(java.util.Objects.requireNonNull(target))) {
            return print(jdbc);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    private Settings settings() {
        Settings settings = Loaded.settings(runner, List.of(connection));
        org.tofro.settings.Connection target = settings.connections().get(connection);
        if (target == null || target instanceof S3Connection || target instanceof CassandraConnection) {
            throw new InvalidInputException("runner '" + runner + "' has no database connection '" + connection
                    + "'; its connections are "
                    + String.join(
                            ", ", new java.util.TreeSet<>(settings.connections().keySet())));
        }
        if (!(target instanceof RedshiftConnection) && database == null) {
            throw new InvalidInputException(
                    "--database is missing: '" + connection + "' is a server of many databases");
        }
        return settings;
    }

    private RedshiftConnection in(RedshiftConnection warehouse) {
        return database == null ? warehouse : warehouse.withDatabase(database);
    }

    private Connection connect(org.tofro.settings.Connection target) throws SQLException {
        if (target instanceof MysqlConnection server) {
            Properties properties = MysqlLogin.properties(server, String.valueOf(database));
            properties.setProperty("connectionAttributes", "program_name:tofro:sql");
            // Else the driver takes the whole result into memory before the first row is printed.
            properties.setProperty("useCursorFetch", "true");
            return DriverManager.getConnection("jdbc:mysql:///", properties);
        }
        return DriverManager.getConnection(
                "jdbc:postgresql:///",
                SourceSessions.properties((PostgresConnection) target, String.valueOf(database)));
    }

    private int print(Connection jdbc) throws SQLException {
        // Without a transaction the drivers hold the whole result in memory.
        jdbc.setAutoCommit(false);
        try (Statement statement = jdbc.createStatement()) {
            statement.setFetchSize(FETCH_ROWS);
            if (statement.execute(sql)) {
                try (ResultSet rows = statement.getResultSet()) {
                    RowPrinter.print(rows, output, out);
                }
            } else {
                err.println(Math.max(0, statement.getLargeUpdateCount()) + " rows changed");
            }
            jdbc.commit();
        }
        return ExitCode.OK.code();
    }

    private FailedException failed(SQLException e) {
        String trouble = TlsTrouble.of(e, "the server");
        return new FailedException("'" + connection + "': " + (trouble == null ? e.getMessage() : trouble));
    }
}
