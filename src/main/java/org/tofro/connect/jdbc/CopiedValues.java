package org.tofro.connect.jdbc;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.tofro.connect.types.CheckedRows;

/** Takes rows that a server has printed in the staged form apart, for columns whose values are not staged as they are. */
final class CopiedValues {
    private final CheckedRows rows;
    private final byte[] nullMarker;

    CopiedValues(CheckedRows rows, String nullMarker) {
        this.rows = rows;
        this.nullMarker = nullMarker.getBytes(StandardCharsets.US_ASCII);
    }

    /** Writes a row, which ends in a line feed, value by value. */
    void write(byte[] row) {
        int at = 0;
        while (at < row.length) {
            at = row[at] == '"' ? quoted(row, at + 1) : bare(row, at);
        }
        rows.endRow();
    }

    private int bare(byte[] row, int from) {
        int at = from;
        while (row[at] != ',' && row[at] != '\n') {
            at++;
        }
        boolean isNull = Arrays.equals(row, from, at, nullMarker, 0, nullMarker.length);
        rows.value(isNull ? null : Arrays.copyOfRange(row, from, at));
        return at + 1;
    }

    private int quoted(byte[] row, int from) {
        int doubled = 0;
        int at = from;
        while (row[at] != '"' || row[at + 1] == '"') {
            if (row[at] == '"') {
                doubled++;
                at++;
            }
            at++;
        }
        byte[] value = new byte[at - from - doubled];
        int to = 0;
        for (int i = from; i < at; i++) {
            value[to++] = row[i];
            i += row[i] == '"' ? 1 : 0;
        }
        rows.value(value);
        return at + 2;
    }
}
