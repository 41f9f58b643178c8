package org.tofro.connect.warehouse;

import java.sql.SQLException;
import java.util.Optional;
import org.tofro.data.TableName;

/**
 * Why a COPY failed, from the load-error view: for this very query, because "the latest row" may be another session's.
 * Raw lines and values stay out of the message.
 *
 * <p>{@code sys_load_error_detail} is there on provisioned clusters and on Serverless; see its page, and the one on
 * {@code PG_LAST_QUERY_ID}, in the Amazon Redshift Database Developer Guide.
 */
final class LoadErrors {
    private LoadErrors() {}

    private record Detail(String file, long line, String column, String reason) {}

    /** Rolls the failed transaction back, looks the reason up, and makes the exception to throw. */
    static WarehouseException explain(WarehouseSession session, TableName table, SQLException failed) {
        WarehouseException plain = WarehouseException.of("COPY into " + table + " failed", failed);
        if (plain.isTransient()) {
            return plain;
        }
        session.rollback();
        try {
            long query = session.number("SELECT pg_last_query_id()");
            Optional<Detail> detail = session.first(
                    row -> new Detail(row.getString(1), row.getLong(2), row.getString(3), row.getString(4)),
                    """
                    SELECT file_name, line_number, column_name, error_message FROM sys_load_error_detail
                    WHERE query_id = ? ORDER BY file_name, line_number LIMIT 1""",
                    query);
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
                + detail.reason().strip();
    }
}
