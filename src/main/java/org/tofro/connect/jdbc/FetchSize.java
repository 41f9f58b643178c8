package org.tofro.connect.jdbc;

/**
 * How many rows to ask the server for at a time, so that what is fetched stays near a few megabytes: thousands of small
 * rows, single large ones. It grows step by step, because nobody knows the next row.
 */
final class FetchSize {
    private static final long BATCH_BYTES = 2 << 20;
    private static final int FIRST = 2;
    private static final int MOST = 2000;

    private int rows = FIRST;
    private long largestRow = 1;

    int rows() {
        return rows;
    }

    /** Takes the size of the largest row of a batch into account and gives the next batch's rows. */
    int next(long largestRowOfBatch) {
        largestRow = Math.max(largestRow, largestRowOfBatch);
        rows = (int) Math.max(1, Math.min(Math.min(4L * rows, MOST), BATCH_BYTES / largestRow));
        return rows;
    }
}
