package org.tofro.connect.transform;

import java.util.List;
import org.apache.beam.sdk.values.Row;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.staging.CsvEncoder;
import org.tofro.connect.types.CheckedRows;
import org.tofro.connect.types.Notation;
import org.tofro.connect.types.TypedColumn;

/** Stages Beam's rows, each value checked and each row counted. For one thread. */
final class WrittenRows {
    private final List<TypedColumn> columns;
    private final Notation[] notations;
    private final CheckedRows rows;
    private long rowsRead;

    WrittenRows(List<TypedColumn> columns, CsvEncoder encoder) {
        this.columns = List.copyOf(columns);
        this.notations =
                columns.stream().map(column -> Notation.of(column.target())).toArray(Notation[]::new);
        this.rows = new CheckedRows(encoder, columns);
    }

    void add(Row row) {
        rowsRead++;
        for (int i = 0; i < notations.length; i++) {
            byte[] written = RowValues.write(row.getValue(i));
            byte[] staged = written == null ? null : notations[i].staged(written, 0, written.length);
            if (written != null && staged == null) {
                rows.misfit(notations[i].misfit(written, 0, written.length), written, 0, written.length);
            } else {
                rows.value(staged);
            }
        }
        rows.endRow();
    }

    long rowsRead() {
        return rowsRead;
    }

    /** What does not fit; null where everything does. */
    @Nullable
    String misfits() {
        return rows.misfits().message(columns);
    }
}
