package org.tofro.connect.jdbc;

/** A loss that a test provokes, to see that the figures differ; production code knows only {@link #NONE}. */
public enum Fault {
    NONE,
    /** The reader has counted a row and does not hand it on. */
    ROW_LOST_AT_READ,
    /** The encoder has counted a row and does not write it. */
    ROW_LOST_AT_ENCODE,
    /** A part was written and is missing in the list. */
    PART_LOST_AT_STAGE,
    /** Readers do not import the snapshot: each sees the moment in which it began. */
    SNAPSHOT_NOT_IMPORTED
}
