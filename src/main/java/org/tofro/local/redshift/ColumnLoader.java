package org.tofro.local.redshift;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Puts the fields of one column into rows. */
final class ColumnLoader {
    private final CopyColumn column;
    private final byte[] nullAs;
    private final PlainField plain;
    private final FieldConversion conversion;
    private final boolean binary;

    ColumnLoader(CopyColumn column, CopyCommand.Options options) {
        this.column = column;
        this.nullAs = options.nullAs().getBytes(StandardCharsets.UTF_8);
        this.plain = PlainField.of(column, options);
        this.conversion = new FieldConversion(column, options);
        this.binary = column.type().equals("bytea");
    }

    CopyColumn column() {
        return column;
    }

    void load(byte[] data, int start, int end, RowBuffer rows) throws BadField {
        if (!Arrays.equals(data, start, end, nullAs, 0, nullAs.length)) {
            if (plain.is(data, start, end)) {
                if (binary) {
                    rows.hex(data, start, end);
                } else {
                    rows.value(data, start, end);
                }
                return;
            }
            byte[] value = conversion.convert(Arrays.copyOfRange(data, start, end));
            if (value != null) {
                rows.value(value, 0, value.length);
                return;
            }
        }
        if (column.notNull()) {
            throw new BadField(1213, "Missing data for not-null field");
        }
        rows.nothing();
    }
}
