package org.tofro.connect.types;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.staging.CsvEncoder;

/**
 * Writes rows value by value in the staged form, each looked at for what its column's type in Redshift cannot take; such
 * a value is counted, and what was written is then for nobody. For one thread.
 */
public final class CheckedRows {
    private final CsvEncoder encoder;
    private final Misfits misfits;
    private final boolean[] quoted;
    private final @Nullable ValueCheck[] checks;
    private int column;

    public CheckedRows(CsvEncoder encoder, List<TypedColumn> columns) {
        this.encoder = encoder;
        this.misfits = new Misfits(columns.size());
        this.quoted = new boolean[columns.size()];
        this.checks = new ValueCheck[columns.size()];
        for (int i = 0; i < quoted.length; i++) {
            quoted[i] = columns.get(i).quoted();
            checks[i] = columns.get(i).check();
        }
    }

    /** Adds the next column's value; {@code null} is NULL. The bytes are those of its staged form, without quotes. */
    public void value(byte @Nullable [] value) {
        int at = column++;
        if (value == null) {
            encoder.nothing();
            return;
        }
        ValueCheck check = checks[at];
        if (check != null) {
            ValueCheck.Kind kind = check.violation(value, 0, value.length, 0);
            if (kind != null) {
                misfits.add(at, kind, value, 0, value.length, 0);
            }
        }
        if (quoted[at]) {
            encoder.quoted(value);
        } else {
            encoder.bare(value);
        }
    }

    /** Ends the row; it must have a value, or NULL, for each column. */
    public void endRow() {
        if (column != quoted.length) {
            throw new IllegalStateException("a row of " + column + " values for " + quoted.length + " columns");
        }
        column = 0;
        encoder.endRow();
    }

    /** The values that do not fit. */
    public Misfits misfits() {
        return misfits;
    }
}
