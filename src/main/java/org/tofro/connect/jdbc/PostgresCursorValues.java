package org.tofro.connect.jdbc;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.tofro.data.TableName;

/** A cursor's values in PostgreSQL, which prints, compares and subtracts them itself. */
final class PostgresCursorValues implements CursorValues {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private final PostgresSession session;

    PostgresCursorValues(PostgresSession session) {
        this.session = session;
    }

    @Override
    public String name(String column) {
        return TableName.quote(column);
    }

    /** The server printed the value itself; the session takes backslashes as they are. */
    @Override
    public String literal(CursorKind kind, String value) {
        return "'" + value.replace("'", "''") + "'";
    }

    @Override
    public String text(CursorKind kind, Instant moment) {
        return TIME.format(moment) + (kind == CursorKind.TIMESTAMPTZ ? "+00" : "");
    }

    @Override
    public String printed(CursorKind kind, String value) throws SQLException {
        return one("SELECT ?::" + type(kind) + "::text", value);
    }

    @Override
    public String untilNow(CursorKind kind, String value) throws SQLException {
        return one("SELECT least(?::" + type(kind) + ", " + now(kind) + ")::text", value);
    }

    @Override
    public Horizon horizon(CursorKind kind) throws SQLException {
        PostgresReplica replica = session.replica();
        String replayed = replica == null ? null : replica.replayed();
        String until = one(
                "SELECT pg_catalog.date_trunc('second', least(?::timestamptz, current_timestamp))::" + type(kind)
                        + "::text",
                replayed);
        Horizon.Server server = replica == null
                ? Horizon.Server.PRIMARY
                : replayed == null ? Horizon.Server.SILENT_REPLICA : Horizon.Server.REPLICA;
        return new Horizon(until, server);
    }

    @Override
    public boolean isBefore(CursorKind kind, String one, String other) throws SQLException {
        return "t".equals(one("SELECT ?::" + type(kind) + " < ?::" + type(kind), one, other));
    }

    @Override
    public String minus(CursorKind kind, String value, String lag) throws SQLException {
        String type = kind == CursorKind.NUMBER ? "numeric" : "interval";
        return one("SELECT (?::" + type(kind) + " - ?::" + type + ")::" + type(kind) + "::text", value, lag);
    }

    @Override
    public @Nullable String greatest(String column, String from) throws SQLException {
        try (Statement statement = session.statement();
                ResultSet row = statement.executeQuery("SELECT pg_catalog.max(" + column + ")::text FROM " + from)) {
            row.next();
            return row.getString(1);
        }
    }

    @Override
    public long nulls(String column, String from) throws SQLException {
        try (Statement statement = session.statement();
                ResultSet row = statement.executeQuery(
                        "SELECT pg_catalog.count(*) FROM " + from + "\nWHERE " + column + " IS NULL")) {
            row.next();
            return row.getLong(1);
        }
    }

    private static String type(CursorKind kind) {
        return switch (kind) {
            case TIMESTAMP -> "timestamp";
            case TIMESTAMPTZ -> "timestamptz";
            case DATE -> "date";
            case NUMBER -> "numeric";
        };
    }

    private static String now(CursorKind kind) {
        return switch (kind) {
            case TIMESTAMP -> "localtimestamp";
            case DATE -> "current_date";
            default -> "current_timestamp";
        };
    }

    private String one(String sql, @Nullable String... values) throws SQLException {
        try (PreparedStatement statement = session.connection().prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setString(i + 1, values[i]);
            }
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getString(1);
            }
        }
    }
}
