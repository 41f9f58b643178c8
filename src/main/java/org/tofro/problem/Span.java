package org.tofro.problem;

import java.io.Serializable;

/**
 * A stretch of one line of a file.
 *
 * @param file the file as the user named it
 * @param line from 1
 * @param column from 1, in code points
 * @param length in code points, at least 1
 */
public record Span(String file, int line, int column, int length) implements Serializable {
    /** The start of a file, for what concerns it as a whole. */
    public static Span startOf(String file) {
        return new Span(file, 1, 1, 1);
    }

    @Override
    public String toString() {
        return file + ":" + line + ":" + column;
    }
}
