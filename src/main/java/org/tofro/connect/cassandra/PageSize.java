package org.tofro.connect.cassandra;

/**
 * How many rows the readers of an extract ask for at a time: about a megabyte of them, whatever they weigh. The server
 * counts rows and not bytes, so it begins with few where they may be large, and no page has more than so many rows of the
 * widest that was seen. Safe for many threads.
 */
final class PageSize {
    private static final int MOST_ROWS = 5000;
    private static final long PAGE_BYTES = 1 << 20;
    /** A page in which every row is as wide as the widest. */
    private static final long WIDEST_PAGE_BYTES = 16 << 20;

    private static final int GROWTH = 8;

    private final int most;
    private int rows;
    private long widest = 1;

    /**
     * @param small whether rows cannot be large
     * @param most rows that are wanted at a time
     */
    PageSize(boolean small, int most) {
        this.most = Math.max(1, Math.min(MOST_ROWS, most));
        this.rows = small ? this.most : 1;
    }

    synchronized int rows() {
        return rows;
    }

    /** Takes a page into account: its rows, the bytes in it, and those of its widest row. */
    synchronized void saw(int count, long bytes, long widestRow) {
        if (count == 0) {
            return;
        }
        widest = Math.max(widestRow, widest - widest / 8);
        long mean = Math.max(1, bytes / count);
        long fitting = Math.min(PAGE_BYTES / mean, WIDEST_PAGE_BYTES / Math.max(1, widest));
        rows = (int) Math.max(1, Math.min(Math.min(fitting, most), (long) rows * GROWTH));
    }

    /** A page was too much for the server: the next ones are smaller. */
    synchronized void tooLarge() {
        rows = Math.max(1, rows / 2);
    }
}
