package org.tofro.connect.warehouse;

import java.sql.SQLException;
import java.util.Optional;
import java.util.regex.Pattern;
import org.tofro.data.TableName;

/**
 * Why a COPY failed, from the load-error view: for this very query, because "the latest row" may be another session's.
 * Raw lines and values stay out of the message.
 *
 * <p>{@code sys_load_error_detail} is there on provisioned clusters and on Serverless. The query is found by its session
 * and by being younger than the one before it: {@code PG_LAST_COPY_ID} "is not updated if the COPY transaction is rolled
 * back". See both pages in the Amazon Redshift Database Developer Guide.
 */
final class LoadErrors {
    /** "Invalid digit, Value 'x', Pos 0, Type: Integer". */
    private static final Pattern VALUE = Pattern.compile("(?i)\\bvalue '.*'", Pattern.DOTALL);

    private LoadErrors() {}

    private record Detail(String file, long line, String column, String reason) {}

    /** The last query of the session, to be asked before the COPY. */
    static long lastQuery(WarehouseSession session) throws SQLException {
        return session.number("SELECT pg_last_query_id()");
    }

    /**
     * Rolls the failed transaction back, looks the reason up, and makes the exception to throw.
     *
     * @param before the session's last query before the COPY
     */
    static WarehouseException explain(WarehouseSession session, TableName table, long before, SQLException failed) {
        WarehouseException plain = WarehouseException.of("COPY into " + table + " failed", failed);
        if (plain.isTransient()) {
            return plain;
        }
        session.rollback();
        try {
            Optional<Detail> detail = session.first(
                    row -> new Detail(row.getString(1), row.getLong(2), row.getString(3), row.getString(4)),
                    """
                    SELECT file_name, line_number, column_name, error_message FROM sys_load_error_detail
                    WHERE session_id = pg_backend_pid() AND query_id > ?
                    ORDER BY query_id DESC, file_name, line_number LIMIT 1""",
                    before);
            return detail.map(found -> new WarehouseException(sentence(table, found), false, failed))
                    .orElse(plain);
        } catch (SQLException lookup) {
            plain.addSuppressed(lookup);
            return plain;
        }
    }

    private static String sentence(TableName table, Detail detail) {
        String file = detail.file().strip();
        String column = detail.column() == null ? "" : detail.column().strip();
        return "COPY into " + table + " failed at line " + detail.line() + " of "
                + file.substring(file.lastIndexOf('/') + 1)
                + (column.isEmpty() ? "" : ", column '" + column + "'") + ": "
                + VALUE.matcher(detail.reason().strip()).replaceAll("value (not shown)");
    }
}
