package org.tofro.connect.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.tofro.connect.extract.ExtractProgress;
import org.tofro.connect.staging.CsvEncoder;
import org.tofro.connect.types.CheckedRows;
import org.tofro.connect.types.Misfits;
import org.tofro.connect.types.TypedColumn;

/** Reads queries through JDBC result sets: works for whatever a driver can send as text. For one thread. */
final class ResultSetReader implements QueryReader {
    private final PostgresSession session;
    private final CsvEncoder encoder;
    private final ExtractProgress progress;
    private final int columns;
    private final CheckedRows checked;
    private Fault fault;
    private long rowsRead;

    ResultSetReader(
            PostgresSession session,
            List<TypedColumn> columns,
            CsvEncoder encoder,
            ExtractProgress progress,
            Fault fault) {
        this.session = session;
        this.encoder = encoder;
        this.progress = progress;
        this.fault = fault;
        this.columns = columns.size();
        this.checked = new CheckedRows(encoder, columns);
    }

    /** Rows that the result sets gave. */
    @Override
    public long rowsRead() {
        return rowsRead;
    }

    @Override
    public Misfits misfits() {
        return checked.misfits();
    }

    /** Reads all rows of a query into the encoder. */
    @Override
    public void read(String query) throws SQLException {
        long started = System.nanoTime();
        long writingBefore = encoder.writingNanos();
        FetchSize fetch = new FetchSize();
        try (Statement statement = session.statement()) {
            statement.setFetchSize(fetch.rows());
            try (ResultSet rows = statement.executeQuery(query)) {
                int batch = fetch.rows();
                int inBatch = 0;
                long largest = 0;
                while (rows.next()) {
                    rowsRead++;
                    largest = Math.max(largest, encode(rows));
                    if (++inBatch == batch) {
                        batch = fetch.next(largest);
                        rows.setFetchSize(batch);
                        progress.addRows(inBatch);
                        inBatch = 0;
                        largest = 0;
                    }
                }
                progress.addRows(inBatch);
            }
        }
        long writing = encoder.writingNanos() - writingBefore;
        progress.addTime(System.nanoTime() - started - writing, writing);
    }

    private long encode(ResultSet row) throws SQLException {
        if (fault == Fault.ROW_LOST_AT_READ || fault == Fault.ROW_LOST_AT_ENCODE) {
            Fault lost = fault;
            fault = Fault.NONE;
            if (lost == Fault.ROW_LOST_AT_ENCODE) {
                encoder.encodedRow(new byte[0], 0, 0);
            }
            return 0;
        }
        long size = 0;
        for (int i = 1; i <= columns; i++) {
            byte[] value = row.getBytes(i);
            size += value == null ? 0 : value.length;
            checked.value(value);
        }
        checked.endRow();
        return size;
    }
}
