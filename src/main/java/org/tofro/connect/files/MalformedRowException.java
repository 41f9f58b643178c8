package org.tofro.connect.files;

import java.io.IOException;

/** A row of a file is not written as the file's layout demands: file, line and reason, without any of its values. */
public final class MalformedRowException extends IOException {
    private final long line;
    private final String reason;
    private final boolean last;

    MalformedRowException(String file, long line, String reason, boolean last) {
        super("%s, line %d: %s".formatted(file, line, reason));
        this.line = line;
        this.reason = reason;
        this.last = last;
    }

    /** The line in which the row begins, from 1. */
    public long line() {
        return line;
    }

    /** What is wrong with it, as a sentence goes on after "the row". */
    public String reason() {
        return reason;
    }

    /** Whether nothing that follows in the file can be understood; else the reader goes on with the next line. */
    public boolean last() {
        return last;
    }
}
