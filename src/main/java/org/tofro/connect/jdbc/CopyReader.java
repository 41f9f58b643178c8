package org.tofro.connect.jdbc;

import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;
import org.tofro.connect.extract.ExtractProgress;
import org.tofro.connect.staging.CsvEncoder;
import org.tofro.connect.types.Misfits;
import org.tofro.connect.types.TypedColumn;

/**
 * Reads queries through PostgreSQL's own {@code COPY TO STDOUT}: the server prints rows in the staged form, so their
 * bytes pass as they come, and one row at a time is all that is ever held. For one thread.
 */
final class CopyReader implements QueryReader {
    private final PostgresSession session;
    private final CsvEncoder encoder;
    private final ExtractProgress progress;
    private final String nullMarker;
    private final List<TypedColumn> columns;
    private final @Nullable CopiedRowCheck check;
    private final Misfits misfits;
    private Fault fault;
    private long rowsRead;

    CopyReader(
            PostgresSession session,
            List<TypedColumn> columns,
            String nullMarker,
            CsvEncoder encoder,
            ExtractProgress progress,
            Fault fault) {
        this.session = session;
        this.columns = columns;
        this.nullMarker = nullMarker;
        this.encoder = encoder;
        this.progress = progress;
        this.fault = fault;
        this.misfits = new Misfits(columns.size());
        this.check = CopiedRowCheck.of(columns, nullMarker, misfits);
    }

    /** Rows that the server says it has copied. */
    @Override
    public long rowsRead() {
        return rowsRead;
    }

    @Override
    public Misfits misfits() {
        return misfits;
    }

    @Override
    public void read(String query) throws SQLException {
        long started = System.nanoTime();
        long writingBefore = encoder.writingNanos();
        CopyOut copy = session.connection()
                .unwrap(PGConnection.class)
                .getCopyAPI()
                .copyOut("COPY (\n%s\n) TO STDOUT (FORMAT csv, ENCODING '%s', NULL '%s'%s)"
                        .formatted(query, session.encoding().sent(), nullMarker, forceQuote()));
        try {
            int pending = 0;
            for (byte[] row = copy.readFromCopy(); row != null; row = copy.readFromCopy()) {
                if (check != null) {
                    check.look(row);
                }
                encode(row);
                if (++pending == 1000) {
                    progress.addRows(pending);
                    pending = 0;
                }
            }
            progress.addRows(pending);
            rowsRead += copy.getHandledRowCount();
        } finally {
            if (copy.isActive()) {
                // Else the server would go on sending, and would not notice that the session is closed.
                session.cancel();
            }
        }
        long writing = encoder.writingNanos() - writingBefore;
        progress.addTime(System.nanoTime() - started - writing, writing);
    }

    private void encode(byte[] row) {
        if (fault == Fault.ROW_LOST_AT_READ) {
            fault = Fault.NONE;
        } else if (fault == Fault.ROW_LOST_AT_ENCODE) {
            fault = Fault.NONE;
            encoder.encodedRow(row, 0, 0);
        } else {
            encoder.encodedRow(row, 0, row.length);
        }
    }

    private String forceQuote() {
        String quoted = IntStream.range(0, columns.size())
                .filter(i -> columns.get(i).quoted())
                .mapToObj(SourceColumns::alias)
                .collect(Collectors.joining(", "));
        return quoted.isEmpty() ? "" : ", FORCE_QUOTE (" + quoted + ")";
    }
}
