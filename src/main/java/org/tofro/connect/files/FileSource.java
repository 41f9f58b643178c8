package org.tofro.connect.files;

import java.io.InputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tofro.settings.S3Connection;

/** A place that files are read from. Safe for many threads; every method may throw an extract's exception. */
public sealed interface FileSource extends AutoCloseable permits FolderFiles, S3Files {
    /** The files that a pattern names, in the order of their addresses; folders and their markers are none. */
    List<SourceFile> list(PathPattern pattern);

    /**
     * The bytes of a file from one position on, as they were when it was listed; a connection that breaks is taken up
     * again. Closing it early costs nothing.
     */
    InputStream open(SourceFile file, long from);

    /** Ends what is being read, too. */
    @Override
    void close();

    /**
     * The place of these addresses.
     *
     * @param address {@code s3://...} or {@code file:...}
     * @param s3 how to reach S3; null for a folder
     */
    static FileSource of(String address, @Nullable S3Connection s3) {
        return address.startsWith("s3://") ? S3Files.of(s3) : new FolderFiles();
    }
}
