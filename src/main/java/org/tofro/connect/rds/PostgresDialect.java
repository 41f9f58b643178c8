package org.tofro.connect.rds;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.List;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;
import org.tofro.connect.RunningSteps;
import org.tofro.connect.jdbc.SourceSessions;
import org.tofro.connect.staging.AttemptPath;
import org.tofro.connect.staging.StagedText;
import org.tofro.connect.staging.StagingArea;
import org.tofro.data.Column;
import org.tofro.data.RedshiftType;
import org.tofro.data.StagedFiles;
import org.tofro.data.TableName;
import org.tofro.settings.PostgresConnection;

/** PostgreSQL: COPY takes staged rows as they are; a user's own statement takes them in batches. */
record PostgresDialect() implements RdsDialect {
    private static final int COPY_BYTES = 256 << 10;
    private static final Pattern QUOTED_DATA = Pattern.compile("\"(?:[^\"]|\"\")*\"", Pattern.DOTALL);
    private static final Pattern COPIED_COLUMN = Pattern.compile("COPY .*?, line \\d+, column ([^:]+)");

    @Override
    public Connection open(Destination to, AttemptPath path, int lockWaitSeconds) throws SQLException {
        Properties properties = SourceSessions.properties((PostgresConnection) to.connection(), to.database(), path);
        Connection session = DriverManager.getConnection("jdbc:postgresql:///", properties);
        try (Statement statement = session.createStatement()) {
            statement.execute("""
                    SET TimeZone = 'UTC';
                    SET DateStyle = 'ISO, YMD';
                    SET standard_conforming_strings = on;
                    SET statement_timeout = 0;
                    SET idle_in_transaction_session_timeout = '10min';
                    SET tcp_keepalives_idle = 20;
                    SET tcp_keepalives_interval = 10;
                    SET tcp_keepalives_count = 3;
                    SET lock_timeout = '%ds'""".formatted(lockWaitSeconds));
            session.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
            return session;
        } catch (SQLException e) {
            session.close();
            throw e;
        }
    }

    /** Not {@code tofro}: a user of that name would find its schema before {@code public}. */
    @Override
    public List<String> ledgerDefinitions() {
        return List.of("CREATE SCHEMA IF NOT EXISTS tofro_rds", """
                CREATE TABLE IF NOT EXISTS tofro_rds.target (target varchar(300) PRIMARY KEY)""", """
                CREATE TABLE IF NOT EXISTS tofro_rds.load (run varchar(300), step varchar(300), pipeline varchar(300),\
                 target varchar(300), token bigint, interval_start timestamp, rows_in bigint, rows_out bigint,\
                 notes text, finished_at timestamp, PRIMARY KEY (run, step))""");
    }

    @Override
    public String targets() {
        return "tofro_rds.target";
    }

    @Override
    public String loads() {
        return "tofro_rds.load";
    }

    @Override
    public String claim() {
        return "INSERT INTO tofro_rds.target (target) VALUES (?) ON CONFLICT DO NOTHING";
    }

    /** Where the search path finds it. */
    @Override
    public String schemaOf(TableName table) {
        String literal = "'" + TableName.quote(table.name()).replace("'", "''") + "'";
        return "(SELECT n.nspname FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n"
                + " ON n.oid = c.relnamespace WHERE c.oid = pg_catalog.to_regclass(" + literal + "))";
    }

    @Override
    public String replacesNull() {
        return "false";
    }

    @Override
    public String onConflict() {
        return "`insert_query: ... ON CONFLICT ...`";
    }

    @Override
    public String quote(String identifier) {
        return TableName.quote(identifier);
    }

    @Override
    public boolean isMissing(SQLException e) {
        return List.of("42P01", "3F000").contains(state(e));
    }

    @Override
    public void demandTransactional(Connection session, TargetTable table) {
        // Every table of PostgreSQL's is.
    }

    @Override
    public long lockAndCount(Connection session, TargetTable table) throws SQLException {
        try (Statement statement = session.createStatement()) {
            statement.execute("LOCK TABLE " + table.name().sql() + " IN SHARE ROW EXCLUSIVE MODE");
            try (ResultSet row = statement.executeQuery(
                    "SELECT count(*) FROM " + table.name().sql())) {
                row.next();
                return row.getLong(1);
            }
        }
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
        boolean bytes = columns.stream().anyMatch(PostgresDialect::isBytes);
        if (insert == null && !bytes) {
            return copy(session, area, files, table, work);
        }
        String sql = insert != null
                ? insert.text()
                : "INSERT INTO " + table.name().sql() + " (" + names(files, table) + ") VALUES ("
                        + columns.stream().map(column -> "?").collect(Collectors.joining(", ")) + ")";
        Batches batches = new Batches(area, files, work);
        try (PreparedStatement statement = session.prepareStatement(sql)) {
            return batches.each(rows -> {
                for (List<byte @Nullable []> row : rows) {
                    for (int i = 0; i < row.size(); i++) {
                        bind(statement, i, row.get(i), columns.get(i), insert == null ? table : null);
                    }
                    statement.addBatch();
                }
                long changed = 0;
                for (int count : statement.executeBatch()) {
                    changed += count;
                }
                return changed;
            });
        }
    }

    /** As text of no type, which the server reads as the type that the place has. */
    private static void bind(
            PreparedStatement statement, int index, byte @Nullable [] value, Column column, @Nullable TargetTable table)
            throws SQLException {
        if (value == null) {
            statement.setNull(index + 1, Types.OTHER);
            return;
        }
        String text = new String(value, StandardCharsets.UTF_8);
        TargetTable.Field field = table == null ? null : table.field(column.name());
        boolean hex = isBytes(column) && (field == null || field.type().equals("bytea"));
        statement.setObject(index + 1, hex ? "\\x" + text : text, Types.OTHER);
    }

    private static boolean isBytes(Column column) {
        return RedshiftType.parse(column.type())
                .filter(type -> type.kind() == RedshiftType.Kind.VARBYTE)
                .isPresent();
    }

    private static Moved copy(
            Connection session, StagingArea area, StagedFiles files, TargetTable table, RunningSteps.Work work)
            throws SQLException, IOException {
        try (StagedText text = new StagedText(area, files.files());
                InputStream in = text) {
            work.watch(text::rows, () -> 0);
            long copied = session.unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyIn(
                            "COPY " + table.name().sql() + " (" + names(files, table)
                                    + ") FROM STDIN (FORMAT csv, NULL '" + files.nullMarker() + "', ENCODING 'UTF8')",
                            in,
                            COPY_BYTES);
            return new Moved(text.rows(), copied);
        }
    }

    private static String names(StagedFiles files, TargetTable table) {
        return files.schema().names().stream()
                .map(name -> {
                    TargetTable.Field field = table.field(name);
                    return TableName.quote(field == null ? name : field.name());
                })
                .collect(Collectors.joining(", "));
    }

    @Override
    public String complaint(SQLException e) {
        ServerErrorMessage server = e instanceof PSQLException psql ? psql.getServerErrorMessage() : null;
        if (server == null || server.getMessage() == null) {
            return "the connection was lost (" + e.getClass().getSimpleName() + ")";
        }
        String constraint = server.getConstraint();
        String column = server.getColumn();
        String where = server.getWhere();
        Matcher copied = COPIED_COLUMN.matcher(where == null ? "" : where);
        String in = column != null ? column : copied.lookingAt() ? copied.group(1) : null;
        return switch (state(e)) {
            case "23505" ->
                "the key of a row stands there already, or comes twice (constraint " + constraint + "); say with "
                        + onConflict() + " what becomes of such rows";
            case "23503" -> "a row refers to one that is not there (constraint " + constraint + ")";
            case "23514" -> "a row is refused by the constraint " + constraint;
            case "23502" -> "the column '" + in + "' takes no NULL, and a row has none other for it";
            default -> {
                boolean quotesData = state(e).startsWith("22");
                String message = String.valueOf(server.getMessage());
                yield "the server says: "
                        + (quotesData ? QUOTED_DATA.matcher(message).replaceAll("\"...\"") : message)
                        + (in == null ? "" : ", in the column '" + in + "'") + " (SQLSTATE " + state(e) + ")";
            }
        };
    }

    @Override
    public boolean isTransient(SQLException e) {
        String state = state(e);
        return state.startsWith("08")
                || state.startsWith("57P0")
                || state.equals("40001")
                || state.equals("40P01")
                || state.equals("53300");
    }

    @Override
    public boolean isLockTimeout(SQLException e) {
        return state(e).equals("55P03");
    }

    private static String state(SQLException e) {
        return e.getSQLState() == null ? "" : e.getSQLState();
    }
}
