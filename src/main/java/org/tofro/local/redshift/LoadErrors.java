package org.tofro.local.redshift;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

/** The rows of STL_LOAD_ERRORS, written outside of the transaction that failed, so that they outlive it. */
final class LoadErrors {
    private final FrontSettings.Postgres postgres;

    LoadErrors(FrontSettings.Postgres postgres) {
        this.postgres = postgres;
    }

    void write(String database, long query, int pid, CopyTable table, List<LoadError> errors) throws SQLException {
        String insert = """
                INSERT INTO redshift_front.load_errors (query_id, session_id, table_id, table_name, file_name,
                    line_number, column_name, column_type, column_length, position, raw_line, raw_field_value,
                    error_code, error_message)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""";
        try (Connection connection =
                        DriverManager.getConnection(postgres.jdbcUrl(database), postgres.user(), postgres.password());
                PreparedStatement statement = connection.prepareStatement(insert)) {
            for (LoadError error : errors) {
                statement.setLong(1, query);
                statement.setInt(2, pid);
                statement.setLong(3, table.id());
                statement.setString(4, table.name());
                statement.setString(5, error.file());
                statement.setLong(6, error.line());
                statement.setString(7, error.column());
                statement.setString(8, error.type());
                statement.setString(9, error.length());
                statement.setInt(10, error.position());
                statement.setString(11, printable(error.rawLine()));
                statement.setString(12, printable(error.rawValue()));
                statement.setInt(13, error.code());
                statement.setString(14, error.reason());
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    /** PostgreSQL's text cannot hold NUL. */
    private static String printable(String text) {
        return text.substring(0, Math.min(1024, text.length())).replace("\0", "\\0");
    }
}
