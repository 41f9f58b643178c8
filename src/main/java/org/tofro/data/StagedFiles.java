package org.tofro.data;

import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a file-producing step has staged: the content of its commit record, and the element that its consumers receive.
 * Only what stands here exists; an object of the staging area that no such record names is a leftover of a lost attempt.
 *
 * @param step the step that staged the files; of a step with several outputs the name of this one
 * @param attempt the attempt whose files won
 * @param format how a file is encoded
 * @param nullMarker the unquoted word that stands for NULL, unique to the run
 * @param schema the columns of every file
 * @param rowsRead the rows that the source's reader counted, a counter apart from the files' own
 * @param leftOut the rows among them that are in no file, and why
 * @param files the parts; none where the source was empty
 * @param range the stretch of the cursor that an incremental extract has read; null for others
 * @param eventFiles the files of an event log whose rows these are; none for others
 */
public record StagedFiles(
        String step,
        String attempt,
        FileFormat format,
        String nullMarker,
        Schema schema,
        long rowsRead,
        LeftOut leftOut,
        List<StagedFile> files,
        @Nullable CursorRange range,
        List<EventFile> eventFiles)
        implements Serializable {
    public StagedFiles {
        // The list of a run that was begun before there were any has none.
        leftOut = Objects.requireNonNullElse(leftOut, LeftOut.NONE);
        files = List.copyOf(files);
        eventFiles = eventFiles == null ? List.of() : List.copyOf(eventFiles);
    }

    /** Files of rows that are no event log's. */
    public StagedFiles(
            String step,
            String attempt,
            FileFormat format,
            String nullMarker,
            Schema schema,
            long rowsRead,
            LeftOut leftOut,
            List<StagedFile> files,
            @Nullable CursorRange range) {
        this(step, attempt, format, nullMarker, schema, rowsRead, leftOut, files, range, List.of());
    }

    /** Files of all the rows that were read. */
    public StagedFiles(
            String step,
            String attempt,
            FileFormat format,
            String nullMarker,
            Schema schema,
            long rowsRead,
            List<StagedFile> files,
            @Nullable CursorRange range) {
        this(step, attempt, format, nullMarker, schema, rowsRead, LeftOut.NONE, files, range);
    }

    /** The encodings that a staged file can have. */
    public enum FileFormat {
        /** RFC 4180 rows, line feed at the end of each, every string quoted, the null marker bare; zstd. */
        CSV_ZSTD
    }

    /** The rows that are in the files. */
    public long rows() {
        return files.stream().mapToLong(StagedFile::rows).sum();
    }

    /** The size of all files as stored. */
    public long bytes() {
        return files.stream().mapToLong(StagedFile::bytes).sum();
    }

    /** Bytes of the longest row in its staged form, before compression; 0 where there are none. */
    public long longestRow() {
        return files.stream().mapToLong(StagedFile::longestRow).max().orElse(0);
    }
}
