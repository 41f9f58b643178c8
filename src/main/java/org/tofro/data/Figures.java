package org.tofro.data;

import java.io.Serializable;
import java.util.List;

/**
 * What a step moved and where its time went.
 *
 * @param rowsIn rows that it read: from the source, or from the staged files or the table before it
 * @param rowsOut rows that it wrote
 * @param leftOut rows that it read and had reason not to write
 * @param bytes bytes as stored in the staging area; 0 where it moved no file
 * @param startedAt epoch milliseconds; 0 where it did not start
 * @param endedAt epoch milliseconds; 0 where it did not start
 * @param readingMillis time that its threads spent waiting for the source, summed over the threads
 * @param writingMillis time that its threads spent encoding and writing, summed over the threads
 * @param resumed whether an earlier attempt of the run had done the work already
 * @param notes what a reader of the report should know, such as "duplicates: not checked"
 */
public record Figures(
        long rowsIn,
        long rowsOut,
        LeftOut leftOut,
        long bytes,
        long startedAt,
        long endedAt,
        long readingMillis,
        long writingMillis,
        boolean resumed,
        List<String> notes)
        implements Serializable {
    public static final Figures NONE = new Figures(0, 0, 0, 0, 0, 0, 0, false, List.of());

    public Figures {
        notes = List.copyOf(notes);
    }

    /** Of a step that leaves nothing out. */
    public Figures(
            long rowsIn,
            long rowsOut,
            long bytes,
            long startedAt,
            long endedAt,
            long readingMillis,
            long writingMillis,
            boolean resumed,
            List<String> notes) {
        this(rowsIn, rowsOut, LeftOut.NONE, bytes, startedAt, endedAt, readingMillis, writingMillis, resumed, notes);
    }

    public Figures withBytes(long moved) {
        return new Figures(
                rowsIn, rowsOut, leftOut, moved, startedAt, endedAt, readingMillis, writingMillis, resumed, notes);
    }

    /** The same of work that had begun before. */
    public Figures since(long earlier) {
        return new Figures(
                rowsIn, rowsOut, leftOut, bytes, earlier, endedAt, readingMillis, writingMillis, resumed, notes);
    }

    /** How long the step took, in milliseconds. */
    public long millis() {
        return endedAt - startedAt;
    }
}
