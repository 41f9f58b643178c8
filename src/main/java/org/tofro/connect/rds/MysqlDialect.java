package org.tofro.connect.rds;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.sql.Statement;
import java.sql.Types;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.RunningSteps;
import org.tofro.connect.StepRefusal;
import org.tofro.connect.jdbc.mysql.MysqlLogin;
import org.tofro.connect.staging.AttemptPath;
import org.tofro.connect.staging.StagingArea;
import org.tofro.data.Column;
import org.tofro.data.RedshiftType;
import org.tofro.data.StagedFiles;
import org.tofro.data.TableName;
import org.tofro.settings.MysqlConnection;

/** MySQL and MariaDB: rows go in statements of many rows each. */
record MysqlDialect() implements RdsDialect {
    private static final int NOT_NULL = 1048;
    private static final int DUPLICATE_KEY = 1062;
    private static final int LOCK_WAIT = 1205;
    private static final int DEADLOCK = 1213;

    @Override
    public Connection open(Destination to, AttemptPath path, int lockWaitSeconds) throws SQLException {
        MysqlConnection server = (MysqlConnection) to.connection();
        Properties properties = MysqlLogin.properties(server, to.database());
        properties.putIfAbsent("connectTimeout", "15000");
        // Placeholders are filled in here, so that a statement of many rows needs no preparing by the server.
        properties.setProperty("useServerPrepStmts", "false");
        properties.setProperty(
                "connectionAttributes", "program_name:tofro:" + path.step().replaceAll("[,:]", "_") + "/" + path.run());
        Connection session = DriverManager.getConnection("jdbc:mysql:///", properties);
        try (Statement statement = session.createStatement()) {
            statement.execute("SET time_zone = '+00:00'");
            // Else values that do not fit are cut with a warning, and a zero becomes a number of the server's.
            statement.execute("SET sql_mode = CONCAT(@@sql_mode, ',STRICT_ALL_TABLES,NO_AUTO_VALUE_ON_ZERO')");
            statement.execute("SET innodb_lock_wait_timeout = " + lockWaitSeconds);
            session.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            return session;
        } catch (SQLException e) {
            session.close();
            throw e;
        }
    }

    /** MySQL's schemas are its databases, so the tables stand beside those that are loaded. */
    @Override
    public List<String> ledgerDefinitions() {
        return List.of("""
                CREATE TABLE IF NOT EXISTS tofro_rds_target (target varchar(300) PRIMARY KEY)\
                 ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin""", """
                CREATE TABLE IF NOT EXISTS tofro_rds_load (run varchar(300), step varchar(300), pipeline varchar(300),\
                 target varchar(300), token bigint, interval_start datetime(6), rows_in bigint, rows_out bigint,\
                 notes mediumtext, finished_at datetime(6), PRIMARY KEY (run, step))\
                 ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin""");
    }

    @Override
    public String targets() {
        return "tofro_rds_target";
    }

    @Override
    public String loads() {
        return "tofro_rds_load";
    }

    @Override
    public String claim() {
        return "INSERT IGNORE INTO tofro_rds_target (target) VALUES (?)";
    }

    @Override
    public String schemaOf(TableName table) {
        return "database()";
    }

    /** Timestamps do so where {@code explicit_defaults_for_timestamp} is off. */
    @Override
    public String replacesNull() {
        return "lower(extra) LIKE '%auto_increment%' OR (lower(data_type) = 'timestamp' AND is_nullable = 'NO')";
    }

    @Override
    public String onConflict() {
        return "`insert_query: ... ON DUPLICATE KEY UPDATE ...`";
    }

    @Override
    public String quote(String identifier) {
        return "`" + identifier.replace("`", "``") + "`";
    }

    @Override
    public boolean isMissing(SQLException e) {
        return "42S02".equals(e.getSQLState());
    }

    @Override
    public void demandTransactional(Connection session, TargetTable table) throws SQLException, StepRefusal {
        try (PreparedStatement query = session.prepareStatement(
                "SELECT engine FROM information_schema.tables WHERE table_schema = ? AND table_name = ?")) {
            query.setString(1, table.name().schema());
            query.setString(2, table.name().name());
            try (ResultSet row = query.executeQuery()) {
                String engine = row.next() ? row.getString(1) : null;
                if (engine != null && !engine.equalsIgnoreCase("InnoDB")) {
                    throw new StepRefusal(table.name() + " is a table of the engine " + engine
                            + ", which has no transactions: a load that fails would leave a part of its rows. Nothing was"
                            + " changed; `ALTER TABLE ... ENGINE = InnoDB` makes it one that has them");
                }
            }
        }
    }

    /** Under REPEATABLE READ a locking read of all rows locks the gaps between them too. */
    @Override
    public long lockAndCount(Connection session, TargetTable table) throws SQLException {
        try (Statement statement = session.createStatement();
                ResultSet row = statement.executeQuery("SELECT count(*) FROM " + name(table) + " FOR UPDATE")) {
            row.next();
            return row.getLong(1);
        }
    }

    private String name(TargetTable table) {
        return quote(String.valueOf(table.name().schema())) + "."
                + quote(table.name().name());
    }

    @Override
    public Moved insert(
            Connection session,
            StagingArea area,
            StagedFiles files,
            TargetTable table,
            @Nullable InsertQuery insert,
            RunningSteps.Work work)
            throws SQLException, IOException {
        List<Column> columns = files.schema().columns();
        InsertQuery query = insert == null ? ofTable(files, table) : insert;
        Map<Integer, String> noNulls = insert == null ? replacingNull(columns, table) : Map.of();
        Batches batches = new Batches(area, files, work);
        if (query.group() == null) {
            return batches.each(rows -> {
                long changed = 0;
                try (PreparedStatement statement = session.prepareStatement(query.text())) {
                    for (List<byte @Nullable []> row : rows) {
                        bind(statement, 0, row, columns);
                        changed += statement.executeLargeUpdate();
                    }
                }
                return changed;
            });
        }
        return batches.each(rows -> {
            try (PreparedStatement statement = session.prepareStatement(query.forRows(rows.size()))) {
                for (int i = 0; i < rows.size(); i++) {
                    demandValues(rows.get(i), noNulls);
                    bind(statement, i * columns.size(), rows.get(i), columns);
                }
                return statement.executeLargeUpdate();
            }
        });
    }

    /** Where values stand of which NULL would become others, and the names of their columns. */
    private static Map<Integer, String> replacingNull(List<Column> columns, TargetTable table) {
        Map<Integer, String> places = new HashMap<>();
        for (int i = 0; i < columns.size(); i++) {
            TargetTable.Field field = table.field(columns.get(i).name());
            if (field != null && field.replacesNull()) {
                places.put(i, field.name());
            }
        }
        return places;
    }

    /** Refuses such a NULL as the server does that of any other column which takes none. */
    private static void demandValues(List<byte @Nullable []> row, Map<Integer, String> noNulls) throws SQLException {
        for (Map.Entry<Integer, String> place : noNulls.entrySet()) {
            if (row.get(place.getKey()) == null) {
                throw new SQLIntegrityConstraintViolationException(
                        "Column '" + place.getValue() + "' cannot be null", "23000", NOT_NULL);
            }
        }
    }

    private InsertQuery ofTable(StagedFiles files, TargetTable table) {
        String names = files.schema().names().stream()
                .map(name -> {
                    TargetTable.Field field = table.field(name);
                    return quote(field == null ? name : field.name());
                })
                .collect(Collectors.joining(", "));
        String places =
                files.schema().columns().stream().map(column -> "?").collect(Collectors.joining(", ", "(", ")"));
        String head = "INSERT INTO " + name(table) + " (" + names + ") VALUES ";
        return new InsertQuery(
                head + places, files.schema().columns().size(), head.length(), head.length() + places.length());
    }

    private static void bind(PreparedStatement statement, int before, List<byte @Nullable []> row, List<Column> columns)
            throws SQLException {
        for (int i = 0; i < row.size(); i++) {
            byte[] value = row.get(i);
            int place = before + i + 1;
            if (value == null) {
                statement.setNull(place, Types.VARCHAR);
                continue;
            }
            String text = new String(value, StandardCharsets.UTF_8);
            RedshiftType type = RedshiftType.parse(columns.get(i).type()).orElse(RedshiftType.varchar(1));
            switch (type.kind()) {
                // MySQL has no word for true that it takes as text.
                case BOOLEAN -> statement.setInt(place, text.matches("t|true|1") ? 1 : 0);
                case VARBYTE -> statement.setBytes(place, HexFormat.of().parseHex(text));
                // Both sides are UTC.
                case TIMESTAMPTZ -> statement.setString(place, text.replaceFirst("\\+00(:?00)?$", ""));
                default -> statement.setString(place, text);
            }
        }
    }

    @Override
    public String complaint(SQLException e) {
        String message = String.valueOf(e.getMessage());
        if (String.valueOf(e.getSQLState()).startsWith("08")) {
            return "the connection was lost (" + e.getClass().getSimpleName() + ")";
        }
        String bare = message.replaceFirst("^Data truncation: ", "")
                .replaceFirst("(?s): '.*' for column", " for the column")
                .replaceFirst("(?s)'.*' for key", "of a row for key")
                .replaceFirst(" at row \\d+$", "");
        return switch (e.getErrorCode()) {
            case NOT_NULL ->
                bare.replaceFirst(
                        "^Column ('.*') cannot be null$",
                        "the column $1 takes no NULL, and a row has none other for it");
            case DUPLICATE_KEY ->
                "the key of a row stands there already, or comes twice ("
                        + bare.replaceFirst("^Duplicate entry of a row for ", "")
                        + "); say with " + onConflict() + " what becomes of such rows";
            default -> "the server says: " + bare + " (error " + e.getErrorCode() + ")";
        };
    }

    @Override
    public boolean isTransient(SQLException e) {
        return String.valueOf(e.getSQLState()).startsWith("08") || e.getErrorCode() == DEADLOCK;
    }

    @Override
    public boolean isLockTimeout(SQLException e) {
        return e.getErrorCode() == LOCK_WAIT;
    }
}
