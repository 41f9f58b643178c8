package org.tofro.connect.jdbc;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.types.Misfits;
import org.tofro.connect.types.TypedColumn;
import org.tofro.connect.types.ValueCheck;

/** Looks at the values of rows that are in the staged form already. For one thread. */
final class CopiedRowCheck {
    private final @Nullable ValueCheck[] checks;
    private final byte[] nullMarker;
    private final Misfits misfits;
    private final int lastChecked;
    private final int harmless;

    private CopiedRowCheck(
            @Nullable ValueCheck[] checks, byte[] nullMarker, Misfits misfits, int lastChecked, int harmless) {
        this.checks = checks;
        this.nullMarker = nullMarker;
        this.misfits = misfits;
        this.lastChecked = lastChecked;
        this.harmless = harmless;
    }

    /** The check for these columns, or null where they need none. */
    static @Nullable CopiedRowCheck of(List<TypedColumn> columns, String nullMarker, Misfits misfits) {
        @Nullable ValueCheck[] checks = new ValueCheck[columns.size()];
        int last = -1;
        int harmless = Integer.MAX_VALUE;
        for (int i = 0; i < checks.length; i++) {
            ValueCheck check = columns.get(i).check();
            checks[i] = check;
            if (check != null) {
                last = i;
                harmless = Math.min(harmless, check.harmless());
            }
        }
        byte[] marker = nullMarker.getBytes(StandardCharsets.US_ASCII);
        return last < 0 ? null : new CopiedRowCheck(checks, marker, misfits, last, harmless);
    }

    void look(byte[] row) {
        if (row.length <= harmless) {
            return;
        }
        int at = 0;
        for (int column = 0; column <= lastChecked; column++) {
            int from = at;
            boolean quoted = row[at] == '"';
            int doubled = 0;
            if (quoted) {
                from = ++at;
                while (row[at] != '"' || row[at + 1] == '"') {
                    if (row[at] == '"') {
                        doubled++;
                        at++;
                    }
                    at++;
                }
            } else {
                while (row[at] != ',' && row[at] != '\n') {
                    at++;
                }
            }
            ValueCheck check = checks[column];
            if (check != null && (quoted || !isNull(row, from, at))) {
                look(check, column, row, from, at, doubled);
            }
            at += quoted ? 2 : 1;
        }
    }

    private void look(ValueCheck check, int column, byte[] row, int from, int to, int doubled) {
        ValueCheck.Kind kind = check.violation(row, from, to, doubled);
        if (kind != null) {
            misfits.add(column, kind, row, from, to, doubled);
        }
    }

    private boolean isNull(byte[] row, int from, int to) {
        return Arrays.equals(row, from, to, nullMarker, 0, nullMarker.length);
    }
}
