package org.tofro.connect.staging;

/** An object that is being written: it exists once it is committed, and leaves nothing behind when it is aborted. */
sealed interface ObjectWriter permits FolderStore.FileWriter, S3Upload {
    void write(byte[] bytes, int offset, int length);

    void commit();

    /** Gives the object up; safe at any moment before {@link #commit} has returned, and silent about trouble. */
    void abort();
}
