package org.tofro.connect.eventlog;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tofro.data.RedshiftType;

/**
 * The row that is made of a line: values come in any order, are put into their form, and stand in the order of the
 * columns in the end. It is used again for every line, by one thread.
 */
final class EventRow {
    private final List<EventField> fields;
    private final FieldForm[] forms;
    private final byte[] nullMarker;
    private final int[] from;
    private final int[] to;
    private byte[] values = new byte[4 << 10];
    private int filled;
    private byte[] row = new byte[4 << 10];
    private @Nullable Reason reason;
    private int reasonField;

    EventRow(List<EventField> fields, String nullMarker) {
        this.fields = fields;
        this.forms = fields.stream().map(FieldForm::of).toArray(FieldForm[]::new);
        this.nullMarker = nullMarker.getBytes(StandardCharsets.US_ASCII);
        this.from = new int[forms.length];
        this.to = new int[forms.length];
    }

    void clear() {
        filled = 0;
        reason = null;
        reasonField = -1;
        Arrays.fill(from, -1);
    }

    /** Has the line rejected; the first reason stands. */
    void reject(Reason because, int field) {
        if (reason == null) {
            reason = because;
            reasonField = field;
        }
    }

    @Nullable
    Reason reason() {
        return reason;
    }

    /** The column that is the reason; -1 where it is the line. */
    int reasonField() {
        return reasonField;
    }

    /** Takes the value of a column, in UTF-8 as the line has it; the line is rejected where it has no place there. */
    void put(int field, FieldForm.Shape shape, byte[] bytes, int start, int end) {
        if (from[field] >= 0) {
            reject(Reason.TWICE, field);
            return;
        }
        from[field] = filled;
        Reason wrong = forms[field].put(shape, bytes, start, end, this);
        to[field] = filled;
        if (wrong != null) {
            reject(wrong, field);
        }
    }

    /** Takes a NULL. */
    void putNull(int field) {
        if (from[field] >= 0) {
            reject(Reason.TWICE, field);
        }
    }

    // ---- what forms write

    void bare(byte[] bytes, int start, int end) {
        room(end - start);
        System.arraycopy(bytes, start, values, filled, end - start);
        filled += end - start;
    }

    void bare(String ascii) {
        room(ascii.length());
        for (int i = 0; i < ascii.length(); i++) {
            values[filled++] = (byte) ascii.charAt(i);
        }
    }

    /** A string in quotes; false where it holds a zero byte. */
    boolean quoted(byte[] bytes, int start, int end) {
        room(2 * (end - start) + 2);
        byte[] target = values;
        int at = filled;
        target[at++] = '"';
        boolean nul = false;
        for (int i = start; i < end; i++) {
            byte b = bytes[i];
            target[at++] = b;
            if (b == '"') {
                target[at++] = '"';
            }
            nul |= b == 0;
        }
        target[at++] = '"';
        filled = at;
        return !nul;
    }

    private void room(int more) {
        if (values.length - filled < more) {
            values = Arrays.copyOf(values, Math.max(values.length * 2, filled + more));
        }
    }

    // ---- the whole row

    /** The row in its staged form, in {@link #encoded()}; its length, or -1 where the line is rejected. */
    int encode() {
        if (reason != null) {
            return -1;
        }
        int needed = filled + forms.length * (nullMarker.length + 1);
        if (row.length < needed) {
            row = new byte[Math.max(needed, row.length * 2)];
        }
        int at = 0;
        for (int i = 0; i < forms.length; i++) {
            if (i > 0) {
                row[at++] = ',';
            }
            boolean there = from[i] >= 0;
            byte[] source = there ? values : nullMarker;
            int start = there ? from[i] : 0;
            int length = there ? to[i] - from[i] : nullMarker.length;
            System.arraycopy(source, start, row, at, length);
            at += length;
            if (!there && fields.get(i).required()) {
                reject(Reason.MISSING, i);
                return -1;
            }
        }
        row[at++] = '\n';
        if (at > RedshiftType.MAX_ROW) {
            reject(Reason.ROW_TOO_LONG, -1);
            return -1;
        }
        return at;
    }

    byte[] encoded() {
        return row;
    }

    /** Whether a column has a value. */
    boolean has(int field) {
        return from[field] >= 0;
    }

    /** A number by which values of the column are ordered. */
    long order(int field) {
        return forms[field].order();
    }

    /** Where a column's value begins in {@link #values()}, as staged. */
    int start(int field) {
        return from[field];
    }

    int end(int field) {
        return to[field];
    }

    byte[] values() {
        return values;
    }
}
