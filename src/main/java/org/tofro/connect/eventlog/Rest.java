package org.tofro.connect.eventlog;

import java.util.Arrays;

/** The members of an object that no field takes, as an object of their own; each as the line has it. */
final class Rest {
    private byte[] bytes = new byte[1 << 10];
    private int end;
    private boolean first = true;

    void clear() {
        end = 0;
        first = true;
        append((byte) '{');
    }

    boolean isEmpty() {
        return first;
    }

    /** Adds a member: its name, its colon and its value. */
    void add(byte[] line, int from, int to) {
        comma();
        append(line, from, to);
    }

    /** Begins a member that is an object, with its name and its colon; returns where, for {@link #close}. */
    int open(byte[] line, int from, int to) {
        int mark = first ? -end - 1 : end;
        comma();
        append(line, from, to);
        append((byte) '{');
        first = true;
        return mark;
    }

    /** Ends it; where nothing was added since, it is taken back. */
    void close(int mark) {
        if (first) {
            first = mark < 0;
            end = mark < 0 ? -mark - 1 : mark;
        } else {
            append((byte) '}');
        }
    }

    private void comma() {
        if (!first) {
            append((byte) ',');
        }
        first = false;
    }

    private void append(byte b) {
        append(new byte[] {b}, 0, 1);
    }

    private void append(byte[] line, int from, int to) {
        // One byte more, for the brace at the end.
        if (bytes.length - end <= to - from) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, end + to - from + 1));
        }
        System.arraycopy(line, from, bytes, end, to - from);
        end += to - from;
    }

    /** The object; read {@link #end} behind it. */
    byte[] bytes() {
        bytes[end] = '}';
        return bytes;
    }

    int end() {
        return end + 1;
    }
}
